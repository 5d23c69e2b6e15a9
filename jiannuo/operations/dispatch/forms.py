"""What the dispatch pages ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.models import WorkOrder


class OrderFromRequestsForm(forms.Form):
    """What the new order is about, and who does it."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    job = forms.ChoiceField(label=_("kind of job"), choices=WorkOrder.Kind.choices)
    fault = forms.CharField(
        label=_("fault reported"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), required=False
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(user).active()  # type: ignore[attr-defined]


class BulkAssignForm(forms.Form):
    """Who gets all the chosen orders."""

    technician = forms.ModelChoiceField(label=_("technician"), queryset=User.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Technician.objects.visible_to(user).filter(active=True)
        rows = User.objects.filter(is_active=True, technician__in=people).order_by("name")
        self.fields["technician"].queryset = rows  # type: ignore[attr-defined]
        self.fields["technician"].widget.attrs["data-search-select"] = ""

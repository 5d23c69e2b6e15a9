"""What the pages about leave and standby ask for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.queries import possible_deputies
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.staffing.models import LeaveStep, StandbyDuty
from jiannuo.operations.workforce.forms import MomentInput
from jiannuo.operations.workforce.models import Absence


class LeaveForm(forms.Form):
    """From when to when, why, and who stands in."""

    reason = forms.ChoiceField(label=_("kind of leave"), choices=Absence.Reason.choices)
    starts_at = forms.DateTimeField(label=_("begins"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("ends"), widget=MomentInput)
    deputy = forms.ModelChoiceField(
        label=_("deputy"),
        queryset=User.objects.none(),
        help_text=_("Gets your promises and your list of work while you are away."),
    )
    text = forms.CharField(
        label=_("remark"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, person: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = possible_deputies(person)  # type: ignore[attr-defined]


class RotaForm(forms.Form):
    """One duty, or several people in turn."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    kind = forms.ChoiceField(label=_("kind"), choices=StandbyDuty.Kind.choices, initial="week")
    people = forms.ModelMultipleChoiceField(
        label=_("people in turn"),
        queryset=User.objects.none(),
        help_text=_("Each has a duty of this length, one after the other by name."),
    )
    starts_at = forms.DateTimeField(label=_("first duty begins"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("first duty ends"), widget=MomentInput)
    turns = forms.IntegerField(label=_("how many times round"), min_value=1, max_value=60, initial=1)
    rank = forms.IntegerField(label=_("called as number"), min_value=1, max_value=9, initial=1)

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = Organization.objects.visible_to(by).active()
        self.fields["organization"].queryset = places  # type: ignore[attr-defined]
        people = User.objects.visible_to(by).filter(is_active=True, role_assignments__isnull=False)
        people = people.exclude(role_assignments__role="customer").distinct().order_by("name")
        self.fields["people"].queryset = people  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_at") and data.get("ends_at"):
            data["length"] = data["ends_at"] - data["starts_at"]
            if data["length"] <= timedelta():
                self.add_error("ends_at", _("The duty must end after it begins."))
        return data


class LeaveStepForm(forms.ModelForm):
    """Who approves leave from how many days on."""

    class Meta:
        model = LeaveStep
        fields = ("organization", "role", "from_days", "position")

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(by).active()  # type: ignore[attr-defined]

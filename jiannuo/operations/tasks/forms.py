"""Forms of the actions of tasks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm, ReasonForm

__all__ = ["FinishForm", "HandOverForm", "ReasonForm"]


class HandOverForm(ActionForm):
    """Who does it instead."""

    person = forms.ModelChoiceField(label=_("person"), queryset=User.objects.none())
    remark = forms.CharField(
        label=_("remark"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None and self.user is not None:
            from jiannuo.operations.tasks.queries import people_for

            self.fields["person"].queryset = people_for(self.document)  # type: ignore[attr-defined]


class FinishForm(ActionForm):
    """What was done, and the sum where one belongs to it."""

    result = forms.CharField(
        label=_("result"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        error_messages={"required": _("Write what was done and what the customer said.")},
    )
    amount = forms.DecimalField(
        label=_("amount (yuan)"), min_value=0, max_digits=14, decimal_places=2, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        task = self.document
        if task is None or not task.spec.money:
            del self.fields["amount"]
            return
        self.fields["amount"].initial = task.amount_now
        self.fields["amount"].required = task.amount_now is None
        self.fields["result"].help_text = task.spec.hint

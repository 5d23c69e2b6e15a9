"""Forms of the actions of plans, rounds, findings and shifts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm, ReasonForm

__all__ = [
    "AskCustomerForm",
    "EndPlanForm",
    "FinishRoundForm",
    "HandOverForm",
    "OrderFromFindingForm",
    "OwnerForm",
    "ReasonForm",
    "SolveForm",
    "WalkerForm",
]

ROWS = {"rows": 3}


class EndPlanForm(ActionForm):
    """Why a plan ends, and what becomes of its open orders."""

    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))
    cancel_orders = forms.BooleanField(
        label=_("cancel its work orders on which nobody has set out"),
        required=False,
        help_text=_("Otherwise they are done as ordered. Jobs without an order are left out."),
    )


class FinishRoundForm(ActionForm):
    """What is to be said about a round as a whole."""

    remark = forms.CharField(
        label=_("remark"), max_length=300, required=False, widget=forms.Textarea(attrs=ROWS)
    )


class WalkerForm(ActionForm):
    """Who walks a round instead."""

    person: Any = forms.ModelChoiceField(label=_("who walks it"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            from jiannuo.operations.maintenance.queries import walkers_for

            self.fields["person"].queryset = walkers_for(self.document)  # type: ignore[attr-defined]


class OwnerForm(ActionForm):
    """Who follows a finding."""

    owner: Any = forms.ModelChoiceField(label=_("owner"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            from jiannuo.operations.maintenance.queries import owners_for

            self.fields["owner"].queryset = owners_for(self.document)  # type: ignore[attr-defined]


class OrderFromFindingForm(ActionForm):
    """What the technician is to do."""

    work = forms.CharField(
        label=_("what is to be done"), max_length=1000, required=False, widget=forms.Textarea(attrs=ROWS)
    )


class AskCustomerForm(ActionForm):
    """What the customer is asked, and what it would cost."""

    text = forms.CharField(
        label=_("what we propose"), max_length=1000, widget=forms.Textarea(attrs={**ROWS, "autofocus": True})
    )
    estimate = forms.DecimalField(
        label=_("estimate (yuan)"), min_value=0, max_digits=14, decimal_places=2, required=False
    )


class SolveForm(ActionForm):
    """What was done."""

    result = forms.CharField(
        label=_("result"), max_length=1000, widget=forms.Textarea(attrs={**ROWS, "autofocus": True})
    )


class HandOverForm(ActionForm):
    """What the next person must know of the shift as a whole."""

    summary = forms.CharField(
        label=_("summary of the shift"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "autofocus": True}),
        help_text=_("The open items are handed over with it."),
    )

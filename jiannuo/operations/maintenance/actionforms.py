"""Forms of the actions of plans, rounds, findings and shifts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm, ReasonForm
from jiannuo.operations.maintenance.models import Quotation
from jiannuo.operations.maintenance.telling import moment

__all__ = [
    "AskCustomerForm",
    "EndPlanForm",
    "FinishRoundForm",
    "HandOverForm",
    "OrderFromFindingForm",
    "OwnerForm",
    "QuotationAnswerForm",
    "ReasonForm",
    "ResendQuotationForm",
    "SendQuotationForm",
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


class SendQuotationForm(ActionForm):
    """To whom a quotation goes, and how long it is good where no clause says so."""

    email = forms.EmailField(label=_("e-mail"), max_length=200, required=False)
    phone = forms.CharField(label=_("phone"), max_length=40, required=False)
    valid_days = forms.IntegerField(
        label=_("good for (days)"), min_value=1, max_value=366, required=False, initial=14
    )
    tax_percent = forms.DecimalField(
        label=_("tax rate contained (%)"),
        min_value=0,
        max_value=50,
        max_digits=4,
        decimal_places=2,
        required=False,
        help_text=_("The prices contain the tax; with a rate the form names it."),
    )
    note = forms.CharField(
        label=_("note for the customer"), max_length=500, required=False, widget=forms.Textarea(attrs=ROWS)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is None:
            return
        _fill_in_address(self)
        for name in ("tax_percent", "note"):
            self.fields[name].initial = getattr(self.document, name)
        from jiannuo.operations.maintenance.services import validity

        promised = validity(self.document, timezone.now())
        if promised is not None:
            self.fields["valid_days"].widget = forms.HiddenInput()
            self.fields["note"].help_text = _("Good until %(until)s, as a clause says: %(text)s") % {
                "until": moment(promised.due_at),
                "text": promised.text,
            }


def _fill_in_address(form: ActionForm) -> None:
    """Where the customer was written to before, else what the customer's file says."""
    document: Any = form.document
    phone = document.customer.phones.order_by("-is_primary", "pk").first()
    form.fields["email"].initial = document.email or document.customer.email
    form.fields["phone"].initial = document.phone or (phone.number if phone is not None else "")


class ResendQuotationForm(ActionForm):
    """Where the link goes again."""

    email = forms.EmailField(
        label=_("e-mail"),
        max_length=200,
        required=False,
        help_text=_("With another address the link sent before ends at once."),
    )
    phone = forms.CharField(label=_("phone"), max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            _fill_in_address(self)


class QuotationAnswerForm(ActionForm):
    """What the customer said, and how."""

    accepted = forms.TypedChoiceField(
        label=_("answer"),
        choices=[("yes", _("the quotation is accepted")), ("no", _("the quotation is refused"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    name = forms.CharField(label=_("answered by"), max_length=60)
    way = forms.ChoiceField(
        label=_("how it was answered"),
        choices=[(one.value, one.label) for one in (Quotation.Way.PHONE, Quotation.Way.PAPER)],
    )
    remark = forms.CharField(
        label=_("remark"), max_length=300, required=False, widget=forms.Textarea(attrs=ROWS)
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

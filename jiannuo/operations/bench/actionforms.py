"""What actions on receipts and loans ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm
from jiannuo.operations.bench.models import BenchRules, Estimate
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.forms.fields import InstantField
from jiannuo.operations.workorders.queries import totals

LINES = {"rows": 2}


class WorkerForm(ActionForm):
    """Who works on the piece."""

    technician: Any = forms.ModelChoiceField(label=_("technician"), queryset=User.objects.none())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Technician.objects.visible_to(self.user).filter(active=True)
        field: Any = self.fields["technician"]
        field.queryset = User.objects.filter(is_active=True, technician__in=people).order_by("name")


class EstimateForm(ActionForm):
    """The lines of the order are put to the customer as they stand."""

    note = forms.CharField(
        label=_("note for the customer"), max_length=300, required=False, widget=forms.Textarea(attrs=LINES)
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = list(self.document.order.lines.all()) if self.document is not None else []
        text = _("Lines of the order: %(count)s. The customer would pay %(amount)s yuan.")
        self.fields["note"].help_text = text % {
            "count": len(lines),
            "amount": f"{totals(lines)['customer']:,.2f}",
        }


class AnswerForm(ActionForm):
    """What the customer said, and how."""

    accepted = forms.TypedChoiceField(
        label=_("answer"),
        choices=[("yes", _("the repair is accepted")), ("no", _("the repair is refused"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    way = forms.ChoiceField(
        label=_("how it was answered"),
        choices=[(one.value, one.label) for one in (Estimate.Way.PHONE, Estimate.Way.COUNTER)],
    )
    name = forms.CharField(label=_("who answered"), max_length=60)
    remark = forms.CharField(
        label=_("remark"), max_length=300, required=False, widget=forms.Textarea(attrs=LINES)
    )


class AwayForm(ActionForm):
    """Where the piece goes for repair."""

    to = forms.CharField(label=_("sent to"), max_length=80)
    reason = forms.CharField(
        label=_("reason"), max_length=200, required=False, widget=forms.Textarea(attrs=LINES)
    )


class BackForm(ActionForm):
    """How the piece came back from elsewhere."""

    remark = forms.CharField(
        label=_("remark"), max_length=200, required=False, widget=forms.Textarea(attrs=LINES)
    )


class UnrepairedForm(ActionForm):
    """Why the piece goes back as it came, and whether the inspection is charged."""

    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs=LINES))
    with_fee = forms.BooleanField(label=_("charge the inspection fee"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        receipt = self.document
        item = BenchRules.of(receipt.organization).inspection_item if receipt is not None else None
        if item is None or receipt.refused:
            del self.fields["with_fee"]
        else:
            self.fields["with_fee"].help_text = f"{item.name} ¥{item.price:,.2f}"


class ExtendForm(ActionForm):
    """Until when the loaner stays."""

    due_back_at = InstantField(label=_("due back"))
    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs=LINES))


class LostForm(ActionForm):
    """How it was lost and what is charged."""

    reason = forms.CharField(label=_("how it was lost"), max_length=200, widget=forms.Textarea(attrs=LINES))
    amount = forms.DecimalField(
        label=_("charged (CNY)"), min_value=0, max_digits=12, decimal_places=2, initial=0
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            self.fields["amount"].initial = self.document.equipment.value or 0

"""Taking over what was lent and brought back without network: once, at its time, or refused in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from jiannuo.faces.field.offline.loaners import LEND
from jiannuo.faces.field.offline.site import Invalid, cleaned_of, plain, stored_photos, uploads_of
from jiannuo.faces.field.offline.siteviews import DONE, told
from jiannuo.faces.field.offline.taking import Answer, moment_of, problem
from jiannuo.faces.field.offline.views import for_app
from jiannuo.faces.field.offline.walking import Refused
from jiannuo.kernel.files.services import store
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.bench import services
from jiannuo.operations.bench.models import Loan, LoanEquipment
from jiannuo.operations.bench.services import Lending, TakingBack
from jiannuo.operations.workorders.consents import ConsentMissing, asked_text
from jiannuo.operations.workorders.forms.fields import SignatureField
from jiannuo.operations.workorders.models import WorkOrder


class LendForm(forms.Form):
    """To whom a piece is lent, how it looks, and the customer's signature."""

    order = forms.CharField(label=gettext_lazy("work order"), max_length=40)
    reason = forms.CharField(label=gettext_lazy("why it is lent"), max_length=300)
    grade_note = forms.CharField(max_length=200, required=False)
    due_on = forms.DateField(label=gettext_lazy("due back"), required=False)
    condition = forms.CharField(label=gettext_lazy("condition when lent"), max_length=300)
    meter = forms.DecimalField(
        label=gettext_lazy("meter when lent"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    signed_by = forms.CharField(label=gettext_lazy("signed by"), max_length=60)
    signature = SignatureField(label=gettext_lazy("signature"))


class TakeBackForm(forms.Form):
    """How a piece came back."""

    loan = forms.CharField(max_length=64)
    returned_by = forms.CharField(label=gettext_lazy("brought back by"), max_length=60)
    condition = forms.CharField(label=gettext_lazy("condition when it came back"), max_length=300)
    meter = forms.DecimalField(
        label=gettext_lazy("meter when it came back"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
    )
    damage = forms.CharField(label=pgettext_lazy("loaner", "damage"), max_length=300, required=False)
    amount = forms.DecimalField(
        label=gettext_lazy("charged for it (CNY)"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
    )
    usable = forms.ChoiceField(choices=(("yes", "yes"), ("no", "no")), required=False)


def take_loan(piece: str, step: str, data: Any, files: Any, *, by: Any) -> Answer:
    """Lend a piece or take it back at the time when that was done. Status and what to tell the app."""
    work = STEPS.get(step)
    if work is None:
        return 404, problem("unknown", _("There is no such step."))
    key = plain(data.get("key", ""))
    try:
        equipment = _piece(piece, by)
        do = work(equipment, data, uploads_of(files), by=by)
        services.once(key, step, by=by, do=do)
    except Refused as error:
        return error.status, problem(error.code, error.text)
    except Invalid as error:
        return 422, problem("invalid", _("This was not accepted."), error.form)
    except ConsentMissing as error:
        return 409, problem("consent", _ask(equipment, data, by) or str(error.messages[0]))
    except (StaleDocument, ActionNotAllowed) as error:
        return 409, problem("state", str(error))
    except PermissionDenied:
        return 409, problem("not_yours", _("You lend no loaners here any more."))
    except ValidationError as error:
        return 422, problem("invalid", _("This was not accepted."), errors=error)
    return 200, {"done": True}


def _piece(key: str, by: Any) -> LoanEquipment:
    """The piece that the phone names ``L12``, for those who may see it."""
    rows = LoanEquipment.objects.visible_to(by).select_related("model", "organization")
    number = key.removeprefix("L")
    found = rows.filter(pk=number).first() if number.isdecimal() and len(number) < 18 else None
    if found is None:
        raise Refused(404, "unknown", _("There is no such loaner in your pool."))
    if not by.has_perm(LEND, found):
        raise Refused(409, "not_yours", _("You lend no loaners here any more."))
    return found


def _order(number: str, by: Any) -> WorkOrder:
    rows = WorkOrder.objects.visible_to(by).select_related("organization", "customer")
    order = rows.filter(number=number).first()
    if order is None:
        raise Refused(404, "unknown", _("There is no job %(number)s of yours.") % {"number": number})
    return order


def _lend(piece: LoanEquipment, data: Any, files: Any, *, by: Any) -> Callable[[], Loan]:
    cleaned = cleaned_of(LendForm(data))
    order = _order(cleaned["order"], by)
    if piece.state != LoanEquipment.State.POOL:
        raise Refused(409, "gone", _gone(piece))
    at = _lent_at(piece, data.get("at", ""))
    due_on = cleaned["due_on"]
    due = timezone.make_aware(datetime.combine(due_on, time(18))) if due_on is not None else None

    def do() -> Loan:
        lending = Lending(
            equipment=piece,
            order=order,
            signed_by=cleaned["signed_by"],
            condition=cleaned["condition"],
            reason=cleaned["reason"],
            grade_note=cleaned["grade_note"],
            due_back_at=due,
            meter=cleaned["meter"],
            phone=order.contact_phone,
            photos=stored_photos(files.getlist("photos"), data, by=by),
            signature=store(cleaned["signature"], by=by, kinds=("image",)),
        )
        return services.lend(lending, by=by, at=at)

    return do


def _gone(piece: LoanEquipment) -> str:
    """Why a piece cannot be lent: who lent it meanwhile and when, or its state."""
    loan = piece.loans.filter(is_out=True).select_related("created_by").first()
    if loan is None:
        words = {"piece": piece, "state": piece.state_label}
        return _("%(piece)s is not in the pool: %(state)s.") % words
    lent = timezone.localtime(loan.lent_at)
    words = {
        "piece": piece,
        "number": loan.number,
        "at": f"{lent:%m-%d %H:%M}",
        "who": loan.created_by or "—",
    }
    return _("%(piece)s was lent by %(who)s at %(at)s already (%(number)s).") % words


def _lent_at(piece: LoanEquipment, said: str) -> datetime:
    """When it was lent: not to come, and not before it came back from the customer before."""
    last = piece.loans.filter(returned_at__isnull=False).order_by("-returned_at").first()
    now = timezone.now()
    given = _said(said) or now
    return min(max(given, last.returned_at) if last is not None and last.returned_at else given, now)


def _said(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return None if timezone.is_naive(moment) else moment


def _ask(piece: LoanEquipment, data: Any, by: Any) -> str:
    """Ask whoever has to agree to the loan; nothing where that was done before."""
    order = _order(plain(data.get("order", "")), by)
    lending = Lending(
        equipment=piece,
        order=order,
        signed_by="",
        condition="",
        signature=None,
        reason=plain(data.get("reason", ""), 300),
    )
    try:
        approval = services.ask_for_loan(lending, by=by)
    except ValidationError:
        return ""
    return asked_text(approval) if approval is not None else ""


def _take_back(piece: LoanEquipment, data: Any, files: Any, *, by: Any) -> Callable[[], Loan]:
    cleaned = cleaned_of(TakeBackForm(data))
    loan = _loan(piece, cleaned["loan"], by)
    at, _corrected = moment_of(loan, data.get("at", ""), not_before=loan.lent_at)

    def do() -> Loan:
        back = TakingBack(
            returned_by=cleaned["returned_by"],
            condition=cleaned["condition"],
            meter=cleaned["meter"],
            damage=cleaned["damage"],
            amount=cleaned["amount"] or Decimal(0),
            usable=cleaned["usable"] != "no",
            photos=stored_photos(files.getlist("photos"), data, by=by),
        )
        return services.take_back(loan, back, by=by, at=at)

    return do


def _loan(piece: LoanEquipment, key: str, by: Any) -> Loan:
    """The loan of a piece by its number, or by the key of the step that began it."""
    rows = Loan.objects.visible_to(by).filter(equipment=piece).select_related("organization", "order")
    found = rows.filter(number=key).first() or rows.filter(pk=services.loan_lent(key, by) or 0).first()
    if found is None:
        raise Refused(409, "changed", _("The loan to which this belongs was not taken over."))
    return found


STEPS: dict[str, Callable[..., Callable[[], Loan]]] = {"lend": _lend, "take-back": _take_back}


@require_POST
@for_app
def send_loan(request: HttpRequest, piece: str, step: str) -> HttpResponse:
    """Take over one step of a loaner. Sent again with its key it is answered as done."""
    key = plain(request.POST.get("key", ""))
    if services.was_sent(key, request.user):
        return told(DONE)
    answer = take_loan(piece, step, request.POST, request.FILES, by=request.user)
    return told(DONE if answer[0] == 409 and services.was_sent(key, request.user) else answer)

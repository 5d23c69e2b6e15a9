"""Lending, taking back, damage and loss of loaners."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.approvals import ask
from jiannuo.office.documents.models import Approval, Attachment
from jiannuo.operations.bench.models import BenchRules, CarryIn, GoodsMove, Loan, LoanEquipment
from jiannuo.operations.bench.owing import why_owed
from jiannuo.operations.bench.services.book import book_goods
from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.events import LoanerGiven
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.promises.obligations import services as obligations

METRIC = "loaner"


@dataclass(frozen=True, slots=True)
class Lending:
    """Which piece goes to whom, why, until when and how it looks. ``photos`` and ``signature`` are stored files."""

    equipment: LoanEquipment
    signed_by: str
    condition: str
    signature: Any
    carry_in: CarryIn | None = None
    customer: Any = None
    order: Any = None
    phone: str = ""
    reason: str = ""
    grade_note: str = ""
    due_back_at: datetime | None = None
    meter: Decimal | None = None
    photos: Sequence[Any] = field(default=())


@dataclass(frozen=True, slots=True)
class TakingBack:
    """How a piece came back; ``usable`` says whether it goes into the pool again or to repair. Amounts in CNY."""

    returned_by: str
    condition: str
    meter: Decimal | None = None
    damage: str = ""
    amount: Decimal = Decimal(0)
    usable: bool = True
    photos: Sequence[Any] = field(default=())


@transaction.atomic
def lend(lending: Lending, *, by: Any, at: datetime | None = None, is_demo: bool = False) -> Loan:
    """Lend a piece of the pool: slip, photos, signature, goods book; a loaner that was owed is thereby given.

    Raises PermissionDenied, ConsentMissing where a clause wants somebody's consent to a loan, ValidationError for a
    piece that is not in the pool (also when two lend it at once), of a lower grade without a reason, or due in the
    past.
    """
    at = at or timezone.now()
    piece = LoanEquipment.objects.select_for_update(of=("self",)).select_related("model", "organization")
    equipment = piece.get(pk=lending.equipment.pk)
    if not by.has_perm("loans.lend", equipment):
        raise PermissionDenied("loans.lend")
    receipt = lending.carry_in
    order = receipt.order if receipt is not None else lending.order
    customer = (
        receipt.customer if receipt is not None else order.customer if order is not None else lending.customer
    )
    _check_lending(lending, equipment, receipt, customer, at)
    rules = BenchRules.of(equipment.organization)
    owed = why_owed(order) if order is not None else None
    if order is not None:
        consents.require(order, "loan", by=by)
    usual = at + timedelta(days=rules.loan_days)
    due = lending.due_back_at or (receipt.expected_at if receipt is not None else None) or usual
    if due <= at:
        due = usual
    loan = Loan(
        organization=equipment.organization,
        equipment=equipment,
        customer=customer,
        order=order,
        carry_in=receipt,
        was_owed=bool(owed and owed.is_owed),
        reason=(lending.reason or (owed.text if owed else ""))[:300],
        grade_note=lending.grade_note,
        lent_at=at,
        due_back_at=due,
        meter_out=lending.meter,
        condition_out=lending.condition,
        accessories=equipment.accessories,
        signed_by=lending.signed_by,
        phone=lending.phone or (receipt.brought_phone if receipt is not None else ""),
        signature=lending.signature,
        next_reminder_at=_first_reminder(due, rules, at),
        title=f"{customer} · {equipment}"[:200],
        created_at=at,
        is_demo=is_demo,
    )
    try:
        with transaction.atomic():
            documents.create_document(loan, by=by)
    except IntegrityError as error:
        raise ValidationError({"equipment": _already_out(equipment)}) from error
    LoanEquipment.objects.filter(pk=equipment.pk).update(state=LoanEquipment.State.LENT)
    if lending.photos:
        documents.attach_all(loan, lending.photos, by=by, purpose=Attachment.Purpose.BEFORE)
    if lending.signature is not None:
        documents.attach(
            loan, lending.signature, by=by, purpose=Attachment.Purpose.SIGNATURE, caption=lending.signed_by
        )
    book_goods(loan, GoodsMove.Reason.LENT, by=by, at=at, party=lending.signed_by)
    if order is not None:
        obligations.fulfil(order, METRIC, at=at, evidence=loan, by=by)
        publish(
            LoanerGiven(
                order_id=order.pk,
                number=order.number,
                at=at,
                loan_id=loan.pk,
                loan_number=loan.number,
                by_id=by.pk,
            )
        )
    return loan


def ask_for_loan(lending: Lending, *, by: Any) -> Approval | None:
    """Ask for the consent that a clause wants before a loan; ``None`` when none is missing."""
    order = lending.carry_in.order if lending.carry_in is not None else lending.order
    if order is None:
        return None
    return consents.obtain(order, "loan", by=by, what=str(lending.equipment), reason=lending.reason)


def _already_out(equipment: LoanEquipment) -> str:
    return _("%(piece)s is not in the pool: %(state)s.") % {
        "piece": equipment,
        "state": equipment.state_label,
    }


def _check_lending(
    lending: Lending, equipment: LoanEquipment, receipt: CarryIn | None, customer: Any, at: datetime
) -> None:
    if equipment.state != LoanEquipment.State.POOL:
        raise ValidationError({"equipment": _already_out(equipment)})
    if customer is None:
        raise ValidationError({"customer": _("Choose the customer.")})
    if receipt is not None and not receipt.is_live:
        raise ValidationError(_("The customer's own machine was collected already."))
    if not lending.signed_by.strip():
        raise ValidationError({"signed_by": _("Enter the name of the person who signs.")})
    if lending.due_back_at is not None and lending.due_back_at <= at:
        raise ValidationError({"due_back_at": _("It must be due back later than now.")})
    if lending.order is None and receipt is None and not lending.reason.strip():
        raise ValidationError({"reason": _("Write down why it is lent.")})
    own = _grade_of(receipt)
    if own is not None and equipment.grade < own and not lending.grade_note.strip():
        text = _("The customer's machine is of grade %(own)s, this one of grade %(this)s. Write down why.")
        raise ValidationError({"grade_note": text % {"own": own, "this": equipment.grade}})


def _grade_of(receipt: CarryIn | None) -> int | None:
    """The grade of the customer's own machine, where the table knows it."""
    unit = receipt.unit if receipt is not None else None
    found = getattr(unit.model, "loan_grade", None) if unit is not None else None
    return found.grade if found is not None else None


def _first_reminder(due: datetime, rules: BenchRules, now: datetime) -> datetime:
    """Before it is due, as the table says; where that is past already, the day after it is due."""
    early = due - timedelta(days=rules.loan_warn_days)
    return early if early > now else due + timedelta(days=1)


@transaction.atomic
def take_back(
    loan: Loan, back: TakingBack, *, by: Any, version: int | None = None, at: datetime | None = None
) -> Loan:
    """Take a loaner back, with its damage assessed; the damage comes onto the customer's order where that is open.

    Raises PermissionDenied, ActionNotAllowed (back already), StaleDocument, ValidationError for a meter below the one
    when it was lent, a negative amount, an amount without a damage.
    """
    at = at or timezone.now()
    _check_return(loan, back)
    done = documents.perform(
        loan,
        "take_back",
        by=by,
        version=version,
        at=at,
        data={
            "returned_by": back.returned_by,
            "condition_back": back.condition,
            "meter_back": back.meter,
            "damage": back.damage,
            "damage_amount": back.amount,
            "damage_state": Loan.Damage.CHARGED if back.amount else Loan.Damage.NONE,
        },
        text=back.damage,
    )
    state = LoanEquipment.State.POOL if back.usable else LoanEquipment.State.REPAIR
    changed = {"state": state, "condition": back.condition}
    LoanEquipment.objects.filter(pk=done.equipment_id).update(**changed)
    if back.photos:
        documents.attach_all(done, back.photos, by=by, purpose=Attachment.Purpose.AFTER)
    book_goods(done, GoodsMove.Reason.LOAN_BACK, by=by, at=at, party=back.returned_by, note=back.damage)
    _charge_damage(done, by=by)
    return _fresh(done)


def _check_return(loan: Loan, back: TakingBack) -> None:
    problems: dict[str, str] = {}
    if back.amount < 0:
        problems["amount"] = _("A damage cannot be negative.")
    if back.amount > 0 and not back.damage.strip():
        problems["damage"] = _("Write down what is damaged or missing.")
    if loan.meter_out is not None and back.meter is not None and back.meter < loan.meter_out:
        text = _("The meter read %(out)s when it was lent; it cannot read less now.")
        problems["meter"] = text % {"out": f"{loan.meter_out.normalize():f}"}
    if loan.meter_out is not None and back.meter is None:
        problems["meter"] = _("Enter the meter reading: it was read when it was lent.")
    if not back.returned_by.strip():
        problems["returned_by"] = _("Enter who brought it back.")
    if problems:
        raise ValidationError(problems)


def _charge_damage(loan: Loan, *, by: Any) -> None:
    """Put the damage onto the order of the repair; where there is none, or it is signed, it stays on the slip."""
    if loan.damage_state != Loan.Damage.CHARGED or loan.order is None:
        return
    words = _("Loaner %(number)s: %(damage)s") % {"number": loan.number, "damage": loan.damage}
    line = orders.put_charge(loan.order, description=words, amount=loan.damage_amount, by=by)
    if line is not None:
        Loan.objects.filter(pk=loan.pk).update(charge_line=line)


def _fresh(loan: Loan) -> Loan:
    return Loan.objects.select_related("organization", "equipment__model", "customer", "order").get(
        pk=loan.pk
    )


@transaction.atomic
def do_loan(
    document: Loan,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Loan:
    """Do an action of a loan; who may not waive a damage asks whoever the table names.

    Raises what ``documents.services.perform`` raises, and ValidationError.
    """
    at, values = at or timezone.now(), dict(data or {})
    if name == "waive_damage" and not as_system and not by.has_perm("loans.waive", document):
        return _ask_waiver(document, str(values.get("reason", "")), by=by)
    if name == "lose" and values.get("amount", Decimal(0)) < 0:
        raise ValidationError({"amount": _("A damage cannot be negative.")})
    if name == "extend" and values["due_back_at"] <= at:
        raise ValidationError({"due_back_at": _("It must be due back later than now.")})
    loan = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    loan = _fresh(loan)
    if name == "extend":
        rules = BenchRules.of(loan.organization)
        loan.next_reminder_at = _first_reminder(loan.due_back_at, rules, at)
        Loan.objects.filter(pk=loan.pk).update(next_reminder_at=loan.next_reminder_at)
    elif name == "lose":
        LoanEquipment.objects.filter(pk=loan.equipment_id).update(state=LoanEquipment.State.LOST)
        _charge_damage(loan, by=by)
    elif name == "waive_damage" and loan.charge_line_id is not None:
        line = OrderLine.objects.select_related("order").get(pk=loan.charge_line_id)
        if not orders.take_charge_off(line, by=by, reason=loan.waive_reason):
            raise ValidationError(_("The customer has signed the sum already; pay it back instead."))
    return _fresh(loan)


def _ask_waiver(loan: Loan, reason: str, *, by: Any) -> Loan:
    if not by.has_perm("loans.lend", loan):
        raise PermissionDenied("loans.lend")
    rules = BenchRules.of(loan.organization)
    ask(
        loan,
        _("Waive the damage of a loaner"),
        [rules.waiver_role],
        by=by,
        amount=loan.damage_amount,
        reason=reason,
        on_approved="waive_damage",
        data={"reason": reason},
    )
    return loan

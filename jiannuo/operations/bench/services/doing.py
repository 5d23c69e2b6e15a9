"""Doing an action of a receipt, and everything that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.operations.bench import notices, telling
from jiannuo.operations.bench.models import BenchRules, CarryIn, GoodsMove
from jiannuo.operations.bench.services import estimates
from jiannuo.operations.bench.services.book import book_goods
from jiannuo.operations.bench.services.expecting import renew_expected
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import totals


@dataclass(frozen=True, slots=True)
class Step:
    """An action that was done on a receipt: who did it, when, with what data."""

    receipt: CarryIn
    by: Any
    at: datetime
    data: Mapping[str, Any]

    @property
    def order(self) -> WorkOrder:
        return self.receipt.order

    def do(self, name: str, **data: Any) -> None:
        """Lead the order along; the person's right was asked for the receipt."""
        orders.do(self.order, name, by=self.by, at=self.at, data=data, as_system=True)
        self.order.refresh_from_db()


@transaction.atomic
def do(
    document: CarryIn,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> CarryIn:
    """Do an action; raises what ``documents.services.perform`` raises, and ValidationError where the order refuses."""
    at = at or timezone.now()
    try:
        receipt = documents.perform(
            document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
        )
        receipt = _fresh(receipt)
        follow = EFFECTS.get(name)
        if follow is not None:
            follow(Step(receipt, by, at, dict(data or {})))
    except estimates.AnswerTooLate as error:
        raise ValidationError(_("The customer was asked nothing, or has answered already.")) from error
    return _fresh(receipt)


def _fresh(receipt: CarryIn) -> CarryIn:
    related = (
        "organization",
        "order__organization",
        "order__technician",
        "customer",
        "unit__model",
        "created_by",
    )
    return CarryIn.objects.select_related(*related).get(pk=receipt.pk)


def back_on_the_bench(step: Step) -> None:
    """The order is worked on again; the promise may end later than it did."""
    if step.order.state == WorkOrder.State.WAITING:
        step.do("resume")
    if step.order.state == WorkOrder.State.ACCEPTED:
        step.do("take_in")
    renew_expected(step.receipt)


def _taken_on(step: Step) -> None:
    step.do("entrust", technician=step.by)
    if step.receipt.state == CarryIn.State.RECEIVED and step.order.state == WorkOrder.State.ACCEPTED:
        back_on_the_bench(step)


def _entrusted(step: Step) -> None:
    step.do("entrust", technician=step.data["technician"])
    telling.tell_worker(step.receipt, step.data["technician"], by=step.by)


def _paused(step: Step) -> None:
    step.do("pause", waiting_for=step.data["waiting_for"], reason=step.data.get("reason", ""))


def _asked(step: Step) -> None:
    estimates.put_to_customer(step.receipt, by=step.by, at=step.at, note=step.data.get("note", ""))


def _answered(step: Step) -> None:
    estimates.close_estimate(
        step.receipt,
        accepted=step.data["accepted"],
        name=step.data["name"],
        way=step.data["way"],
        remark=step.data.get("remark", ""),
        by=step.by,
        at=step.at,
    )
    _end_waiting(step)


def _withdrawn(step: Step) -> None:
    estimates.withdraw(step.receipt, at=step.at)
    _end_waiting(step)


def _end_waiting(step: Step) -> None:
    """Go on where the order waited for this customer; other waiting goes on waiting."""
    if step.order.waiting_for == WorkOrder.Waiting.CUSTOMER:
        back_on_the_bench(step)


def _sent_away(step: Step) -> None:
    reason = step.data.get("reason", "")
    book_goods(
        step.receipt, GoodsMove.Reason.SENT_AWAY, by=step.by, at=step.at, party=step.data["to"], note=reason
    )


def _came_back(step: Step) -> None:
    book_goods(
        step.receipt, GoodsMove.Reason.CAME_BACK, by=step.by, at=step.at, note=step.data.get("remark", "")
    )


def _given_back(step: Step) -> None:
    """Not repaired: the planned lines go, the inspection fee stays where the customer refused or it is asked for."""
    if not step.receipt.refused:
        fee = BenchRules.of(step.receipt.organization).inspection_item if step.data.get("with_fee") else None
        orders.put_fee_instead(step.order, fee, by=step.by)
    step.do("give_back", reason=step.data["reason"])
    _ready(step)


def _ready(step: Step) -> None:
    """On the shelf: the customer is told, and reminded as the table says."""
    estimates.withdraw(step.receipt, at=step.at)
    rules = BenchRules.of(step.receipt.organization)
    later = step.at + timedelta(days=rules.first_reminder_days)
    CarryIn.objects.filter(pk=step.receipt.pk).update(next_reminder_at=later)
    tell_ready(step.receipt, occasion=f"v{step.receipt.version}")


def tell_ready(receipt: CarryIn, *, occasion: str) -> bool:
    """Tell the customer that the goods are ready, and what is to be paid (CNY)."""
    amount = totals(list(receipt.order.lines.all()))["customer"]
    words = {"amount": f"{amount:,.2f}", "storage": receipt.storage_text}
    return telling.tell_receipt(receipt, notices.READY, occasion=occasion, **words)


def _reminded(step: Step) -> None:
    remind(step.receipt, at=step.at)


def remind(receipt: CarryIn, *, at: datetime) -> None:
    """Count and send one more reminder, and plan the next one."""
    rules = BenchRules.of(receipt.organization)
    number = receipt.reminders + 1
    CarryIn.objects.filter(pk=receipt.pk).update(
        reminders=number, next_reminder_at=at + timedelta(days=rules.reminder_every_days)
    )
    tell_ready(receipt, occasion=f"reminder {number}")


def order_completed(order_id: int, *, at: datetime) -> CarryIn | None:
    """The repair is done: what belongs to the order waits for its customer."""
    states = (CarryIn.State.RECEIVED, CarryIn.State.ASKED)
    found = CarryIn.objects.present().filter(order=order_id, state__in=states).first()
    if found is None or found.order.state not in ("completed", "signed", "reviewed", "closed"):
        return None
    return do(found, "make_ready", by=None, at=at, as_system=True)


EFFECTS: dict[str, Callable[[Step], None]] = {
    "take_on": _taken_on,
    "entrust": _entrusted,
    "pause": _paused,
    "resume": back_on_the_bench,
    "ask_customer": _asked,
    "note_answer": _answered,
    "withdraw_estimate": _withdrawn,
    "send_away": _sent_away,
    "come_back": _came_back,
    "give_back": _given_back,
    "make_ready": _ready,
    "remind": _reminded,
}

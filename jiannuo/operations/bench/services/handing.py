"""Handing goods over against the receipt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.services import ActionNotAllowed, attach, lock
from jiannuo.office.documents.services import perform as perform_action
from jiannuo.operations.bench.events import GoodsCollected
from jiannuo.operations.bench.models import CarryIn, GoodsMove, Loan
from jiannuo.operations.bench.services.book import book_goods
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import totals

#: states of the order in which its goods may leave
DONE = ("completed", "signed", "reviewed", "closed")


@dataclass(frozen=True, slots=True)
class HandOver:
    """Who collects, with which proof, what is handed over; ``returned`` are keys of accessories."""

    name: str
    proof: str
    returned: Collection[int]
    signature: Any
    phone: str = ""
    proof_note: str = ""
    by_somebody_else: bool = False
    missing_note: str = ""
    loan_note: str = ""
    opinion: str = ""
    rating: int | None = None


class NotInTheHouse(ActionNotAllowed):
    """The piece cannot be handed out: it is not here, or not ready."""

    def __init__(self, receipt: CarryIn, text: str) -> None:
        self.document = receipt
        Exception.__init__(self, text)


def open_loans(receipt: CarryIn) -> list[Loan]:
    """The loaners that the customer still has because of this receipt. One query."""
    rows = Loan.objects.filter(carry_in=receipt.pk, is_out=True)
    return list(rows.select_related("equipment__model"))


@transaction.atomic
def hand_over(
    receipt: CarryIn, taken: HandOver, *, by: Any, version: int | None = None, at: datetime | None = None
) -> CarryIn:
    """Hand the goods over: proof, accessories, signature, charge, the line of the goods book; the order is signed.

    Raises PermissionDenied, StaleDocument, NotInTheHouse (collected already, sent away, not ready), ValidationError by
    field for a lost receipt without identity, somebody else without a phone, an accessory or a loaner that stays out
    without a reason.
    """
    at = at or timezone.now()
    receipt = lock(receipt, version=version)
    if receipt.state != CarryIn.State.READY:
        raise NotInTheHouse(receipt, _why_not(receipt))
    order = lock(receipt.order)
    if order.state not in DONE:
        text = _("The work order %(number)s is “%(state)s”: finish it before the goods leave.")
        raise NotInTheHouse(receipt, text % {"number": order.number, "state": order.state_label})
    accessories = list(receipt.accessories.all())
    missing = [one for one in accessories if one.pk not in set(taken.returned)]
    _check(receipt, taken, missing)
    charged = totals(list(order.lines.all()))["customer"]
    done = perform_action(
        receipt,
        "collect",
        by=by,
        at=at,
        data={
            "collected_by": taken.name.strip(),
            "collected_phone": taken.phone,
            "by_somebody_else": taken.by_somebody_else,
            "proof": taken.proof,
            "proof_note": taken.proof_note,
            "missing_note": taken.missing_note if missing else "",
            "loan_note": taken.loan_note,
            "charged": charged,
            "collect_signature": taken.signature,
        },
        text=taken.name.strip(),
    )
    for one in accessories:
        one.returned = one not in missing
        one.save(update_fields=["returned"])
    attach(done, taken.signature, by=by, purpose=Attachment.Purpose.SIGNATURE, caption=taken.name)
    note = "；".join(part for part in (taken.proof_note, done.missing_note, taken.loan_note) if part)
    book_goods(done, GoodsMove.Reason.COLLECTED, by=by, at=at, party=taken.name, note=note)
    if order.state == WorkOrder.State.COMPLETED:
        signed = {
            "signed_by": taken.name.strip(),
            "signature": taken.signature,
            "opinion": taken.opinion,
            "rating": taken.rating,
        }
        orders.do(order, "sign", by=by, at=at, data=signed, as_system=True)
    publish(GoodsCollected(receipt_id=done.pk, order_id=order.pk, at=at))
    return done


def _why_not(receipt: CarryIn) -> str:
    if receipt.state == CarryIn.State.COLLECTED:
        when = (
            timezone.localtime(receipt.collected_at).strftime("%Y-%m-%d %H:%M")
            if receipt.collected_at
            else ""
        )
        return _("It was collected already: %(who)s, %(when)s.") % {"who": receipt.collected_by, "when": when}
    if receipt.state == CarryIn.State.AWAY:
        return _("It is not in the house: it was sent to %(where)s. Book it in first.") % {
            "where": receipt.away_with
        }
    return _("It is not ready: the repair is not finished.")


def _check(receipt: CarryIn, taken: HandOver, missing: list[Any]) -> None:
    problems: dict[str, str] = {}
    if not taken.name.strip():
        problems["name"] = _("Enter who collects it.")
    if taken.proof not in CarryIn.Proof.values:
        problems["proof"] = _("Say whether the receipt was shown or the identity checked.")
    elif taken.proof == CarryIn.Proof.IDENTITY and not taken.proof_note.strip():
        problems["proof_note"] = _(
            "Without the receipt: write down the identity paper and why the receipt is missing."
        )
    if taken.by_somebody_else and not taken.phone.strip():
        problems["phone"] = _("Somebody else collects: write down their phone number.")
    if missing and not taken.missing_note.strip():
        names = "、".join(map(str, missing))
        problems["missing_note"] = _("Not handed over: %(names)s. Write down why.") % {"names": names}
    if taken.signature is None:
        problems["signature"] = _("The signature is missing. Let the customer sign in the box.")
    loans = open_loans(receipt)
    if loans and not taken.loan_note.strip():
        names = "、".join(str(loan.equipment) for loan in loans)
        problems["loan_note"] = _(
            "The loaner is still out: %(names)s. Take it back first, or write down why not."
        ) % {"names": names}
    if problems:
        raise ValidationError(problems)

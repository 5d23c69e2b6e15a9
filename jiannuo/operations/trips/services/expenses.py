"""What a trip cost, and what was learnt on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.files.services import store
from jiannuo.kernel.money import in_figures
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.operations.trips.models import BusinessTrip, ExpenseLimit, TripExpense, TripFeedback, TripPerson
from jiannuo.operations.trips.models.trip import takes_part

RECEIPTS = ("image", "pdf")


@dataclass(frozen=True, slots=True)
class Expense:
    """One line: ``amount`` in CNY, ``receipt`` an upload."""

    person: Any
    kind: str
    spent_on: date
    amount: Decimal
    text: str
    receipt: Any = None
    no_receipt: str = ""
    paid_by: str = TripExpense.PaidBy.PERSON
    over_reason: str = ""


@transaction.atomic
def add_expense(trip: BusinessTrip, line: Expense, *, by: Any) -> TripExpense:
    """Write down an expense. Raises PermissionDenied, and ValidationError by field: without receipt or the reason why,
    above the limit of the table without a reason, for somebody who does not travel, in a state of no spending.
    """
    trip = _open(trip, by)
    traveller = trip.people.filter(person=line.person.pk).first()
    if traveller is None:
        raise ValidationError({"person": _("%(name)s does not travel on this trip.") % {"name": line.person}})
    if line.amount <= 0:
        raise ValidationError({"amount": _("Enter an amount above zero.")})
    if line.spent_on > timezone.localdate():
        raise ValidationError({"spent_on": _("This day is still to come.")})
    if line.receipt is None and not line.no_receipt.strip():
        raise ValidationError({"receipt": _("Add a photo of the receipt, or say why there is none.")})
    over = _over_limit(trip, traveller, line)
    receipt = store(line.receipt, by=by, kinds=RECEIPTS) if line.receipt is not None else None
    made = TripExpense(
        trip=trip,
        traveller=traveller,
        kind=line.kind,
        spent_on=line.spent_on,
        amount=line.amount,
        paid_by=line.paid_by,
        text=line.text.strip(),
        receipt=receipt,
        no_receipt="" if receipt else line.no_receipt.strip(),
        over_limit=over,
        over_reason=line.over_reason.strip() if over else "",
        by=by,
    )
    made.full_clean()
    made.save()
    text = _("Expense: %(kind)s %(amount)s, %(text)s")
    _write(
        trip,
        by,
        text % {"kind": made.get_kind_display(), "amount": in_figures(made.amount), "text": made.text},
    )
    return made


def _over_limit(trip: BusinessTrip, traveller: TripPerson, line: Expense) -> bool:
    """Whether the line goes above the limit of the table; raises ValidationError when nobody says why."""
    limit = ExpenseLimit.of(trip.organization, line.kind)
    if limit is None:
        return False
    rows = traveller.expenses.filter(kind=line.kind)
    if limit.per == ExpenseLimit.Per.DAY:
        rows = rows.filter(spent_on=line.spent_on)
    spent = (rows.aggregate(total=Sum("amount"))["total"] or Decimal(0)) + line.amount
    if spent <= limit.amount:
        return False
    if not line.over_reason.strip():
        text = _("%(spent)s is above the limit of %(limit)s for each %(per)s. Say why.")
        values = {
            "spent": in_figures(spent),
            "limit": in_figures(limit.amount),
            "per": limit.get_per_display(),
        }
        raise ValidationError({"over_reason": text % values})
    return True


@transaction.atomic
def remove_expense(line: TripExpense, *, by: Any) -> None:
    """Take a line back before the expenses are handed in. Raises PermissionDenied, ValidationError."""
    trip = _open(line.trip, by)
    text = _("Expense taken back: %(kind)s %(amount)s, %(text)s")
    _write(
        trip,
        by,
        text % {"kind": line.get_kind_display(), "amount": in_figures(line.amount), "text": line.text},
    )
    line.delete()


def _open(trip: BusinessTrip, by: Any) -> BusinessTrip:
    trip = documents.lock(trip)
    if not by.has_perm("trips.own", trip) or not takes_part(trip, by):
        raise PermissionDenied("trips.own")
    if trip.state not in BusinessTrip.SPENDING:
        raise ValidationError(
            _("Expenses are written down between the approval and the settlement; this trip is “%(state)s”.")
            % {"state": trip.state_label}
        )
    return trip


def _write(trip: BusinessTrip, by: Any, text: str) -> None:
    documents.save(trip)
    documents.record(trip, TimelineEntry.Kind.CHANGE, by=by, text=text)


@transaction.atomic
def write_feedback(trip: BusinessTrip, *, by: Any, **texts: str) -> TripFeedback:
    """Hand in the feedback form of a trip, or correct it until the trip is settled.

    Raises PermissionDenied, and ValidationError by field or for a trip that has not begun or is over.
    """
    trip = documents.lock(trip)
    if not by.has_perm("trips.own", trip) or not takes_part(trip, by):
        raise PermissionDenied("trips.own")
    if trip.state not in BusinessTrip.TOOK_PLACE or trip.state == BusinessTrip.State.SETTLED:
        raise ValidationError(
            _("The feedback form is written during or after the trip; this one is “%(state)s”.")
            % {"state": trip.state_label}
        )
    made = TripFeedback.objects.filter(trip=trip).first() or TripFeedback(trip=trip)
    for name, text in texts.items():
        setattr(made, name, text.strip())
    made.by, made.at = by, timezone.now()
    made.full_clean()
    made.save()
    trip.remind_at = None
    _write(trip, by, _("The feedback form was handed in."))
    return made

"""Reminders: goods that nobody collects, loaners that are due or late."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.batches import alone
from jiannuo.operations.bench import notices, telling
from jiannuo.operations.bench.models import BenchRules, CarryIn, Loan
from jiannuo.operations.bench.services.doing import remind

BATCH = 200


@periodic(every=timedelta(minutes=15), name="bench.remind", lease=timedelta(minutes=10))
def remind_customers() -> int:
    """Send the reminders that are due; how many."""
    return remind_due(timezone.now())


def remind_due(now: datetime) -> int:
    """Remind of goods on the shelf and of loaners. Each row is claimed first, so that two workers remind once."""
    sent = 0
    goods = CarryIn.objects.filter(next_reminder_at__lte=now, state=CarryIn.State.READY)
    for receipt in goods.select_related("organization", "order", "customer").order_by("next_reminder_at")[
        :BATCH
    ]:
        with (
            alone("The reminder of %s could not be sent; it is tried again", receipt.number),
            transaction.atomic(),
        ):
            if _claimed(receipt):
                remind(receipt, at=now)
                sent += 1
    loans = Loan.objects.filter(next_reminder_at__lte=now, is_out=True)
    related = ("organization", "customer", "equipment__model", "created_by")
    for loan in loans.select_related(*related).order_by("next_reminder_at")[:BATCH]:
        with (
            alone("The reminder of %s could not be sent; it is tried again", loan.number),
            transaction.atomic(),
        ):
            if _claimed(loan):
                _ask_back(loan, now)
                sent += 1
    return sent


def _claimed(row: Any) -> bool:
    rows = type(row).objects.filter(pk=row.pk, next_reminder_at=row.next_reminder_at)
    return bool(rows.update(next_reminder_at=None))


def _ask_back(loan: Loan, now: datetime) -> None:
    """Before the day a reminder, after it a request, and whoever lent it is told."""
    rules, number = BenchRules.of(loan.organization), loan.reminders + 1
    late = loan.due_back_at <= now
    later = now + timedelta(days=rules.loan_every_days)
    following = later if late else max(loan.due_back_at, now) + timedelta(days=1)
    Loan.objects.filter(pk=loan.pk).update(reminders=number, next_reminder_at=following)
    telling.tell_borrower(loan, notices.LOAN_LATE if late else notices.LOAN_DUE, occasion=str(number))
    if late:
        telling.tell_late(loan, occasion=str(number))

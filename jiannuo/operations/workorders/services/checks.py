"""Answering the checklist."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.workorders.models import OrderCheck, WorkOrder
from jiannuo.operations.workorders.services.guard import lock_for_work

YES, NO = "yes", "no"
#: a measured value has at most so many digits before the point, and so many characters as typed
MOST_DIGITS, MOST_TYPED = 18, 40


@transaction.atomic
def answer_check(
    check: OrderCheck, value: str = "", *, by: Any, photo: Any = None, at: datetime | None = None
) -> OrderCheck:
    """Record the answer to one check: ``yes`` or ``no``, a measured value, a text or a photo.

    A measured value out of its limits is kept and marked as not in order. An empty answer takes the answer back.
    Raises PermissionDenied for others than the technician, NotNow unless at work, ValidationError for a value that
    is no answer to the question.
    """
    lock_for_work(check.order, by=by)
    value = value.strip()
    if not value and photo is None:
        check.value, check.passed, check.recorded_at = "", None, None
    else:
        check.value, check.passed = judged(check, value, photo)
        check.recorded_at = at or timezone.now()
        check.photo = photo or check.photo
    check.save()
    return check


def judged(check: Any, value: str, photo: Any) -> tuple[str, bool | None]:
    """The answer as kept, and whether it is in order; of whatever is asked like a check of an order."""
    if check.kind == OrderCheck.Kind.YES_NO:
        if value not in {YES, NO}:
            raise ValidationError(_("“%(check)s”: answer yes or no.") % {"check": check.text})
        return value, value == YES
    if check.kind == OrderCheck.Kind.NUMBER:
        try:
            number = Decimal(value.replace("，", ".").replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or number.adjusted() > MOST_DIGITS or len(value) > MOST_TYPED:
            raise ValidationError(_("“%(check)s”: enter a number, such as 0.45.") % {"check": check.text})
        return f"{number:f}", check.within(number)
    if check.kind == OrderCheck.Kind.PHOTO:
        if photo is None:
            raise ValidationError(_("“%(check)s”: take a photo.") % {"check": check.text})
        return photo.name[:120], True
    if len(value) > 120:
        raise ValidationError(_("“%(check)s”: at most 120 characters.") % {"check": check.text})
    return value, True


def unanswered(order: WorkOrder) -> list[OrderCheck]:
    """Required checks that are still open."""
    return list(order.checks.filter(required=True, recorded_at__isnull=True))

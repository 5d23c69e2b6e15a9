"""Whose turn it is: what may be called now, soonest due first, each by one person at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from jiannuo.operations.followups.callhours import HELD
from jiannuo.operations.followups.models import FollowUp
from jiannuo.operations.followups.models.followup import FollowUpQuerySet

TRIED = 20


def callable_now(rows: FollowUpQuerySet, now: datetime) -> FollowUpQuerySet:
    """Those of ``rows`` whose time has come and whose customer may be called at this time of the day."""
    clock = timezone.localtime(now).time()
    begun, over = Q(customer__do_not_call_from__lte=clock), Q(customer__do_not_call_to__lte=clock)
    by_day = Q(customer__do_not_call_from__lte=F("customer__do_not_call_to"))
    over_night = Q(customer__do_not_call_from__gt=F("customer__do_not_call_to"))
    quiet = (by_day & begun & ~over) | (over_night & (begun | ~over))
    hours = Q(followup_kind__call_from__lte=clock, followup_kind__call_to__gt=clock)
    return (
        rows.waiting()
        .filter(hours, state="due", call_at__lte=now)
        .exclude(quiet, customer__do_not_call_from__isnull=False)
    )


def queue_of(user: Any, now: datetime) -> FollowUpQuerySet:
    """What ``user`` may call now: their own and what nobody owns, soonest due first; not what somebody else holds."""
    rows = callable_now(FollowUp.objects.visible_to(user), now)
    held = Q(taken_at__gt=now - HELD) & ~Q(taken_by=user)
    rows = rows.filter(Q(owner=user) | Q(owner__isnull=True)).exclude(held & Q(taken_by__isnull=False))
    found: FollowUpQuerySet = rows.order_by("due_at", "pk")
    return found


@transaction.atomic
def take(followup: FollowUp, *, by: Any, now: datetime | None = None) -> bool:
    """Hold a follow-up for ``by``; False when somebody else holds it."""
    now = now or timezone.now()
    free = Q(taken_by__isnull=True) | Q(taken_by=by) | Q(taken_at__lte=now - HELD)
    return bool(FollowUp.objects.filter(free, pk=followup.pk, state="due").update(taken_by=by, taken_at=now))


def take_next(user: Any, *, now: datetime | None = None) -> FollowUp | None:
    """The next follow-up that ``user`` is to make, held for them; none when nothing may be called now."""
    now = now or timezone.now()
    for followup in queue_of(user, now)[:TRIED]:
        if user.has_perm("followups.handle", followup) and take(followup, by=user, now=now):
            return followup
    return None


@transaction.atomic
def release(followup: FollowUp, *, by: Any) -> None:
    """Give a follow-up back that ``by`` holds."""
    FollowUp.objects.filter(pk=followup.pk, taken_by=by).update(taken_by=None, taken_at=None)

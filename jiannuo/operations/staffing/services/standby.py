"""Standby rosters: who can be reached outside the shifts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import User
from jiannuo.operations.staffing.models import LeaveRequest, StandbyDuty
from jiannuo.operations.workforce.models import Absence

MOST_DUTIES = 60
LONGEST_DUTY = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Rota:
    """People in turn: each has ``length``, the first from ``starts_at``; ``turns`` times round in all."""

    people: Sequence[User]
    starts_at: datetime
    length: timedelta
    turns: int = 1
    kind: str = StandbyDuty.Kind.WEEK
    rank: int = 1


@transaction.atomic
def plan_rota(organization: Any, rota: Rota, *, by: Any) -> list[StandbyDuty]:
    """Put a rota into the roster, all of it or nothing.

    Raises PermissionDenied; ValidationError without people, for a time that is over or too long, for somebody who is
    away then or has another duty at the same time.
    """
    if not by.has_perm("workforce.edit", organization):
        raise PermissionDenied("workforce.edit")
    if not rota.people:
        raise ValidationError({"people": _("Choose at least one person.")})
    if not timedelta() < rota.length <= LONGEST_DUTY:
        raise ValidationError({"ends_at": _("A duty ends after it begins and lasts a month at most.")})
    if rota.starts_at + rota.length <= timezone.now():
        raise ValidationError({"starts_at": _("This time is over.")})
    if rota.turns * len(rota.people) > MOST_DUTIES:
        raise ValidationError({"turns": _("Plan at most %(most)s duties at once.") % {"most": MOST_DUTIES}})
    list(User.objects.select_for_update().filter(pk__in=[one.pk for one in rota.people]).order_by("pk"))
    made, begins = [], rota.starts_at
    for _turn in range(rota.turns):
        for person in rota.people:
            made.append(_duty(organization, rota, person, begins))
            begins += rota.length
    return made


def _duty(organization: Any, rota: Rota, person: User, begins: datetime) -> StandbyDuty:
    ends = begins + rota.length
    values = {"name": person, "day": timezone.localdate(begins).isoformat()}
    if StandbyDuty.objects.filter(person=person, starts_at__lt=ends, ends_at__gt=begins).exists():
        raise ValidationError(
            {"people": _("%(name)s has another duty in the time from %(day)s on.") % values}
        )
    away = Absence.objects.filter(technician__user=person, starts_at__lt=ends, ends_at__gt=begins).exists()
    leave = LeaveRequest.objects.filter(state="granted").at_some_time(begins, ends).filter(person=person)
    if away or leave.exists():
        raise ValidationError({"people": _("%(name)s is away in the time from %(day)s on.") % values})
    if not User.objects.filter(Q(pk=person.pk), is_active=True).exists():
        raise ValidationError({"people": _("%(name)s cannot sign in any more.") % values})
    duty = StandbyDuty(
        organization=organization,
        person=person,
        kind=rota.kind,
        starts_at=begins,
        ends_at=ends,
        rank=rota.rank,
        phone=person.phone,
    )
    duty.full_clean()
    duty.save()
    return duty


@transaction.atomic
def remove_duty(duty: StandbyDuty, *, by: Any) -> None:
    """Take a duty out of the roster."""
    if not by.has_perm("workforce.edit", duty):
        raise PermissionDenied("workforce.edit")
    duty.delete()

"""What the agreements in the files of dealers, stations and suppliers announce, and what ends with a contract."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events.batches import alone
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.obligations import duties
from jiannuo.promises.obligations.announcing import (
    ENDS,
    PARTNERS,
    announce,
    ask_anew,
    call_off_event,
    change_day,
    duties_of,
    same_subject,
)
from jiannuo.promises.obligations.ending import call_off
from jiannuo.promises.obligations.models import AnnouncedEvent, RecurringDuty

SIGNED, ENDED = "contract_signed", "contract_ended"
BATCH = 500
_INSTANT = timedelta(microseconds=1)
RELATED = ("organization", "customer", "unit__model__category", "unit__customer", "commitment", "category")


def follow_agreements(now: datetime | None = None) -> int:
    """Announce the begin and the end of the agreements on file, and follow what changed; how many were looked at.

    An agreement is one by its number. When the file names another, the one before ends the day before that begins; when
    it names none any more, or the partner was closed down, what follows from it is owed no longer.
    """
    now = now or timezone.now()
    partners = Organization.objects.filter(kind__in=PARTNERS)
    on_file = {one.pk: one for one in partners.filter(active=True, agreement_from__isnull=False)}
    known: dict[int, list[AnnouncedEvent]] = {}
    told = AnnouncedEvent.objects.filter(source=AnnouncedEvent.Source.AGREEMENT, called_off_at__isnull=True)
    for row in told.select_related(*RELATED).order_by("on", "pk"):
        known.setdefault(row.organization_id, []).append(row)
    asked = 0
    for pk in {*on_file, *known}:
        organization = on_file.get(pk)
        if organization is not None and _is_told(organization, known.get(pk, [])):
            continue
        asked += 1
        with alone("The agreement of organisation %s could not be followed; it is tried again", pk):
            _follow(organization, known.get(pk, []), now)
    return asked


def _number(organization: Organization) -> str:
    return (organization.agreement_number or f"{organization.agreement_from:%Y-%m-%d}")[:60]


def _days(organization: Organization) -> dict[str, date]:
    """The days of the agreement on file, by event."""
    days = {SIGNED: organization.agreement_from, ENDED: organization.agreement_to}
    return {event: day for event, day in days.items() if day is not None}


def _is_told(organization: Organization, rows: list[AnnouncedEvent]) -> bool:
    """Whether all of it has been announced, and nothing else that lies after it."""
    number, days = _number(organization), _days(organization)
    own = {row.event: row.on for row in rows if row.occasion == number}
    return own == days and all(row.on < days[SIGNED] for row in rows if row.occasion != number)


@transaction.atomic
def _follow(organization: Organization | None, rows: list[AnnouncedEvent], now: datetime) -> None:
    if organization is None:
        for row in rows:
            if row.settled_at is None:
                call_off_event(row, reason=_("There is no agreement on file any more."), by=None, now=now)
        return
    number, days = _number(organization), _days(organization)
    for row in rows:
        if row.occasion == number and row.event not in days:
            call_off_event(row, reason=_("The agreement on file has no end any more."), by=None, now=now)
        elif row.occasion != number and row.on >= days[SIGNED]:
            _replaced(row, days[SIGNED], now)
    for row in rows:
        if row.occasion != number and row.event == SIGNED and row.on < days[SIGNED]:
            _ends_before(row, rows, organization, days[SIGNED], now)
    for event, day in days.items():
        announce(
            event,
            on=day,
            organization=organization,
            occasion=number,
            source=AnnouncedEvent.Source.AGREEMENT,
            now=now,
            is_demo=organization.is_demo,
        )


def _replaced(row: AnnouncedEvent, begins: date, now: datetime) -> None:
    """One that would begin with the agreement on file or after it never was; one that would end later ends before."""
    if row.event == ENDED and begins - timedelta(days=1) >= _begin_of(row):
        change_day(row, begins - timedelta(days=1), by=None, now=now)
    else:
        call_off_event(row, reason=_("Another agreement is on file."), by=None, now=now)


def _begin_of(row: AnnouncedEvent) -> date:
    signed = same_subject(row).filter(event=SIGNED, occasion=row.occasion, source=row.source)
    return signed.values_list("on", flat=True).first() or date.max


def _ends_before(
    row: AnnouncedEvent, rows: list[AnnouncedEvent], organization: Organization, begins: date, now: datetime
) -> None:
    """Give an agreement without an end the day before the next one begins."""
    if not any(one.event == ENDED and one.occasion == row.occasion for one in rows):
        announce(
            ENDED,
            on=begins - timedelta(days=1),
            organization=organization,
            occasion=row.occasion,
            source=AnnouncedEvent.Source.AGREEMENT,
            now=now,
            is_demo=organization.is_demo,
        )


def ask_new_promises(now: datetime | None = None, *, limit: int = BATCH) -> int:
    """Ask promises published since an event was announced what follows from it; how many events, at most ``limit``."""
    now = now or timezone.now()
    published = CommitmentVersion.objects.filter(state=CommitmentVersion.State.PUBLISHED)
    latest = published.aggregate(at=Max("published_at"))["at"]
    if latest is None:
        return 0
    waiting = AnnouncedEvent.objects.filter(
        asked_at__lt=latest, settled_at__isnull=True, called_off_at__isnull=True
    )
    rows = list(waiting.select_related(*RELATED).order_by("asked_at", "pk")[:limit])
    for row in rows:
        with (
            alone("Announced event %s could not be asked about; it is tried again", row.pk),
            transaction.atomic(),
        ):
            if waiting.filter(pk=row.pk).select_for_update(of=("self",)).exists():
                ask_anew(row, now)
    return len(rows)


def let_contracts_end(now: datetime | None = None, *, limit: int = BATCH) -> int:
    """End what recurs under contracts and projects whose last day has passed; how many ended.

    What fell due by then stays owed, what would fall due later does not.
    """
    now = now or timezone.now()
    over = AnnouncedEvent.objects.filter(
        event__in=ENDS, on__lte=timezone.localdate(now), settled_at__isnull=True, called_off_at__isnull=True
    )
    ended = 0
    for row in over.select_related(*RELATED).order_by("on", "pk")[:limit]:
        zone = ZoneInfo(row.organization.time_zone)
        ends = datetime.combine(row.on + timedelta(days=1), time.min, tzinfo=zone)
        if ends > now:
            continue
        with alone("What ended with announced event %s could not be ended; it is tried again", row.pk):
            ended += _end(row, ends, now)
    return ended


@transaction.atomic
def _end(row: AnnouncedEvent, ends: datetime, now: datetime) -> bool:
    """End what the event ends, once; False when somebody else was first."""
    if not AnnouncedEvent.objects.filter(pk=row.pk, settled_at__isnull=True).update(settled_at=now):
        return False
    begun = same_subject(row).filter(event=ENDS[row.event], on__lte=row.on, settled_at__isnull=True)
    own = begun.filter(occasion=row.occasion)
    begin = (own if own.exists() else begun).select_related(*RELATED).order_by("-on", "-pk").first()
    if begin is None:
        return True
    running = duties_of(begin)
    duties.open_due_of(running, ends - _INSTANT)
    keys = list(running.filter(ended_at__isnull=True).values_list("pk", flat=True))
    reason = _("The contract ended.")
    for duty in RecurringDuty.objects.filter(pk__in=keys).select_for_update(of=("self",)).order_by("pk"):
        call_off(duty.occurrences.open().filter(Q(due_at__gt=ends)), at=now, reason=reason)
    RecurringDuty.objects.filter(pk__in=keys).update(ended_at=ends, next_opens_at=None, end_reason=reason)
    AnnouncedEvent.objects.filter(pk=begin.pk).update(settled_at=now)
    return True

"""Days, weeks, months, quarters and years that close: for each organisation where a promise starts with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiannuo.kernel.events.batches import alone
from jiannuo.office.organizations.models import Organization, OrganizationKind
from jiannuo.promises.commitments.engine import published
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.obligations.happening import bring_about
from jiannuo.promises.obligations.models import ClosedPeriod
from jiannuo.promises.obligations.opening import Subject
from jiannuo.rules import AnyClause, RecurringClause, TimeClause

LENGTHS: dict[str, relativedelta] = {
    "day_closed": relativedelta(days=1),
    "week_closed": relativedelta(weeks=1),
    "month_closed": relativedelta(months=1),
    "quarter_closed": relativedelta(months=3),
    "year_closed": relativedelta(years=1),
}
_INSTANT = timedelta(microseconds=1)
#: How far back a standstill is made up for.
FARTHEST = timedelta(days=400)
#: Kinds of organisations that owe under a debtor's word; under any other word the owner of the commitment owes.
KINDS = {
    "dealer": (OrganizationKind.DEALER,),
    "station": (OrganizationKind.STATION,),
    "supplier": (OrganizationKind.SUPPLIER,),
    "department": (OrganizationKind.HEAD_OFFICE, OrganizationKind.BRANCH),
}


def first_day(event: str, day: date) -> date:
    """The first day of the period in which ``day`` lies."""
    if event == "week_closed":
        return day - timedelta(days=day.weekday())
    if event == "month_closed":
        return day.replace(day=1)
    if event == "quarter_closed":
        return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return day.replace(month=1, day=1) if event == "year_closed" else day


def occasion_of(event: str, begins: date) -> str:
    """The name of a period: 2026, 2026Q3, 2026-11, the first day of a week or a day."""
    if event == "year_closed":
        return str(begins.year)
    if event == "quarter_closed":
        return f"{begins.year}Q{(begins.month + 2) // 3}"
    return f"{begins:%Y-%m}" if event == "month_closed" else begins.isoformat()


@dataclass(frozen=True, slots=True)
class _Asked:
    """Promises of a commitment that start when a period ends, public since an instant; who owes by them."""

    code: str
    event: str
    since: datetime
    debtors: frozenset[str]
    owner: Organization | None


def close_periods(now: datetime | None = None) -> int:
    """Close what has ended by ``now`` and was not closed yet; how many periods of organisations were closed.

    A period that ended while nothing ran is closed later, at the instant at which it ended. Each is closed once, by
    whoever notes it first.
    """
    now = now or timezone.now()
    by_organization: dict[tuple[int, str], tuple[Organization, list[tuple[_Asked, frozenset[str]]]]] = {}
    for asked in _asked_for():
        for organization, debtors in _debtors(asked):
            _one, asking = by_organization.setdefault((organization.pk, asked.event), (organization, []))
            asking.append((asked, debtors))
    closed = 0
    for (_pk, event), (organization, asking) in by_organization.items():
        earliest = max(min(asked.since for asked, _debtors in asking), now - FARTHEST)
        for begins, at in _ended(event, organization, earliest, now):
            owing = {(a.code, debtor) for a, debtors in asking if at > a.since for debtor in debtors}
            with alone("%s of %s could not be closed; it is tried again", event, organization):
                closed += _close(organization, event, begins, at, owing)
    return closed


@transaction.atomic
def _close(
    organization: Organization, event: str, begins: date, at: datetime, owing: set[tuple[str, str]]
) -> bool:
    """Close one period for the promises and debtors in ``owing``; False when it was closed before.

    What starts with its end is counted from its last day, as the packs say it: five days after January is 5 February.
    """
    try:
        with transaction.atomic():
            ClosedPeriod.objects.create(organization=organization, event=event, begins=begins, at=at)
    except IntegrityError:
        return False
    bring_about(
        event,
        Subject(organization=organization),
        at=at - _INSTANT,
        occasion=occasion_of(event, begins),
        only=lambda code, clause: (code, getattr(clause, "debtor", "")) in owing,
    )
    return True


def _asked_for() -> Iterator[_Asked]:
    versions = {one.version_id: one.commitment for one in published()}
    rows = CommitmentVersion.objects.filter(pk__in=versions).select_related("commitment__organization")
    for row in rows.defer("content").order_by("pk"):
        starts = [start for clause in versions[row.pk].clauses for start in _starts(clause)]
        for event in LENGTHS:
            debtors = frozenset(debtor for name, debtor in starts if name == event)
            if debtors and row.published_at is not None:
                owner = row.commitment.organization
                yield _Asked(row.commitment.code, event, row.published_at, debtors, owner)


def _starts(clause: AnyClause) -> list[tuple[str, str]]:
    """The periods whose end starts a clause, with who owes it."""
    if isinstance(clause, TimeClause):
        return [(clause.start, clause.debtor)]
    if isinstance(clause, RecurringClause):
        return [(event, clause.debtor) for event in (*clause.begins.events, *clause.begins.fallbacks)]
    return []


def _debtors(asked: _Asked) -> Iterator[tuple[Organization, frozenset[str]]]:
    """The active organisations that owe, each with the words by which it does.

    Those of the kind that a word names; under any other word the owner of the commitment, or the head office.
    """
    below = Organization.objects.active()
    if asked.owner is not None:
        below = below.filter(path__startswith=asked.owner.path)
    others = asked.debtors - set(KINDS)
    for organization in below:
        words = {word for word in asked.debtors & set(KINDS) if organization.kind in KINDS[word]}
        top = organization.pk == asked.owner.pk if asked.owner is not None else organization.depth == 1
        if words := words | (others if top else frozenset()):
            yield organization, frozenset(words)


def _ended(
    event: str, organization: Organization, earliest: datetime, now: datetime
) -> Iterator[tuple[date, datetime]]:
    """The periods that ended after ``earliest``, in the zone of the organisation, and are not closed; oldest first."""
    zone = ZoneInfo(organization.time_zone)
    begins = first_day(event, earliest.astimezone(zone).date())
    done = ClosedPeriod.objects.filter(organization=organization, event=event, begins__gte=begins)
    closed = set(done.values_list("begins", flat=True))
    while True:
        following = begins + LENGTHS[event]
        at = datetime(following.year, following.month, following.day, tzinfo=zone)
        if at > now:
            return
        if at > earliest and begins not in closed:
            yield begins, at
        begins = following

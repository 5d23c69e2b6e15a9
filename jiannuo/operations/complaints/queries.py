"""Reads of the complaint desk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from jiannuo.kernel.months import instants_of
from jiannuo.office.accounts.models import RoleAssignment, User
from jiannuo.office.accounts.roles import PERMISSIONS_BY_ROLE
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.timeline import FileView, file_views
from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.complaints.models import (
    CallBack,
    Complaint,
    HoldPeriod,
    Inspection,
    InspectionScore,
    Payout,
    PenaltyLine,
    PenaltySheet,
    ScoreItem,
    StationVolume,
    Suggestion,
)
from jiannuo.operations.complaints.ranking import Count as StationCount
from jiannuo.operations.complaints.ranking import Ranked, ranked
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers.models import Customer, Phone

TREND_MONTHS = 6
RELATED = ("organization", "customer", "matter", "officer")


def complaints_for(user: Any) -> QuerySet[Complaint]:
    """Complaints that ``user`` may see, with what lists show."""
    owed = Obligation.objects.filter(
        Q(document=OuterRef("pk")) | Q(document=OuterRef("source")),
        state__in=Obligation.OPEN_STATES,
        abandoned_at__isnull=True,
        due_at__isnull=False,
    )
    return (
        Complaint.objects.visible_to(user)
        .filter(kind="complaint")
        .select_related(*RELATED)
        .annotate(next_due=Subquery(owed.order_by("due_at").values("due_at")[:1]))
    )


def special_cases(user: Any) -> QuerySet[Complaint]:
    """What the directors look at: special cases and what was raised to them."""
    return complaints_for(user).filter(Q(special=True) | Q(level=Complaint.Level.DIRECTOR))


def sheets_for(user: Any) -> QuerySet[PenaltySheet]:
    """Penalty tables that ``user`` may read, with their figures."""
    lines = PenaltyLine.objects.filter(sheet=OuterRef("pk"), struck=False).order_by().values("sheet")
    return (
        PenaltySheet.objects.visible_to(user)
        .filter(kind="penaltysheet")
        .select_related("organization", "signed_by")
        .annotate(
            count=Coalesce(Subquery(lines.annotate(n=Count("pk")).values("n")), 0),
            total=Subquery(lines.annotate(n=Sum("amount")).values("n")),
        )
    )


def suggestions_for(user: Any) -> QuerySet[Suggestion]:
    """Suggestions in scope."""
    rows = Suggestion.objects.visible_to(user).filter(kind="suggestion")
    return rows.select_related("organization", "customer", "department")


def inspections_for(user: Any) -> QuerySet[Inspection]:
    """Mystery inspections that ``user`` may read."""
    rows = Inspection.objects.visible_to(user).filter(kind="inspection")
    return rows.select_related("organization", "form", "inspector")


@dataclass(frozen=True, slots=True)
class ScoredLine:
    """A line of the form with what was given for it, if anything, and its photos."""

    item: ScoreItem
    given: InspectionScore | None
    files: tuple[FileView, ...]


def scored_lines(inspection: Inspection) -> list[ScoredLine]:
    """All lines of the form of an inspection. Four queries."""
    rows = inspection.scores.prefetch_related(
        Prefetch("photos", queryset=Attachment.objects.select_related("file").order_by("pk"))
    )
    given = {row.item_id: row for row in rows}
    return [
        ScoredLine(item, row, file_views(row.photos.all()) if row else ())
        for item in inspection.form.items.all()
        for row in (given.get(item.pk),)
    ]


def followed_by(inspection: Inspection, user: Any) -> list[Any]:
    """The complaints and suggestions that followed and that ``user`` may see. At most two queries."""
    link = Q(links_out__target_id=inspection.pk, links_out__kind="follows")
    complaints = Complaint.objects.visible_to(user).filter(link)
    suggestions = Suggestion.objects.visible_to(user).filter(link)
    shown: list[Any] = list(complaints) if user.has_perm("complaints.view") else []
    return [*shown, *(suggestions if user.has_perm("suggestions.view") else ())]


@dataclass(frozen=True, slots=True)
class Trend:
    """The mean totals of a station in the months before and including one; nothing where it was not inspected."""

    station: str
    totals: list[Decimal | None]
    dates: list[date] = field(default_factory=list)

    @property
    def months(self) -> list[tuple[date, Decimal | None]]:
        """Each month with its total."""
        return list(zip(self.dates, self.totals, strict=True))


def inspection_trends(user: Any, month: date) -> tuple[list[date], list[Trend]]:
    """The last six months, and the published inspections of each station in them. Two queries."""
    months = [month]
    while len(months) < TREND_MONTHS:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    begin, end = instants_of(months[0])[0], instants_of(month)[1]
    rows = inspections_for(user).filter(state="published", visited_at__gte=begin, visited_at__lt=end)
    found: dict[str, dict[date, list[Decimal]]] = {}
    for one in rows.order_by("organization__path", "visited_at"):
        of_station = found.setdefault(str(one.organization), {})
        first = timezone.localtime(one.visited_at).date().replace(day=1)
        of_station.setdefault(first, []).append(one.total or Decimal(0))
    mean = {
        name: {
            first: (sum(all_, Decimal(0)) / len(all_)).quantize(Decimal("0.1"))
            for first, all_ in by_month.items()
        }
        for name, by_month in found.items()
    }
    return months, [
        Trend(name, [by_month.get(first) for first in months], months) for name, by_month in mean.items()
    ]


def payouts_for(user: Any) -> QuerySet[Payout]:
    """What is paid to customers, in scope."""
    rows = Payout.objects.visible_to(user).filter(kind="payout")
    return rows.select_related("organization", "customer")


def people_with(permission: str, organization: Any) -> QuerySet[User]:
    """Active people who hold ``permission`` at an organisation or above it."""
    roles = [role for role, held in PERMISSIONS_BY_ROLE.items() if permission in held]
    held = RoleAssignment.objects.filter(role__in=roles, organization__path__in=paths_upwards(organization))
    return User.objects.filter(pk__in=held.values("user"), is_active=True).order_by("name")


def earlier_of(complaint: Complaint) -> tuple[datetime, ...]:
    """When the same customer complained about the same matter before; withdrawn and unfounded ones do not count.

    Who is not in the files is known by the telephone number; a number that two known customers share says nothing.
    """
    who = _same_person(complaint)
    if who is None or complaint.matter_id is None:
        return ()
    rows = Complaint.objects.filter(who, matter=complaint.matter_id, received_at__lte=complaint.received_at)
    rows = rows.exclude(pk=complaint.pk).exclude(state="withdrawn").exclude(is_valid=False)
    return tuple(rows.order_by("received_at").values_list("received_at", flat=True))


def _same_person(complaint: Complaint) -> Q | None:
    """The complaints of whoever complains here."""
    if complaint.customer_id is not None:
        numbers = set(Phone.objects.filter(customer=complaint.customer_id).values_list("number", flat=True))
        numbers |= {complaint.phone} - {""}
        return Q(customer=complaint.customer_id) | Q(customer__isnull=True, phone__in=numbers)
    if not complaint.phone:
        return None
    owners = Phone.objects.filter(number=complaint.phone).values("customer")
    return Q(phone=complaint.phone) | Q(customer__in=owners)


def customer_by_phone(number: str, *, organization: Organization, user: Any) -> Customer | None:
    """The one customer in scope whose number (E.164) this is; ``None`` when there is none, or several.

    Without a person who asks, the customers of the organisation, of those above it and of those below it are in scope.
    """
    rows = Customer.objects.active().filter(phones__number=number)
    if user is not None:
        rows = rows.filter(pk__in=Customer.objects.visible_to(user).values("pk"))
    else:
        line = Q(organization__path__in=paths_upwards(organization))
        rows = rows.filter(line | Q(organization__path__startswith=organization.path))
    found = list(rows.distinct()[:2])
    return found[0] if len(found) == 1 else None


def asked(complaint: Complaint) -> list[CallBack]:
    """What unit and customer said, oldest first. One query."""
    return list(complaint.call_backs.select_related("by"))


# Months


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of statistics with its count."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The complaints of a month: ranking of stations, by matter, by class and weight."""

    month: date
    ranking: list[Ranked]
    matters: list[Figure]
    grades: list[Figure]
    weights: list[Figure]
    total: int
    closed: int
    called_back: int


def month_figures(user: Any, month: date) -> MonthFigures:
    """What the desk reports of a month: complaints received in it that were not found unfounded or withdrawn."""
    begin, end = instants_of(month)
    rows = Complaint.objects.visible_to(user).filter(received_at__gte=begin, received_at__lt=end)
    found = list(_counted(rows).select_related("matter"))
    stations = Counter(one.responsible_organization_id or one.organization_id for one in found)
    ids = {one.pk for one in found}
    asked_back = CallBack.objects.filter(complaint__in=ids).exclude(whom=CallBack.Whom.UNIT)
    return MonthFigures(
        month=month,
        ranking=ranked(_counts(Organization.objects.visible_to(user), month, stations)),
        matters=_figures(str(one.matter or "—") for one in found),
        grades=_figures(one.get_grade_display() for one in found),
        weights=_figures(one.get_weight_display() for one in found),
        total=len(found),
        closed=sum(one.state == "closed" for one in found),
        called_back=asked_back.values("complaint").distinct().count(),
    )


def ranking_of(organization: Organization, month: date) -> list[Ranked]:
    """The shares of the stations at and below an organisation, whoever asks; it tells of no single complaint."""
    begin, end = instants_of(month)
    reach = Organization.objects.filter(path__startswith=organization.path)
    rows = _counted(Complaint.objects.filter(received_at__gte=begin, received_at__lt=end))
    rows = rows.annotate(station=Coalesce("responsible_organization", "organization")).filter(
        station__in=reach
    )
    return ranked(_counts(reach, month, Counter(rows.values_list("station", flat=True))))


def ranking_shown(sheet: PenaltySheet) -> list[Any]:
    """The shares on a penalty table: as they were signed, before that as they are now."""
    return sheet.ranking if sheet.signed_at else ranking_of(sheet.organization, sheet.month)


def _counted(rows: QuerySet[Complaint]) -> QuerySet[Complaint]:
    return rows.exclude(is_valid=False).exclude(state="withdrawn")


def _figures(labels: Iterable[str]) -> list[Figure]:
    return [Figure(label, count) for label, count in Counter(labels).most_common()]


def _counts(reach: QuerySet[Any], month: date, stations: Counter[int]) -> list[StationCount]:
    volumes = volumes_of(reach, month)
    keys = {*stations, *(key for key, volume in volumes.items() if volume)}
    names = {one.pk: str(one) for one in Organization.objects.filter(pk__in=keys)}
    return [
        StationCount(key, names[key], stations.get(key, 0), volumes.get(key))
        for key in sorted(keys)
        if key in names
    ]


def volumes_of(reach: QuerySet[Any], month: date) -> dict[int, int]:
    """How much work each organisation had in a month: what was entered, else the work orders made in it."""
    begin, end = instants_of(month)
    orders = WorkOrder.objects.filter(
        kind="workorder", created_at__gte=begin, created_at__lt=end, organization__in=reach
    )
    counted = dict(orders.order_by().values_list("organization").annotate(n=Count("pk")))
    entered = StationVolume.objects.filter(month=month, organization__in=reach)
    return {**counted, **dict(entered.values_list("organization", "quantity"))}


def holds_in(first: date, last: date) -> list[HoldPeriod]:
    """The periods without penalties that touch these days."""
    rows = HoldPeriod.objects.filter(is_active=True, starts_on__lte=last)
    return list(rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=first)))

"""Reads of the ledger."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from jiannuo.office.documents.models import Document
from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import organization_ids
from jiannuo.promises.obligations.models import Obligation, ObligationQuerySet

State = Obligation.State
COUNTED_STATES = (State.OPEN, State.MET, State.MET_LATE, State.MISSED, State.WAIVED)


def for_document(document: Document) -> list[Obligation]:
    """What ``document`` and the documents it serves owe or owed, soonest first; not what was cancelled. One query."""
    serving = Q(document__links_in__source_id=document.pk, document__links_in__kind="serves")
    rows = (
        Obligation.objects.filter(Q(document_id=document.pk) | serving)
        .exclude(state=State.CANCELLED)
        .select_related("person", "organization", "document")
        .distinct()
    )
    return sorted(rows, key=lambda one: (one.due_at is None, one.due_at or one.started_at, one.pk))


def visible_to(user: Any) -> ObligationQuerySet:
    """The ledger as ``user`` may see it."""
    return Obligation.objects.visible_to(user)


def answers_for_unassigned(user: Any) -> bool:
    """Whether what nobody has taken on is the business of ``user``."""
    return bool(user.has_perm("requests.handle") or user.has_perm("orders.dispatch"))


def mine(user: Any) -> QuerySet[Obligation]:
    """What ``user`` owes, soonest first: their own, and for those who handle requests what nobody has taken on."""
    whose = Q(person=user)
    if answers_for_unassigned(user):
        ids = organization_ids(user)
        whose |= Q(person__isnull=True) if ids is None else Q(person__isnull=True, organization__in=ids)
    return (
        Obligation.objects.open()
        .filter(whose)
        .select_related("document", "customer", "organization", "person")
        .order_by("due_at", "pk")
    )


def owed_in_scope(user: Any) -> QuerySet[Obligation]:
    """What is owed in the scope of ``user``, soonest first."""
    return (
        visible_to(user)
        .open()
        .select_related("document", "customer", "organization", "person")
        .order_by("due_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Counters:
    """How many are open, due until the end of the day, and missed."""

    open: int
    today: int
    missed: int


def counters(rows: QuerySet[Obligation], end_of_day: datetime) -> Counters:
    """Count ``rows`` in one query."""
    found = rows.order_by().aggregate(
        open=Count("pk"),
        today=Count("pk", filter=Q(state=State.OPEN, due_at__lt=end_of_day)),
        missed=Count("pk", filter=Q(state=State.MISSED)),
    )
    return Counters(**found)


def missed_by_organization(user: Any, limit: int = 10) -> list[tuple[str, int]]:
    """Organisations in the scope of ``user`` with what they have missed and still owe, the worst first."""
    rows = (
        visible_to(user)
        .filter(state=State.MISSED, abandoned_at__isnull=True)
        .order_by()
        .values_list("organization__short_name", "organization__name", "organization_id")
        .annotate(number=Count("pk"))
        .order_by("-number")[:limit]
    )
    return [(short or name, number) for short, name, _pk, number in rows]


@dataclass(frozen=True, slots=True)
class Rate:
    """How the obligations of one metric of one organisation that fell due in a month were fulfilled."""

    organization: str
    organization_id: int
    metric: str
    kept: int
    late: int
    missed: int
    waived: int
    open: int

    @property
    def total(self) -> int:
        """All that had to be kept: what was waived or is not due yet does not count."""
        return self.kept + self.late + self.missed

    @property
    def share(self) -> float | None:
        """Kept on time, of all that had to be kept; nothing when there was none."""
        return self.kept / self.total if self.total else None


def month_range(month: date, zone: Any) -> tuple[datetime, datetime]:
    """The first instant of a month and of the next one in a zone."""
    first = month.replace(day=1)
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return (
        datetime(first.year, first.month, 1, tzinfo=zone),
        datetime(following.year, following.month, 1, tzinfo=zone),
    )


def rates(user: Any, start: datetime, end: datetime, organization: Organization | None = None) -> list[Rate]:
    """Fulfilment of what fell due in ``[start, end)``, each obligation once, by organisation and metric."""
    rows = visible_to(user).filter(state__in=COUNTED_STATES, due_at__gte=start, due_at__lt=end)
    if organization is not None:
        rows = rows.filter(organization__path__startswith=organization.path)
    found = (
        rows.order_by()
        .values("organization_id", "organization__name", "organization__short_name", "metric")
        .annotate(
            kept=Count("pk", filter=Q(state=State.MET)),
            late=Count("pk", filter=Q(state=State.MET_LATE)),
            missed=Count("pk", filter=Q(state=State.MISSED)),
            waived=Count("pk", filter=Q(state=State.WAIVED)),
            open=Count("pk", filter=Q(state=State.OPEN)),
        )
        .order_by("organization__path", "metric")
    )
    return [
        Rate(
            organization=row["organization__short_name"] or row["organization__name"],
            organization_id=row["organization_id"],
            metric=row["metric"],
            kept=row["kept"],
            late=row["late"],
            missed=row["missed"],
            waived=row["waived"],
            open=row["open"],
        )
        for row in found
    ]

"""How many requests were solved without a visit, with an article, and after trying from afar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import TruncMonth
from django.utils import timezone

from jiannuo.office.documents.models import DocumentLink
from jiannuo.operations.desk.models import Attempt, ServiceRequest
from jiannuo.operations.knowledge.models import ArticleUse

MONTHS = 12
#: states in which a request was solved
SOLVED = ("answered", "resolved", "closed")


@dataclass(frozen=True, slots=True)
class Share:
    """Requests of a month or a category: all that were solved, those without a visit, those answered by an article.

    ``tried`` were diagnosed from afar first, and ``tried_solved`` of them needed no visit.
    """

    name: Any
    solved: int
    without_visit: int
    with_article: int
    tried: int
    tried_solved: int

    @property
    def share(self) -> float:
        """Solved without a visit, in per cent of all that were solved."""
        return 100 * self.without_visit / self.solved if self.solved else 0.0


def first_day(today: date) -> date:
    """The first day of the months that are shown."""
    return today.replace(day=1) - relativedelta(months=MONTHS - 1)


def _solved(user: Any, since: date) -> QuerySet[Any]:
    visit = DocumentLink.objects.filter(
        target=OuterRef("pk"), kind=DocumentLink.Kind.SERVES, source__kind="workorder"
    )
    begin = timezone.make_aware(datetime.combine(since, time.min))
    rows = ServiceRequest.objects.visible_to(user).filter(
        kind="servicerequest", state__in=SOLVED, created_at__gte=begin
    )
    return rows.annotate(
        visited=Exists(visit),
        helped=Exists(ArticleUse.objects.filter(document=OuterRef("pk"))),
        tried=Exists(Attempt.objects.filter(request=OuterRef("pk"))),
    ).order_by()


_FIGURES = {
    "n": Count("pk"),
    "without": Count("pk", filter=Q(visited=False)),
    "article": Count("pk", filter=Q(visited=False, helped=True)),
    "attempted": Count("pk", filter=Q(tried=True)),
    "attempts_solved": Count("pk", filter=Q(tried=True, visited=False)),
}


def _share(name: Any, row: Mapping[str, Any]) -> Share:
    return Share(name, row["n"], row["without"], row["article"], row["attempted"], row["attempts_solved"])


def by_month(user: Any, today: date) -> list[Share]:
    """The last twelve months in which something was solved, newest first. One query."""
    rows = _solved(user, first_day(today)).annotate(month=TruncMonth("created_at")).values("month")
    found = rows.annotate(**_FIGURES).order_by("-month")
    return [_share(row["month"], row) for row in found]


def by_category(user: Any, today: date, limit: int = 20) -> list[Share]:
    """The categories with the most requests of these months. One query."""
    rows = _solved(user, first_day(today)).values("category__name")
    found = rows.annotate(**_FIGURES).order_by("-n", "category__name")[:limit]
    return [_share(row["category__name"] or "", row) for row in found]


def total(shares: list[Share]) -> Share:
    """All of them together."""
    return Share(
        "",
        sum(one.solved for one in shares),
        sum(one.without_visit for one in shares),
        sum(one.with_article for one in shares),
        sum(one.tried for one in shares),
        sum(one.tried_solved for one in shares),
    )

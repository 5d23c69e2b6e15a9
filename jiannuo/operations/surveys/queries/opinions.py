"""Opinions by category, told apart by month, organisation, product and person (F60)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet

from jiannuo.operations.surveys.models import Opinion, OpinionCategory, SurveyAnswer
from jiannuo.operations.surveys.queries.figures import MOST_ROWS, Span, labels_of, months_of, tenth, within

EXAMPLES = 3
#: where an opinion has what the figures are told apart by
PLACES = {
    "month": "month",
    "organization": "organization",
    "model": "answer__model",
    "person": "answer__person",
}


@dataclass(slots=True)
class CategoryFigures:
    """How many opinions of a category were confirmed, and some of them."""

    category: OpinionCategory
    count: int
    share: Decimal
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class OpinionFigures:
    """Confirmed opinions by category; ``unconfirmed`` wait for a person and are in no line."""

    rows: list[CategoryFigures]
    total: int
    unconfirmed: int


@dataclass(slots=True)
class OpinionGroup:
    """The confirmed opinions of a group, how often each category, the most frequent first; ``share`` in percent."""

    label: str
    key: Any
    count: int = 0
    share: Decimal = Decimal(0)
    unconfirmed: int = 0
    categories: list[tuple[str, int]] = field(default_factory=list)

    def of(self, category: str) -> int:
        """How many opinions of the group are of a category, by its name."""
        return next((count for name, count in self.categories if name == category), 0)


def _rows(user: Any, span: Span) -> QuerySet[Opinion]:
    rows: QuerySet[Opinion] = Opinion.objects.visible_to(user)
    return within(rows, span, "answer__edition__questionnaire").filter(
        answer__state=SurveyAnswer.State.COUNTED
    )


def opinion_figures(user: Any, span: Span) -> OpinionFigures:
    """What customers say, by category, in a span; three queries."""
    rows = _rows(user, span)
    counts: dict[int | None, int] = dict(
        rows.order_by().values_list("category").annotate(number=Count("pk")).values_list("category", "number")
    )
    unconfirmed = counts.pop(None, 0)
    total = sum(counts.values())
    examples: dict[int, list[str]] = defaultdict(list)
    latest = rows.filter(category__isnull=False).order_by("-pk").values_list("category", "text")
    for category, text in latest[:MOST_ROWS]:
        if len(examples[category]) < EXAMPLES and text not in examples[category]:
            examples[category].append(text)
    found = [
        CategoryFigures(
            category,
            counts[category.pk],
            tenth(Decimal(100 * counts[category.pk]) / total),
            examples[category.pk],
        )
        for category in OpinionCategory.objects.filter(pk__in=counts)
    ]
    return OpinionFigures(sorted(found, key=lambda one: -one.count), total, unconfirmed)


def opinion_groups(user: Any, span: Span, by: str) -> list[OpinionGroup]:
    """The opinions by one of ``GROUPS``, months in order, the others with most opinions first; three queries."""
    place = PLACES[by]
    counts: dict[Any, dict[int | None, int]] = defaultdict(dict)
    asked = _rows(user, span).order_by().values(place, "category").annotate(number=Count("pk"))
    for key, category, number in asked.values_list(place, "category", "number"):
        counts[key][category] = number
    if by == "month":
        for month in months_of(span):
            counts.setdefault(month, {})
    used = {category for one in counts.values() for category in one if category is not None}
    names = dict(OpinionCategory.objects.filter(pk__in=used).values_list("pk", "name"))
    labels = labels_of(by, counts)
    found = [_group(key, labels.get(key) or "—", one, names) for key, one in counts.items()]
    total = sum(group.count for group in found)
    for group in found:
        group.share = tenth(Decimal(100 * group.count) / total) if total else Decimal(0)
    if by == "month":
        return sorted(found, key=lambda one: one.key)
    return sorted(found, key=lambda one: (-one.count, -one.unconfirmed, one.label))[:MOST_ROWS]


def _group(key: Any, label: str, counts: dict[int | None, int], names: dict[int, str]) -> OpinionGroup:
    confirmed = [(names[pk], number) for pk, number in counts.items() if pk is not None]
    return OpinionGroup(
        label=label,
        key=key,
        count=sum(number for _name, number in confirmed),
        unconfirmed=counts.get(None, 0),
        categories=sorted(confirmed, key=lambda one: (-one[1], one[0])),
    )

"""Planned against done: jobs by the month in which they were due, and the rounds of patrols."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDate

from jiannuo.kernel.months import months_before, next_month
from jiannuo.operations.maintenance.models import PatrolRound, PlannedJob, RoundPoint

State = PlannedJob.State
MONTHS_BACK = 12


@dataclass(slots=True)
class Row:
    """How many jobs were planned, done, done in time, left out, and still open."""

    name: str
    planned: int = 0
    done: int = 0
    in_time: int = 0
    skipped: int = 0
    late: int = 0

    @property
    def rate(self) -> float | None:
        """Done of planned in percent; None where nothing was planned."""
        return round(100 * self.done / self.planned, 1) if self.planned else None

    @property
    def in_time_rate(self) -> float | None:
        """Done in time of planned in percent."""
        return round(100 * self.in_time / self.planned, 1) if self.planned else None


@dataclass(slots=True)
class Patrols:
    """The rounds of a month and their points."""

    planned: int = 0
    finished: int = 0
    incomplete: int = 0
    missed: int = 0
    points: int = 0
    points_done: int = 0

    @property
    def rate(self) -> float | None:
        """Rounds finished whole, of those planned, in percent."""
        return round(100 * self.finished / self.planned, 1) if self.planned else None


@dataclass(slots=True)
class Figures:
    """Everything about one month, and the twelve months up to it."""

    month: date
    total: Row
    by_customer: list[Row] = field(default_factory=list)
    by_product: list[Row] = field(default_factory=list)
    by_month: list[Row] = field(default_factory=list)
    patrols: Patrols = field(default_factory=Patrols)


def figures(user: Any, month: date, today: date) -> Figures:
    """The figures of ``month`` within what ``user`` may see; jobs left out count apart (5 queries)."""
    rows = PlannedJob.objects.visible_to(user)
    of_month = rows.filter(due_on__gte=month, due_on__lt=next_month(month))
    counted = _counts(today)
    by_month = _by_month(rows, month, today)
    return Figures(
        month=month,
        total=by_month[-1],
        by_customer=_grouped(of_month, counted, "customer__name"),
        by_product=_grouped(of_month, counted, "unit__model__category__name"),
        by_month=by_month,
        patrols=_patrols(user, month),
    )


def _counts(today: date) -> dict[str, Any]:
    kept = ~Q(state=State.SKIPPED)
    return {
        "planned": Count("pk", filter=kept),
        "done": Count("pk", filter=Q(state=State.DONE)),
        "in_time": Count("pk", filter=Q(state=State.DONE, done_on__lte=F("due_on"))),
        "skipped": Count("pk", filter=Q(state=State.SKIPPED)),
        "late": Count("pk", filter=Q(state__in=PlannedJob.OPEN_STATES, due_on__lt=today)),
    }


def _with_day(rows: Any) -> Any:
    return rows.annotate(done_on=TruncDate("done_at"))


def _grouped(rows: Any, counted: dict[str, Any], name: str) -> list[Row]:
    found = _with_day(rows).order_by().values_list(name).annotate(**counted).order_by("-planned", name)[:200]
    return [Row(one[0] or "—", *one[1:]) for one in found]


def _by_month(rows: Any, month: date, today: date) -> list[Row]:
    first = months_before(month, MONTHS_BACK - 1)
    year = _with_day(rows.filter(due_on__gte=first, due_on__lt=next_month(month)))
    found = year.order_by().values_list("due_on__year", "due_on__month").annotate(**_counts(today)).order_by()
    known = {(one[0], one[1]): one[2:] for one in found}
    months = [months_before(month, number) for number in reversed(range(MONTHS_BACK))]
    return [Row(f"{one:%Y-%m}", *known.get((one.year, one.month), ())) for one in months]


def _patrols(user: Any, month: date) -> Patrols:
    rounds = PatrolRound.objects.visible_to(user).filter(day__gte=month, day__lt=next_month(month))
    numbers = rounds.exclude(state="called_off").aggregate(
        planned=Count("pk"),
        finished=Count("pk", filter=Q(state="finished")),
        incomplete=Count("pk", filter=Q(state="incomplete")),
        missed=Count("pk", filter=Q(state="missed")),
    )
    points = RoundPoint.objects.filter(round__in=rounds).aggregate(
        points=Count("pk", filter=~Q(state="removed")), points_done=Count("pk", filter=Q(state="done"))
    )
    return Patrols(**numbers, **points)

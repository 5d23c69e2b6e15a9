"""What a unit has been through: the facts that conditions of clauses ask about its earlier service."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Max,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from jiannuo.office.documents.models import DocumentLink
from jiannuo.operations.workorders.models import OrderCheck, OrderWait, Visit, WorkOrder
from jiannuo.promises.commitments.facts import History, keeps_history
from jiannuo.registry.installedbase.models import ComponentChange
from jiannuo.rules import path

FINISHED = ("completed", "signed", "reviewed", "closed")
REGULAR = (WorkOrder.Kind.INSPECTION, WorkOrder.Kind.MAINTENANCE)
DAY = timedelta(days=1)
Span = tuple[datetime, datetime]


@dataclass(slots=True)
class Job:
    """One order as the history reads it. ``ended`` is empty while it was not finished at the instant asked for."""

    kind: str
    served: int
    began: datetime
    ended: datetime | None
    symptom: str
    excluded: bool
    in_order: bool
    vain_visits: int
    waits: list[tuple[str, datetime, datetime]] = field(default_factory=list)

    def waited(self, reason: str) -> list[Span]:
        """The spans in which it waited for ``reason``."""
        return [(begins, ends) for waiting_for, begins, ends in self.waits if waiting_for == reason]


@dataclass(frozen=True, slots=True)
class Change:
    """A component that was replaced."""

    component: str
    on: date
    excluded: bool


@keeps_history
def history_of(
    unit: Any,
    *,
    at: datetime,
    symptom: Any = None,
    component: str = "",
    fault: bool = False,
    present: int = 0,
) -> History:
    """The service history of a unit as it was at an instant, in one query.

    - It follows the unit, whoever owned it: the three guarantees go with the goods. A unit given in exchange has its
      own file and so starts afresh.
    - Only repairs count. Consultations, installations and inspections are none, cancelled orders count for nothing,
      nor do repairs whose cause the warranty excludes (a cause with a class, such as misuse). Several orders for one
      request are one repair.
    - ``same_symptom_repairs``: finished repairs of ``symptom`` (or of a code above or below it), also those made by
      replacing the part. Unknown without a symptom.
    - ``consecutive_faults``: the run of faults up to now since the last regular inspection (or maintenance) that found
      the unit in order; with ``fault`` the one reported now is the last of them.
    - ``days_under_repair``: from the order to the finished work (or to ``at``), less the spans that waited for the
      customer; what overlaps counts once, and what is begun of 24 hours is a day (as the three guarantees count).
    - ``days_waiting_parts``: days, counted likewise, in which repairs waited for parts.
    - ``replacements``: how often ``component`` (its path, with what is below it) was replaced, or any where none is
      named, other than for an excluded cause. ``replaced`` has the last day for each component: from then its own term
      runs anew where the clause says so, whoever paid for it.
    - ``present`` is the key of the request that reports the fault now: orders made for it are no earlier repairs, but
      their days count, and their visits in vain.
    - ``unsolved_services``: services that did not solve the fault: repairs of the symptom after which it came back, and
      visits that ended with "second visit needed". Unknown without a symptom.
    """
    jobs, changes = _read(unit, at)
    repairs = [job for job in jobs if job.kind == WorkOrder.Kind.REPAIR and not job.excluded]
    same = [job for job in repairs if symptom is not None and _is_same(job.symptom, symptom.path)]
    came_back = len({job.served for job in same if job.ended is not None and job.served != present})
    earlier = [job for job in repairs if job.served != present]
    counted = [change for change in changes if _within(change.component, component) and not change.excluded]
    return History(
        same_symptom_repairs=None if symptom is None else came_back,
        consecutive_faults=_run_of_faults(jobs, earlier) + int(fault),
        days_under_repair=_days(
            ((job.began, job.ended or at), job.waited("waiting_customer")) for job in repairs
        ),
        days_waiting_parts=_days((span, []) for job in repairs for span in job.waited("waiting_parts")),
        replacements=len(counted),
        unsolved_services=None if symptom is None else came_back + sum(job.vain_visits for job in same),
        replaced={change.component: change.on for change in sorted(changes, key=lambda change: change.on)},
    )


# Counting


def _is_same(one: str, other: str) -> bool:
    """Whether two codes of the tree of symptoms are the same, or one is above the other."""
    return bool(one) and (one.startswith(other) or other.startswith(one))


def _within(component: str, wanted: str) -> bool:
    prefix = path(wanted)
    return path(component)[: len(prefix)] == prefix


def _run_of_faults(jobs: Sequence[Job], repairs: Sequence[Job]) -> int:
    """Faults that began after the last regular inspection that found the unit in order."""
    found_well = [job.ended for job in jobs if job.kind in REGULAR and job.in_order and job.ended is not None]
    since = max(found_well, default=None)
    first: dict[int, datetime] = {}
    for job in repairs:
        first[job.served] = min(job.began, first.get(job.served, job.began))
    return sum(1 for began in first.values() if since is None or began > since)


def _days(spans: Iterable[tuple[Span, Sequence[Span]]]) -> int:
    """Days that spans take, each less what is taken out of it; what overlaps counts once.

    Spans that overlap make one stretch; of each stretch what is begun of 24 hours is a day.
    """
    stretches: list[tuple[datetime, list[Span]]] = []
    for (begins, ends), without in sorted(spans, key=lambda item: item[0]):
        pieces = _less((begins, ends), without)
        if stretches and begins <= stretches[-1][0]:
            latest, together = stretches[-1]
            stretches[-1] = (max(latest, ends), [*together, *pieces])
        else:
            stretches.append((ends, pieces))
    return sum(-(-_length(pieces) // DAY) for _latest, pieces in stretches)


def _less(span: Span, without: Sequence[Span]) -> list[Span]:
    """What is left of a span when others are taken out of it."""
    left = []
    begins, ends = span
    for out, back in sorted(without):
        if out > begins:
            left.append((begins, min(out, ends)))
        begins = max(begins, back)
    return [(first, last) for first, last in [*left, (begins, ends)] if first < last]


def _length(spans: Sequence[Span]) -> timedelta:
    """The time that spans cover together."""
    total, reached = timedelta(), None
    for begins, ends in sorted(spans):
        start = begins if reached is None else max(begins, reached)
        if ends > start:
            total += ends - start
        reached = ends if reached is None else max(reached, ends)
    return total


# Reading: one union of three selects


_COLUMNS = ("what", "key", "began", "ended", "word", "tree", "cause", "served", "number", "wrong", "day")


def _read(unit: Any, at: datetime) -> tuple[list[Job], list[Change]]:
    """The orders of the unit with their waits, and its replaced components, as they were known at ``at``."""
    rows = _orders(unit, at).union(_waits(unit, at), _changes(unit, at), all=True)
    jobs: dict[int, Job] = {}
    waits, changes = [], []
    for what, key, began, ended, word, tree, cause, served, number, wrong, day in rows:
        if what == "order":
            ended = ended if ended is not None and ended <= at else None
            jobs[key] = Job(word, served, began, ended, tree, bool(cause), not wrong, number)
        elif what == "wait":
            waits.append((key, word, began, min(ended or at, at)))
        else:
            changes.append(Change(tree, day, bool(cause)))
    for key, word, began, ended in waits:
        if key in jobs:
            jobs[key].waits.append((word, began, ended))
    return list(jobs.values()), changes


def _orders(unit: Any, at: datetime) -> Any:
    visits = Visit.objects.filter(order=OuterRef("pk")).order_by().values("order")
    done = visits.annotate(at=Max("ended_at", filter=Q(result=Visit.Result.DONE))).values("at")
    in_vain = Q(result=Visit.Result.SECOND_VISIT, ended_at__lte=at)
    vain = visits.annotate(n=Count("pk", filter=in_vain)).values("n")
    failed = Exists(OrderCheck.objects.filter(order=OuterRef("pk"), passed=False)) | Q(test_passed=False)
    links = DocumentLink.objects.filter(source=OuterRef("pk"), kind=DocumentLink.Kind.SERVES)
    first = links.order_by("target_id").values("target_id")[:1]
    shared = DocumentLink.objects.filter(source=OuterRef("pk"), kind=DocumentLink.Kind.PART_OF)
    whole = shared.order_by("target_id").values("target_id")[:1]
    finished_at = Coalesce(Subquery(done), F("signed_at"), F("updated_at"), output_field=DateTimeField())
    return _row(
        WorkOrder.objects.filter(unit=unit, created_at__lt=at).exclude(state=WorkOrder.State.CANCELLED),
        what="order",
        key=F("pk"),
        began=F("created_at"),
        ended=Case(When(state__in=FINISHED, then=finished_at), default=None, output_field=DateTimeField()),
        word=F("job"),
        tree=Coalesce(F("symptom__path"), Value("")),
        cause=Coalesce(F("cause__cause_class"), Value("")),
        served=Coalesce(Subquery(first), Subquery(whole), F("pk"), output_field=BigIntegerField()),
        number=Coalesce(Subquery(vain), Value(0)),
        wrong=Case(When(failed, then=Value(1)), default=Value(0), output_field=IntegerField()),
    )


def _waits(unit: Any, at: datetime) -> Any:
    return _row(
        OrderWait.objects.filter(order__unit=unit, order__created_at__lt=at, from_at__lt=at),
        what="wait",
        key=F("order_id"),
        began=F("from_at"),
        ended=F("to_at"),
        word=F("waiting_for"),
    )


def _changes(unit: Any, at: datetime) -> Any:
    return _row(
        ComponentChange.objects.filter(unit=unit, changed_on__lte=timezone.localtime(at).date()),
        what="change",
        key=F("pk"),
        tree=F("component__code_path"),
        cause=Coalesce(F("document__workorder__cause__cause_class"), Value("")),
        day=F("changed_on"),
    )


def _row(rows: Any, *, what: str, **columns: Any) -> Any:
    """The same columns of any table, with types that a union accepts; what a table does not have is empty."""
    nothing = {
        "began": Cast(Value(None), DateTimeField()),
        "ended": Cast(Value(None), DateTimeField()),
        "day": Cast(Value(None), DateField()),
        **dict.fromkeys(("word", "tree", "cause"), Value("", CharField())),
        **dict.fromkeys(("served", "number", "wrong"), Value(0)),
    }
    named = {"what": Value(what, CharField()), **nothing, **columns}
    annotated = rows.order_by().annotate(**{f"h_{name}": named[name] for name in _COLUMNS})
    return annotated.values_list(*(f"h_{name}" for name in _COLUMNS))

"""Keeping what closed jobs teach. The rooms above give it; this one knows nothing of orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction

from jiannuo.operations.knowledge.index.content import CASE
from jiannuo.operations.knowledge.index.cutting import without_phones
from jiannuo.operations.knowledge.index.keeping import note_change
from jiannuo.operations.knowledge.models import CasePart, SolvedCase

LONGEST = 100_000  # minutes; more is a mistake of clocks
BATCH = 1000


@dataclass(frozen=True, slots=True)
class UsedPart:
    """A part of a job: its key where it is in the catalogue, its name, how many."""

    part_id: int | None
    name: str
    quantity: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Solved:
    """A closed job without whom it was done for."""

    document_id: int
    organization_id: int
    closed_at: datetime
    category_id: int | None = None
    model_id: int | None = None
    symptom_id: int | None = None
    cause_id: int | None = None
    measure_id: int | None = None
    fault: str = ""
    work_done: str = ""
    test_result: str = ""
    minutes: int | None = None
    visits: int = 1
    parts: tuple[UsedPart, ...] = ()


#: functions that give every closed job there is, for making the cases anew
Source = Callable[[], Iterator[Solved]]
_sources: list[Source] = []


def gives_cases(source: Source) -> Source:
    """Register a function of a higher room that gives its closed jobs (usable as a decorator)."""
    if source not in _sources:
        _sources.append(source)
    return source


def keep_cases(jobs: Iterable[Solved]) -> int:
    """Keep closed jobs as cases, each once; what was kept of a job before is replaced. How many."""
    jobs, count = iter(jobs), 0
    while batch := list(islice(jobs, BATCH)):
        _keep(batch)
        count += len(batch)
    return count


@transaction.atomic
def _keep(jobs: list[Solved]) -> None:
    SolvedCase.objects.bulk_create(
        [_case(job) for job in jobs],
        update_conflicts=True,
        unique_fields=["document"],
        update_fields=[
            field.name for field in SolvedCase._meta.concrete_fields if field.name not in ("id", "document")
        ],
    )
    keys: dict[int, int] = dict(
        SolvedCase.objects.filter(document__in=[job.document_id for job in jobs]).values_list(
            "document_id", "pk"
        )
    )
    CasePart.objects.filter(case__in=keys.values()).delete()
    CasePart.objects.bulk_create(
        CasePart(
            case_id=keys[job.document_id], part_id=used.part_id, name=used.name[:160], quantity=used.quantity
        )
        for job in jobs
        for used in job.parts
    )
    note_change(CASE, keys.values())


def _case(job: Solved) -> SolvedCase:
    minutes = job.minutes if job.minutes is not None and 0 < job.minutes <= LONGEST else None
    values: dict[str, Any] = {
        name: getattr(job, name)
        for name in (
            *("document_id", "organization_id", "closed_at", "category_id", "model_id"),
            *("symptom_id", "cause_id", "measure_id", "visits"),
        )
    }
    return SolvedCase(
        **values,
        minutes=minutes,
        fault=without_phones(job.fault)[:4000],
        work_done=without_phones(job.work_done)[:4000],
        test_result=without_phones(job.test_result)[:200],
    )


def gather_cases() -> int:
    """Keep all closed jobs that the rooms above know; how many."""
    return sum(keep_cases(source()) for source in _sources)

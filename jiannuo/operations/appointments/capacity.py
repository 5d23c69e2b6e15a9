"""Whether another job still fits into a technician's day: pure, over spans of time.

A day is simulated: jobs in the order of their windows, each after the travel set aside for it, none across lunch, an
absence or the end of the shift. The work must begin within its window; it may go on after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Job:
    """Work of so many minutes that must begin within ``[starts_at, ends_at]``."""

    starts_at: datetime
    ends_at: datetime
    minutes: int


def free_spans(worked: Iterable[Span], gone: Iterable[Span]) -> list[Span]:
    """What is left of the spans at work without those that are gone, in order."""
    left = sorted(worked)
    for begins, ends in gone:
        cut: list[Span] = []
        for start, end in left:
            if ends <= start or end <= begins:
                cut.append((start, end))
                continue
            if start < begins:
                cut.append((start, begins))
            if ends < end:
                cut.append((ends, end))
        left = cut
    return left


def fits(spans: Sequence[Span], jobs: Iterable[Job], fresh: Job, travel: timedelta) -> bool:
    """Whether ``fresh`` can be done beside the ``jobs`` there are, each still in time."""
    return _possible(spans, sorted([*jobs, fresh], key=_order), travel, only=fresh)


def _order(job: Job) -> tuple[datetime, datetime]:
    return job.ends_at, job.starts_at


def _possible(spans: Sequence[Span], jobs: Sequence[Job], travel: timedelta, *, only: Job) -> bool:
    """Whether every job begins in its window; those that were impossible before ``only`` came do not count."""
    free_at: datetime | None = None
    for job in jobs:
        earliest = job.starts_at if free_at is None else max(free_at + travel, job.starts_at)
        begin = _place(spans, earliest, job, travel)
        if begin is None or begin > job.ends_at:
            if job is only or not _hopeless(spans, job, travel):
                return False
            continue
        free_at = begin + timedelta(minutes=job.minutes)
    return True


def _hopeless(spans: Sequence[Span], job: Job, travel: timedelta) -> bool:
    """Whether a job has no place even on an empty day, because it was planned outside the shift by hand."""
    begin = _place(spans, job.starts_at, job, travel)
    return begin is None or begin > job.ends_at


def _place(spans: Sequence[Span], earliest: datetime, job: Job, travel: timedelta) -> datetime | None:
    """The first instant from ``earliest`` at which the whole job fits into a span, the way there included."""
    length = timedelta(minutes=job.minutes)
    for number, (begins, ends) in enumerate(spans):
        start = max(earliest, begins + travel if number == 0 else begins)
        if start + length <= ends:
            return start
    return None

"""Duties that recur: each occurrence becomes an obligation when its window opens, once, however long nobody looked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from jiannuo.kernel.events.batches import alone
from jiannuo.promises.commitments.engine import calendar_of, loaded
from jiannuo.promises.obligations.ending import call_off
from jiannuo.promises.obligations.models import Obligation, RecurringDuty
from jiannuo.promises.obligations.opening import Subject, owe, versions_of, zone_of
from jiannuo.rules import (
    Facts,
    Occurrence,
    RecurrenceOutcome,
    RecurringClause,
    occurrence_plan,
    occurrences,
    start_of_day,
)

BATCH = 500
RETRY_AFTER = timedelta(minutes=5)


def duty_key(subject: Subject, outcome: RecurrenceOutcome, occasion: str = "") -> str:
    """One running duty for each clause and subject; its start may move, it stays the same duty."""
    parts = (subject.key, occasion, outcome.commitment, outcome.clause)
    return ":".join(part for part in parts if part)[:200]


@transaction.atomic
def run(
    subject: Subject,
    outcome: RecurrenceOutcome,
    *,
    event: str,
    now: datetime,
    since: datetime | None = None,
    occasion: str = "",
) -> RecurringDuty:
    """Let a duty run as the decision says: begin it, or follow a start or an end that changed.

    Occurrences that were over before ``since`` (``now`` when left out, and for a duty that is changed) are not owed
    after the fact. What was met, missed or waived stays, and a period that was kept is not owed again.
    """
    version = versions_of([outcome.next])[outcome.commitment, outcome.version]
    zone = zone_of(loaded(version).commitment, loaded(version).clause(outcome.clause), subject.division_code)
    duty, created = RecurringDuty.objects.get_or_create(
        key=duty_key(subject, outcome, occasion),
        defaults={
            "version": version,
            "clause": outcome.clause,
            "action": outcome.action,
            "event": event,
            "anchor": outcome.begins,
            "last_on": outcome.last,
            "organization": subject.debtor_organization(outcome.next.debtor),
            "customer": subject.customer,
            "person": subject.person,
            "document_id": getattr(subject.document, "pk", None),
            "unit": subject.unit,
            "product_path": subject.product_path[:200],
            "division_code": subject.division_code[:12],
            "zone": zone,
            "is_demo": subject.is_demo,
        },
    )
    before = (duty.version_id, duty.anchor, duty.last_on, duty.ended_at)
    if not created and before == (version.pk, outcome.begins, outcome.last, None):
        return duty
    if not created:
        duty = RecurringDuty.objects.select_for_update().get(pk=duty.pk)
        call_off(duty.occurrences.filter(state=Obligation.State.OPEN), at=now)
        duty.version, duty.anchor, duty.last_on, duty.event = version, outcome.begins, outcome.last, event
        duty.ended_at, duty.end_reason = None, ""
    since = since if created and since is not None else now
    coming = occurrences(*_terms(duty), since=since, count=2, covered_until=_covered_until(duty))
    if coming and not created and _was_kept(duty, coming[0]):
        coming = coming[1:]
    if coming:
        duty.next_index, duty.next_opens_at = coming[0].index, coming[0].opens_at
    else:
        duty.ended_at, duty.next_opens_at = now, None
    duty.save()
    if duty.next_opens_at is not None and duty.next_opens_at <= now:
        _advance(duty, now)
    return duty


def _was_kept(duty: RecurringDuty, occurrence: Occurrence) -> bool:
    """Whether the greater part of a new period is one that was kept or waived before the rhythm changed."""
    half = (occurrence.due_at - occurrence.opens_at) / 2
    settled = (Obligation.State.MET, Obligation.State.MET_LATE, Obligation.State.WAIVED)
    before = duty.occurrences.filter(state__in=settled, due_at__gt=occurrence.opens_at)
    return any(
        min(due_at, occurrence.due_at) - max(started_at, occurrence.opens_at) > half
        for started_at, due_at in before.values_list("started_at", "due_at")
    )


def open_due(now: datetime | None = None, *, limit: int = BATCH) -> int:
    """Open the occurrences whose window has come; how many duties were looked at, at most ``limit``.

    One that fails is logged and tried again five minutes later, so that it holds up no other.
    """
    now = now or timezone.now()
    due = RecurringDuty.objects.filter(next_opens_at__lte=now).order_by("next_opens_at", "pk")
    found = list(due.values_list("pk", "next_opens_at")[:limit])
    for pk, seen in found:
        if seen is None:
            continue
        waiting = RecurringDuty.objects.filter(pk=pk, next_opens_at=seen)
        with alone(
            "Recurring duty %s could not go on; it is tried again in %s",
            pk,
            RETRY_AFTER,
            otherwise=partial(waiting.update, next_opens_at=now + RETRY_AFTER),
        ):
            claim(pk, seen, now)
    return len(found)


def open_due_of(duties: QuerySet[RecurringDuty], at: datetime) -> None:
    """Open at once what the job would have opened by ``at``, so that what was done can be put down to it."""
    for pk, seen in duties.filter(next_opens_at__lte=at).values_list("pk", "next_opens_at"):
        if seen is not None:
            claim(pk, seen, at)


def claim(pk: int, seen: datetime, now: datetime) -> bool:
    """Go on with a duty up to ``now``; False when somebody else was first.

    The claim and what is opened are one transaction: a crash undoes both, and of two that run one waits and then finds
    nothing left.
    """
    with transaction.atomic():
        if not RecurringDuty.objects.filter(pk=pk, next_opens_at=seen).update(next_opens_at=None):
            return False
        _advance(RecurringDuty.objects.select_related(*_RELATED).get(pk=pk), now)
    return True


_RELATED = ("organization", "customer", "person", "unit__dealer", "document", "version__commitment")


def _advance(duty: RecurringDuty, now: datetime) -> None:
    """Open every occurrence whose window opened up to ``now``, and note when the next one does."""
    subject = _subject_of(duty)
    clause, _facts, calendar = _terms(duty)
    commitment = loaded(duty.version).commitment
    duty.next_opens_at = None
    for occurrence in _from_index(duty, now):
        if occurrence.opens_at > now:
            duty.next_opens_at = occurrence.opens_at
            break
        plan = occurrence_plan(clause, commitment, calendar, occurrence)
        key = f"duty:{duty.pk}:{occurrence.due_at.astimezone(UTC):%Y-%m-%dT%H:%M}"
        owe(subject, [plan], lambda _plan, key=key: key, event=duty.event)
        duty.next_index = occurrence.index + 1
    if duty.next_opens_at is None:
        duty.ended_at = now
    duty.save(update_fields=["next_index", "next_opens_at", "ended_at"])


def _from_index(duty: RecurringDuty, now: datetime) -> Iterable[Occurrence]:
    """The occurrences from the next index on: those that have opened, and the first that has not."""
    terms, covered_until = _terms(duty), _covered_until(duty)
    index = duty.next_index
    while True:
        found = occurrences(*terms, count=index, covered_until=covered_until)
        if len(found) < index:
            return
        yield found[-1]
        if found[-1].opens_at > now:
            return
        index += 1


def _terms(duty: RecurringDuty) -> tuple[RecurringClause, Facts, Any]:
    """Clause, facts and calendar from which every occurrence follows; raises LookupError without the clause."""
    clause = loaded(duty.version).clause(duty.clause)
    if not isinstance(clause, RecurringClause):
        raise LookupError(f"{duty.version} has no recurring clause {duty.clause!r}")
    facts = Facts(dates={clause.begins.events[0]: duty.anchor})
    return clause, facts, calendar_of(duty.version, clause.calendar)


def _covered_until(duty: RecurringDuty) -> datetime | None:
    if duty.last_on is None:
        return None
    _clause, _facts, calendar = _terms(duty)
    return start_of_day(duty.last_on + timedelta(days=1), calendar)


def _subject_of(duty: RecurringDuty) -> Subject:
    return Subject(
        organization=duty.organization,
        customer=duty.customer,
        person=duty.person,
        document=duty.document,
        unit=duty.unit,
        duty=duty,
        product_path=duty.product_path,
        division_code=duty.division_code,
        is_demo=duty.is_demo,
    )


@transaction.atomic
def end(duties: QuerySet[RecurringDuty], *, at: datetime, reason: str = "", by: Any = None) -> int:
    """End running duties and what is open of them; what was missed stays missed, but is owed no longer."""
    ended = list(duties.filter(ended_at__isnull=True).select_for_update(of=("self",)).order_by("pk"))
    for duty in ended:
        call_off(duty.occurrences.open(), at=at, by=by, reason=reason)
    keys = [duty.pk for duty in ended]
    RecurringDuty.objects.filter(pk__in=keys).update(ended_at=at, next_opens_at=None, end_reason=reason[:200])
    return len(ended)

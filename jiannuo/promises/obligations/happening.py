"""What starts with an event: clocks of time clauses and duties that recur, for every debtor and creditor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events.batches import alone
from jiannuo.promises.commitments.engine import Loaded, published
from jiannuo.promises.commitments.facts import ALSO_MEANS, facts_for
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.obligations import duties
from jiannuo.promises.obligations.ending import call_off
from jiannuo.promises.obligations.journal import note
from jiannuo.promises.obligations.keeping import follow_records, keep_records
from jiannuo.promises.obligations.models import Obligation, RecurringDuty, SpreadVersion
from jiannuo.promises.obligations.moving import is_over, move
from jiannuo.promises.obligations.opening import Subject, about_document, owe, parties_key
from jiannuo.promises.obligations.starting import (
    WARRANTY_ENDED,
    Only,
    Starting,
    starts_with,
    what_starts,
    with_end_of_warranty,
)
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.rules import (
    EVENTS,
    AnyClause,
    Facts,
    ObligationPlan,
    RecurrenceOutcome,
    RecurringClause,
)
from jiannuo.rules.facts import path

#: Events that the file of a unit tells by its dates.
UNIT_EVENTS = frozenset({*InstalledUnit.DATE_FIELDS, *ALSO_MEANS.values(), "registered", WARRANTY_ENDED})
GONE = (InstalledUnit.Status.RETURNED, InstalledUnit.Status.SCRAPPED)
BATCH = 500


@transaction.atomic
def happened(
    event: str,
    *,
    at: datetime | date,
    unit: Any = None,
    document: Any = None,
    organization: Any = None,
    customer: Any = None,
    person: Any = None,
    facts: Facts | None = None,
    occasion: str = "",
    recurring_only: bool = False,
    told_at: datetime | None = None,
    agreed: bool = False,
    by: Any = None,
) -> list[Obligation]:
    """Owe what starts with ``event``, and what must be done before it when it is still to come.

    These are the time clauses that start with it or are counted back from it, and recurring ones whose ``begins`` name
    it. The subject is the document, else the unit, else the organisation (taken from them where it is left out). Asking
    twice changes nothing: for a subject, an event and an ``occasion`` (which tells apart the times that the same thing
    happens to the same subject: ``2026-11``, the number of a change) each promise is opened once. Told with another
    ``at``, what is counted back from the event, or starts with it and has not begun, moves (``moving.move``);
    ``moving.called_off`` ends it. ``facts`` are what clauses ask for beside the file of the unit, with the dates of the
    events since which something is owed; what nobody requested is owed since ``told_at`` (now). If the creditor
    ``agreed`` to the date, what had been due before that is not owed. With ``recurring_only`` no clocks are started,
    because the room of the document does that itself. Returns what is newly owed. Raises ValueError for an unknown
    event or without any subject.
    """
    if event not in EVENTS:
        raise ValueError(f"no clause can start with {event!r}: use one of {', '.join(EVENTS)}")
    subject = _subject(unit, document, organization, customer, person)
    only = _is_recurring if recurring_only else None
    told_at = told_at or timezone.now()
    anew: list[Obligation] = []
    if _is_to_come(at, told_at) and not recurring_only:
        reason = _("Agreed at shorter notice.")
        told = {"told_at": told_at, "agreed": agreed, "by": by}
        anew = move(subject, event, occasion, at, reason=reason, **told)
        note(subject.document, "opened", anew, at=told_at, by=by)
    return anew + bring_about(
        event,
        subject,
        at=at,
        facts=facts,
        occasion=occasion,
        only=only,
        told_at=told_at,
        agreed=agreed,
        by=by,
    )


def _is_to_come(at: datetime | date, told_at: datetime) -> bool:
    return at > told_at if isinstance(at, datetime) else at >= timezone.localdate(told_at)


def _is_recurring(_commitment: str, clause: AnyClause) -> bool:
    return isinstance(clause, RecurringClause)


def starts_anything(event: str, organization: Any) -> bool:
    """Whether any promise for an organisation starts with ``event``; one query."""
    return any(starts_with(version, {event}) for version in published(organization))


def bring_about(
    event: str,
    subject: Subject,
    *,
    at: datetime | date,
    facts: Facts | None = None,
    occasion: str = "",
    only: Only | None = None,
    told_at: datetime | None = None,
    since: datetime | None = None,
    agreed: bool = False,
    by: Any = None,
) -> list[Obligation]:
    """What :func:`happened` does for a subject, perhaps for some promises ``only``; nothing moves.

    What should have been done before an event that nobody announced is not owed after the fact; nor what was due by
    ``since``, where that is given.
    """
    versions = published(subject.organization)
    if not any(starts_with(version, {event}) for version in versions):
        return []
    facts = facts or _facts_of(subject)
    facts = replace(facts, dates={**facts.dates, event: at})
    now = told_at or timezone.now()
    opened: list[Obligation] = []
    for its, known, asked in _by_product(subject, facts, versions):
        if not any(starts_with(version, {event}) for version in asked):
            continue
        starting = what_starts(asked, known, {event}, now, only)
        for (start, _debtor, _creditor), plans in starting.plans.items():
            owed = [plan for plan in plans if is_still_to_do(plan, now, agreed=agreed)]
            owed = [plan for plan in owed if since is None or plan.due_at is None or plan.due_at > since]
            opened += owe(its, owed, parties_key(its, start, occasion), event=start)
        keep_records(its, starting.retentions)
        for outcome in starting.outcomes:
            duty = duties.run(its, outcome, event=event, now=now, occasion=occasion)
            opened += duty.occurrences.open()
    note(subject.document, "opened", opened, at=now, by=by)
    return opened


def _by_product(
    subject: Subject, facts: Facts, versions: Sequence[Loaded]
) -> list[tuple[Subject, Facts, Sequence[Loaded]]]:
    """Whom and what to ask: an organisation owes by each commitment for the product that this is about.

    Where the facts name a product, or there is a unit or a document, that is what the promise is asked for.
    """
    if facts.product or subject.unit is not None or subject.document is not None:
        return [(subject, facts, versions)]
    groups: dict[tuple[str, ...], list[Loaded]] = {}
    for version in versions:
        groups.setdefault(_product_of(version), []).append(version)
    return [
        (replace(subject, product_path="/".join(product)), replace(facts, product=product), group)
        for product, group in sorted(groups.items())
    ]


def _product_of(version: Loaded) -> tuple[str, ...]:
    """The product that a commitment is about, as its scope says; empty where it is about any."""
    named = (one.any_of for one in version.commitment.scope if one.fact == "product" and one.any_of)
    return next((path(names[0]) for names in named), ())


def is_still_to_do(plan: ObligationPlan, now: datetime, *, agreed: bool = False) -> bool:
    """Whether what is counted back may be owed: its event is to come, and nobody agreed to a shorter notice."""
    if not plan.before or plan.event_at is None:
        return True
    return _is_to_come(plan.event_at, now) and not (agreed and is_over(plan, now))


@transaction.atomic
def ended(
    *,
    at: datetime,
    unit: Any = None,
    document: Any = None,
    organization: Any = None,
    reason: str = "",
    by: Any = None,
) -> int:
    """End the recurring duties of a subject (its contract ended, it was scrapped); how many were running."""
    running = RecurringDuty.objects.all()
    for name, one in (("document_id", document), ("unit", unit), ("organization", organization)):
        if one is not None:
            return duties.end(running.filter(**{name: one.pk}), at=at, reason=reason, by=by)
    raise ValueError("say what has ended: a document, a unit or an organisation")


def _subject(unit: Any, document: Any, organization: Any, customer: Any, person: Any) -> Subject:
    for one in (document, unit):
        organization = organization or getattr(one, "organization", None)
        customer = customer or getattr(one, "customer", None)
    if organization is None:
        raise ValueError("give the document, the unit or the organisation that it happened to")
    if document is None:
        return (
            about_unit(unit, organization, customer, person) if unit else Subject(organization=organization)
        )
    subject = about_document(document, organization=organization, customer=customer, person=person)
    return replace(subject, unit=unit or subject.unit)


def about_unit(unit: Any, organization: Any = None, customer: Any = None, person: Any = None) -> Subject:
    return Subject(
        organization=organization or unit.organization,
        customer=customer or unit.customer,
        person=person,
        unit=unit,
        product_path=unit.model.category.code_path,
        division_code=str(getattr(unit.address, "division_id", None) or ""),
        is_demo=unit.is_demo,
    )


def _facts_of(subject: Subject, events: Mapping[str, date | datetime] | None = None) -> Facts:
    document = subject.document
    return facts_for(
        unit=subject.unit,
        customer=subject.customer,
        category=getattr(document, "category", None),
        division=subject.division_code,
        kind=str(getattr(document, "request_kind", "")),
        severity=str(getattr(document, "severity", "")),
        events=events,
    )


# Units: their file tells events by its dates


@transaction.atomic
def plan_unit(unit: InstalledUnit, *, now: datetime | None = None) -> list[Obligation]:
    """Owe what the dates in the file of a unit start, and plan anew what differs since they changed.

    What was met, missed or waived stays. What was due before the unit entered the file, or before the promise was
    published, is not owed after the fact. A unit that is gone is owed nothing more. Returns what is newly owed.
    """
    now = now or timezone.now()
    subject = about_unit(unit)
    versions = published(unit.organization)
    starting, facts = Starting({}, ()), Facts()
    if unit.status not in GONE:
        facts = with_end_of_warranty(_facts_of(subject, {"registered": unit.created_at}), versions, now)
        starting = what_starts(versions, facts, UNIT_EVENTS, now, announced=unit.created_at)
        follow_records(subject, starting.retentions, versions)
    since = _since(unit, versions) if starting.plans or starting.outcomes else {}
    wanted: dict[str, tuple[str, ObligationPlan]] = {}
    for (event, _debtor, _creditor), plans in starting.plans.items():
        key = parties_key(subject, event)
        for plan in plans:
            if plan.due_at is None or plan.due_at > since[plan.commitment, plan.version]:
                wanted[key(plan)] = (event, plan)
    _follow(unit, wanted, facts, now)
    opened: list[Obligation] = []
    for key_of_it, (event, plan) in wanted.items():
        opened += owe(subject, [plan], lambda _plan, key=key_of_it: key, event=event)
    return opened + _follow_duties(subject, starting.outcomes, since, now)


def _since(unit: InstalledUnit, versions: Sequence[Loaded]) -> dict[tuple[str, int], datetime]:
    """For each version the instant from which the unit and the promise were both known."""
    numbers = {one.version_id: (one.commitment.code, one.commitment.version) for one in versions}
    rows = CommitmentVersion.objects.filter(pk__in=numbers).values_list("pk", "published_at")
    return {numbers[pk]: max(unit.created_at, published_at or unit.created_at) for pk, published_at in rows}


def _follow(
    unit: InstalledUnit, wanted: Mapping[str, tuple[str, ObligationPlan]], facts: Facts, now: datetime
) -> None:
    """Call off what the file of the unit no longer brings about as it stands; hand the rest to its present owner.

    What must be done before an event that was announced, and that the file does not date yet, goes on.
    """
    owed = Obligation.objects.open().filter(
        unit=unit, document__isnull=True, duty__isnull=True, event__in=UNIT_EVENTS
    )
    differing = []
    for one in owed:
        _event, plan = wanted.get(one.key or "", ("", None))
        if (
            plan is None
            and one.plan.get("before")
            and one.event not in facts.dates
            and unit.status not in GONE
        ):
            continue
        if plan is None or (
            ObligationPlan.from_json(one.plan) != plan
            and (one.state == Obligation.State.OPEN or (plan.due_at is not None and plan.due_at > now))
        ):
            differing.append(one.pk)
    if differing:
        reason = _("The file of the unit was changed.")
        call_off(Obligation.objects.filter(pk__in=differing), at=now, reason=reason, keep_misses=False)
    if unit.version > 1:
        _hand_over(unit)


def _hand_over(unit: InstalledUnit) -> None:
    """What is owed for the unit is owed to its present owner, by those who serve or sold it now."""
    running = RecurringDuty.objects.filter(unit=unit, document__isnull=True, ended_at__isnull=True)
    owed = Obligation.objects.open().filter(unit=unit, document__isnull=True)
    for rows in (owed, running):
        rows.exclude(customer=unit.customer_id).update(customer=unit.customer_id)
    owed.exclude(organization=unit.organization_id).exclude(debtor="dealer").update(
        organization=unit.organization_id
    )
    seller = unit.dealer_id or unit.organization_id
    owed.filter(debtor="dealer").exclude(organization=seller).update(organization=seller)


def _follow_duties(
    subject: Subject,
    outcomes: Sequence[RecurrenceOutcome],
    since: Mapping[tuple[str, int], datetime],
    now: datetime,
) -> list[Obligation]:
    """Let the duties run that the file brings about, and end the others; the occurrences newly owed.

    What an announced event had begun in place of a date that the file gives now (a contract before the acceptance)
    ends too.
    """
    unit = subject.unit
    keys = [duties.duty_key(subject, outcome) for outcome in outcomes]
    gone = RecurringDuty.objects.filter(unit=unit, document__isnull=True, event__in=UNIT_EVENTS)
    duties.end(gone.exclude(key__in=keys), at=now, reason=_("The file of the unit was changed."))
    if not outcomes:
        return []
    instead = Q()
    for one in outcomes:
        instead |= Q(version__commitment__code=one.commitment, clause=one.clause)
    others = RecurringDuty.objects.filter(instead, unit=unit, document__isnull=True).exclude(key__in=keys)
    duties.end(
        others.exclude(event__in=UNIT_EVENTS),
        at=now,
        reason=_("It is counted from the file of the unit now."),
    )
    known = set(Obligation.objects.filter(duty__unit=unit).values_list("pk", flat=True))
    for outcome in outcomes:
        begun = since[outcome.commitment, outcome.version]
        duties.run(subject, outcome, event=_event_of(outcome, unit), now=now, since=begun)
    return [one for one in Obligation.objects.open().filter(duty__unit=unit) if one.pk not in known]


def _event_of(outcome: RecurrenceOutcome, unit: InstalledUnit) -> str:
    """The event of the file on whose day a duty began."""
    known = {**unit.event_dates(), "registered": timezone.localdate(unit.created_at)}
    return next((event for event, day in known.items() if day == outcome.begins), "registered")


def plan_units(now: datetime | None = None, *, limit: int = BATCH) -> int:
    """Plan units whose file is new or has changed; how many were looked at, at most ``limit``.

    The mark is taken off and the promises are planned in one transaction; whoever changes the unit meanwhile sets it
    again.
    """
    if not any(starts_with(version, UNIT_EVENTS) for version in published()):
        InstalledUnit.objects.filter(to_plan=True).update(to_plan=False)
        return 0
    keys = list(
        InstalledUnit.objects.filter(to_plan=True).order_by("pk").values_list("pk", flat=True)[:limit]
    )
    rows = InstalledUnit.objects.select_related(
        "organization", "customer", "model__category", "address", "dealer"
    )
    for pk in keys:
        with (
            alone("The promises for unit %s could not be planned; they are tried again", pk),
            transaction.atomic(),
        ):
            if InstalledUnit.objects.filter(pk=pk, to_plan=True).update(to_plan=False):
                plan_unit(rows.get(pk=pk), now=now)
    return len(keys)


@transaction.atomic
def spread_versions() -> int:
    """Mark the units to which a newly published version may promise something; how many versions were new."""
    known = set(SpreadVersion.objects.values_list("version_id", flat=True))
    fresh = [one for one in published() if one.version_id not in known]
    SpreadVersion.objects.bulk_create(
        [SpreadVersion(version_id=one.version_id) for one in fresh], ignore_conflicts=True
    )
    for version in [one for one in fresh if starts_with(one, UNIT_EVENTS)]:
        row = CommitmentVersion.objects.select_related("commitment__organization").get(pk=version.version_id)
        owner = row.commitment.organization
        units = InstalledUnit.objects.filter(to_plan=False)
        if owner is not None:
            units = units.filter(organization__path__startswith=owner.path)
        units.update(to_plan=True)
    return len(fresh)

"""What the stages owe and keep: clocks with the instants of the project, then the file of each unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import Document
from jiannuo.operations.installations.models import Installation, InstallationUnit, Remaining
from jiannuo.operations.installations.stages import passed_share
from jiannuo.promises.commitments.engine import published
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.commitments.services import decide
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.happening import UNIT_EVENTS, bring_about, plan_unit
from jiannuo.promises.obligations.journal import note
from jiannuo.promises.obligations.models import Obligation, RecurringDuty
from jiannuo.promises.obligations.moving import move
from jiannuo.promises.obligations.opening import Subject, about_document, owe
from jiannuo.promises.obligations.starting import what_starts
from jiannuo.rules import AnyClause, Decision, Facts, Limit, ObligationPlan, Source, TimeClause

DELIVERED = "delivered"
COMMISSIONED = "commissioned"
DISCOVERED = "discovered"
APPOINTED = "appointed"
PLANNED = "planned"
TOLD = ("contact", "announcement")
#: what clauses call something that an acceptance leaves to be done, and under which metrics they promise it
REMAINING = "remaining_item"
MENDED = ("closure", "restore", "repair")


def _subject(document: Any, person: Any = None) -> Subject:
    return about_document(
        document, organization=document.organization, customer=document.customer, person=person
    )


def facts_of(installation: Installation, at: datetime, **figures: Decimal) -> Facts:
    """The facts of a project: its first unit, its size, and what has happened so far."""
    parts = list(installation.parts.select_related("unit__model__category", "unit__dealer", "unit__customer"))
    unit = parts[0].unit
    known = {
        "delivered": installation.arrived_at or installation.expected_at,
        "installed": installation.installed_at,
        "commissioned": installation.commissioned_at,
        "trained": installation.trained_at,
    }
    facts = facts_for(
        unit=unit,
        customer=installation.customer,
        category=installation.category,
        division=installation.division_id,
        kind=installation.request_kind,
        events={name: instant for name, instant in known.items() if instant is not None},
        contract=installation.contract,
    )
    return replace(facts, batch_size=len(parts), figures={**facts.figures, **figures})


def decided(installation: Installation, at: datetime, **figures: Decimal) -> Decision:
    """What the commitments say about the project."""
    return decide(facts_of(installation, at, **figures), at, installation.organization)


def _is_ahead(_commitment: str, clause: AnyClause) -> bool:
    return isinstance(clause, TimeClause) and clause.before == DELIVERED


def _is_before_commissioning(_commitment: str, clause: AnyClause) -> bool:
    return isinstance(clause, TimeClause) and clause.before == COMMISSIONED


def _is_mending(_commitment: str, clause: AnyClause) -> bool:
    if not isinstance(clause, TimeClause) or clause.before or clause.debtor == "customer":
        return False
    return clause.start == DISCOVERED and clause.metric in MENDED


def _is_clock(_commitment: str, clause: AnyClause) -> bool:
    return isinstance(clause, TimeClause) and not clause.before


def _is_delivery(_commitment: str, clause: AnyClause) -> bool:
    return isinstance(clause, TimeClause) and clause.metric == "delivery" and not clause.before


def delivery_agreed(
    installation: Installation, expected_at: datetime, *, told_at: datetime | None, at: datetime, by: Any
) -> None:
    """Owe what must be done before the goods arrive; another time moves it. Whoever agreed was told."""
    subject = _subject(installation)
    told = {"told_at": at, "agreed": told_at is not None, "by": by}
    move(
        subject,
        DELIVERED,
        PLANNED,
        expected_at,
        reason=_("Agreed at shorter notice."),
        **told,
    )
    bring_about(
        DELIVERED,
        subject,
        at=expected_at,
        facts=facts_of(installation, at),
        occasion=PLANNED,
        only=_is_ahead,
        **told,
    )
    move(
        subject,
        APPOINTED,
        PLANNED,
        expected_at,
        reason=_("Agreed anew."),
        **told,
    )
    bring_about(
        APPOINTED,
        subject,
        at=expected_at,
        facts=replace(facts_of(installation, at), request_kind="delivery"),
        occasion=PLANNED,
        only=_is_delivery,
        **told,
    )
    if told_at is not None:
        obligations.fulfil(installation, TOLD, at=told_at, by=by)


def commissioning_planned(installation: Installation, planned_at: datetime, *, at: datetime, by: Any) -> None:
    """Owe what must be done before commissioning begins (training of those who run it); another time moves it."""
    subject, told = _subject(installation), {"told_at": at, "by": by}
    move(subject, COMMISSIONED, PLANNED, planned_at, reason=_("Planned anew."), **told)
    bring_about(
        COMMISSIONED,
        subject,
        at=planned_at,
        facts=facts_of(installation, at),
        occasion=PLANNED,
        only=_is_before_commissioning,
        **told,
    )


def commissioning_begins(installation: Installation, at: datetime, *, by: Any) -> None:
    """What had to be done before cannot be done any more."""
    obligations.called_off(
        COMMISSIONED,
        document=installation,
        at=at,
        took_place=True,
        reason=_("Commissioning has begun."),
        by=by,
    )


def customer_told(installation: Installation, *, at: datetime, by: Any) -> None:
    """The customer knows when the goods arrive."""
    obligations.fulfil(installation, TOLD, at=at, by=by)


def came(installation: Installation, arrived_at: datetime, *, by: Any) -> None:
    """The goods are there: what had to be done before cannot be done any more, and the clocks start."""
    obligations.called_off(
        DELIVERED,
        document=installation,
        at=arrived_at,
        took_place=True,
        reason=_("The goods have arrived."),
        by=by,
    )
    obligations.fulfil(installation, "delivery", at=arrived_at, by=by)
    start(installation, DELIVERED, arrived_at, by=by)


def start(document: Any, event: str, at: datetime, *, by: Any, facts: Facts | None = None) -> None:
    """Start the clocks that begin with an event of the project; what recurs begins with the file of the units."""
    installation = document if isinstance(document, Installation) else document.project
    bring_about(
        event,
        _subject(document),
        at=at,
        facts=facts or facts_of(installation, at),
        only=_is_clock,
        told_at=timezone.now(),
        by=by,
    )


def kept(installation: Installation, metrics: Iterable[str], at: datetime, *, by: Any) -> None:
    """What was promised under ``metrics`` was done at ``at``."""
    obligations.fulfil(installation, tuple(metrics), at=at, by=by)


def goods_checked(installation: Installation, at: datetime, *, by: Any) -> None:
    """What was promised as acceptance of the goods on arrival is kept by the unpacking check."""
    rows = Obligation.objects.open().filter(document_id=installation.pk, metric="acceptance", event=DELIVERED)
    for row in rows:
        obligations.prove(row, at=at, evidence=installation, by=by)


# What was agreed for a day


def owe_remaining(item: Remaining, *, at: datetime, by: Any) -> Obligation | None:
    """Owe what the acceptance leaves to be done: as a clause says, at the latest until the day that was agreed.

    Without a clause it is a promise of its own to that day, which the named person keeps.
    """
    installation = item.installation
    agreed = timezone.make_aware(datetime.combine(item.due_on, time.max.replace(microsecond=0)))
    facts = facts_of(installation, at)
    facts = replace(facts, subject=REMAINING, dates={**facts.dates, DISCOVERED: at})
    starting = what_starts(published(installation.organization), facts, {DISCOVERED}, at, _is_mending)
    promised = [plan for plans in starting.plans.values() for plan in plans if plan.due_at is not None]
    first = min(promised, key=lambda plan: plan.due_at or agreed, default=None)
    if first is not None:
        due = min(first.due_at or agreed, agreed)
        plan = replace(first, due_at=due, text=f"{item.text}：{first.text}")
    else:
        plan = ObligationPlan(
            metric="closure",
            clause="",
            commitment="",
            version=0,
            text=item.text,
            source=Source(document=installation.number),
            calendar="",
            started_at=at,
            due_at=agreed,
            limit=Limit(amount=Decimal(max(0, (item.due_on - timezone.localdate(at)).days)), unit="days"),
        )
    key = f"document:{installation.pk}:remaining:{item.pk}"
    opened = owe(
        _subject(installation, item.person), [plan], lambda _plan: key, event=DISCOVERED if first else ""
    )
    note(installation, "opened", opened, at=at, by=by)
    return opened[0] if opened else None


def remaining_done(item: Remaining, *, at: datetime, by: Any) -> None:
    """Meet the promise of one item."""
    if item.obligation is not None:
        obligations.prove(item.obligation, at=at, evidence=item.installation, by=by)


# The acceptance


def accepted(
    installation: Installation, parts: Iterable[InstallationUnit], *, at: datetime, by: Any
) -> list[dict[str, str]]:
    """Let the files of the units bring about what begins with the acceptance; returns it with its clauses.

    What the project has kept already is not owed by the unit a second time.
    """
    done = {
        "delivery": installation.arrived_at,
        "installation": installation.installed_at,
        "document": installation.documents_at,
        "training": installation.trained_at,
        "acceptance": at,
        "handover": at,
    }
    begun = []
    for part in parts:
        unit = (
            type(part.unit)
            .objects.select_related("organization", "customer", "model__category", "address", "dealer")
            .get(pk=part.unit_id)
        )
        if installation.unit_id is not None:
            _hand_keys_to(unit, installation)
        plan_unit(unit)
        for metric, instant in done.items():
            if instant is not None:
                obligations.fulfil(installation, metric, at=instant, unit=unit, evidence=installation, by=by)
        begun += what_begins(unit, at)
    return begun


@transaction.atomic
def _hand_keys_to(unit: Any, installation: Installation) -> None:
    """What the project owed for its only unit is the unit's promise from now on, and not owed again by its file."""
    mine = f"document:{installation.pk}:"
    rows = Obligation.objects.filter(
        document_id=installation.pk, event__in=UNIT_EVENTS, key__startswith=mine
    ).exclude(state=Obligation.State.CANCELLED)
    for row in rows:
        key = f"unit:{unit.pk}:{(row.key or '').removeprefix(mine)}"
        if not Obligation.objects.filter(key=key).exists():
            Obligation.objects.filter(pk=row.pk).update(key=key)


def what_begins(unit: Any, at: datetime) -> list[dict[str, str]]:
    """The covers, duties and promises of a unit that run from now on, each with its clause."""
    texts = {
        (one.commitment.code, one.commitment.version, clause.id): clause.text
        for one in published(unit.organization)
        for clause in one.commitment.clauses
    }
    found: dict[tuple[str, str, str], dict[str, str]] = {}

    def add(what: str, commitment: str, version: int, clause: str, begins: Any, until: Any) -> None:
        found.setdefault(
            (what, commitment, clause),
            {
                "what": what,
                "unit": unit.serial,
                "clause": f"{commitment}/{clause}",
                "text": texts.get((commitment, version, clause), ""),
                "begins": _day(begins),
                "until": _last_day(until),
            },
        )

    decision = decide(facts_for(unit=unit), at, unit.organization)
    for one in decision.coverage:
        if one.in_warranty and one.clause:
            add("cover", one.commitment, one.version, one.clause, one.begins, one.until)
    duties = RecurringDuty.objects.filter(unit=unit, ended_at__isnull=True)
    for duty in duties.select_related("version__commitment"):
        version = duty.version
        add("duty", version.commitment.code, version.number, duty.clause, duty.anchor, duty.last_on)
    owed = Obligation.objects.open().filter(unit=unit, document__isnull=True, duty__isnull=True)
    for row in owed.select_related("version__commitment"):
        code, number = (row.version.commitment.code, row.version.number) if row.version else ("", 0)
        add("promise", code, number, row.clause, row.started_at, row.due_at)
    return list(found.values())


def _day(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localdate(value)
    return str(value.isoformat())


def _last_day(value: Any) -> str:
    """The last day of a date or of the instant that ends it; midnight ends the day before."""
    return _day(value - timedelta(microseconds=1) if isinstance(value, datetime) else value)


def figures_at_acceptance(installation: Installation, at: datetime) -> list[dict[str, Any]]:
    """The target clauses about the hand-over, and what was reached."""
    faulty = sum(line.is_faulty for line in installation.packing.all())
    defects = faulty + installation.remaining.filter(done_at__isnull=True).count()
    figures = {"open_defects_at_handover": Decimal(defects)}
    share = passed_share(installation)
    if share is not None:
        figures["trainees_passed"] = share
    decision = decided(installation, at, **figures)
    texts = {
        (one.commitment.code, clause.id): clause.text
        for one in published(installation.organization)
        for clause in one.commitment.clauses
    }
    return [
        {
            "measure": target.measure,
            "figure": f"{target.figure:g}",
            "met": target.met,
            "text": texts.get((target.commitment, target.clause), ""),
        }
        for target in decision.targets
        if target.measure in figures
    ]


def given_up(document: Document, *, at: datetime, by: Any, reason: str) -> None:
    """Nothing of it is owed any more."""
    obligations.cancel(document, at=at, by=by, reason=reason)

"""Announcing events that no document tells, and what follows: from people, and from the agreements on file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.promises.obligations import duties, moving
from jiannuo.promises.obligations.closing import KINDS
from jiannuo.promises.obligations.ending import call_off
from jiannuo.promises.obligations.happening import UNIT_EVENTS, about_unit, bring_about
from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation, RecurringDuty
from jiannuo.promises.obligations.opening import Subject
from jiannuo.promises.obligations.starting import Only
from jiannuo.rules import AnyClause, Facts, RecurringClause, TimeClause

ANNOUNCE = "obligations.announce"
#: Events that end what another one began.
ENDS = {"contract_ended": "contract_signed", "project_finished": "project_started"}
#: Days before and after these are taken for a slip of the pen.
EARLIEST, LATEST = date(1990, 1, 1), date(2099, 12, 31)
#: The words by which clauses name the partner of an agreement, by the kind of its organisation.
PARTNERS = {"dealer": "dealer", "station": "station", "supplier": "supplier"}
Source = AnnouncedEvent.Source


@transaction.atomic
def announce(
    event: str,
    *,
    on: date,
    clock: time | None = None,
    organization: Any,
    customer: Any = None,
    unit: Any = None,
    commitment: Any = None,
    category: Any = None,
    matter: str = "",
    occasion: str = "",
    note: str = "",
    source: str = Source.PERSON,
    by: Any = None,
    now: datetime | None = None,
    is_demo: bool = False,
) -> tuple[AnnouncedEvent, bool]:
    """Announce an event of an organisation, of a customer there, or of a unit, and owe what follows from it.

    The same event of the same subject on the same ``occasion`` (the year, when left out) is one: told again it changes
    nothing, told with another day it moves, told after it was called off it counts again. Returns it, and whether it
    was not known before. ``commitment`` narrows it to what that promises. ``by`` None is the system. Raises
    PermissionDenied without ``obligations.announce`` there, ValidationError by field.
    """
    now = now or timezone.now()
    if by is not None and not by.has_perm(ANNOUNCE, organization):
        raise PermissionDenied(ANNOUNCE)
    if unit is not None:
        customer = unit.customer
    _check(event, on, organization, customer, unit)
    occasion = "" if _is_of_the_file(event, unit) else occasion.strip() or str(on.year)
    about = (organization, customer, unit, commitment, category)
    parts = (event, *(getattr(one, "pk", None) or "" for one in about), matter, occasion)
    row, created = AnnouncedEvent.objects.get_or_create(
        key=":".join(map(str, parts))[:200],
        defaults={
            "event": event,
            "on": on,
            "clock": clock,
            "organization": organization,
            "customer": customer,
            "unit": unit,
            "commitment": commitment,
            "category": category,
            "matter": matter,
            "occasion": occasion,
            "note": note.strip(),
            "source": source,
            "announced_by": by,
            "announced_at": now,
            "asked_at": now,
            "is_demo": is_demo,
        },
    )
    if created:
        _ask(row, now, by=by)
        return row, True
    return _told_again(row, on, clock, note, now, by), False


def _check(event: str, on: date, organization: Any, customer: Any, unit: Any) -> None:
    if event not in AnnouncedEvent.EVENTS:
        raise ValidationError({"event": _("This event is told by the documents themselves.")})
    if not EARLIEST <= on <= LATEST:
        raise ValidationError({"on": _("There is something wrong with the year.")})
    if unit is not None and unit.organization_id != organization.pk:
        raise ValidationError({"unit": _("This unit is in the file of another organisation.")})
    if customer is not None and customer.organization_id != organization.pk and unit is None:
        raise ValidationError({"customer": _("This customer is in the file of another organisation.")})
    if event == "delivered" and unit is None:
        raise ValidationError({"unit": _("Say which unit is to be delivered.")})
    if event == "delivered" and event in unit.event_dates():
        raise ValidationError({"unit": _("It has been delivered, as its file says.")})


def _is_of_the_file(event: str, unit: Any) -> bool:
    """Whether the file of the unit will tell the event itself, by its date."""
    return unit is not None and event in UNIT_EVENTS


def _told_again(
    row: AnnouncedEvent, on: date, clock: time | None, note: str, now: datetime, by: Any
) -> AnnouncedEvent:
    row = AnnouncedEvent.objects.select_for_update(of=("self",)).get(pk=row.pk)
    changed = []
    if note.strip() and note.strip() != row.note:
        row.note = note.strip()
        changed.append("note")
    if (row.on, row.clock) == (on, clock) and row.called_off_at is None:
        if changed:
            row.save(update_fields=changed)
        return row
    row.on, row.clock = on, clock
    row.called_off_at, row.reason, row.settled_at = None, "", None
    row.save(update_fields=[*changed, "on", "clock", "called_off_at", "reason", "settled_at"])
    _ask(row, now, by=by, moved=True)
    _go_on(row, now)
    return row


def _go_on(row: AnnouncedEvent, now: datetime) -> None:
    """Let what had ended with an event go on, as it lies later now or was called off."""
    if row.event not in ENDS:
        return
    begun = same_subject(row).filter(event=ENDS[row.event], settled_at__isnull=False)
    own = begun.filter(occasion=row.occasion)
    begin = (own if own.exists() else begun).order_by("-on", "-pk").first()
    if begin is not None and (row.called_off_at is not None or row.on > timezone.localdate(now)):
        AnnouncedEvent.objects.filter(pk=begin.pk).update(settled_at=None)
        _ask(begin, now)


@transaction.atomic
def change_day(
    row: AnnouncedEvent, on: date, *, clock: time | None = None, by: Any, now: datetime | None = None
) -> AnnouncedEvent:
    """Move an event to another day and time of day, with what hangs on it. Raises PermissionDenied, ValidationError."""
    if by is not None and not by.has_perm(ANNOUNCE, row.organization):
        raise PermissionDenied(ANNOUNCE)
    fresh = AnnouncedEvent.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if fresh.called_off_at is not None:
        raise ValidationError(_("It was called off. Announce it anew."))
    _check(fresh.event, on, fresh.organization, fresh.customer, fresh.unit)
    return _told_again(fresh, on, clock, "", now or timezone.now(), by)


@transaction.atomic
def call_off_event(
    row: AnnouncedEvent, *, reason: str, by: Any, now: datetime | None = None
) -> AnnouncedEvent:
    """Say that an event will not be (or was announced in error): what follows from it is owed no longer.

    What was missed stays missed. Twice changes nothing. Raises PermissionDenied, ValidationError without a reason.
    """
    now = now or timezone.now()
    if by is not None and not by.has_perm(ANNOUNCE, row.organization):
        raise PermissionDenied(ANNOUNCE)
    reason = reason.strip()[:200]
    if not reason:
        raise ValidationError({"reason": _("Say why it is called off.")})
    row = AnnouncedEvent.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if row.called_off_at is not None:
        return row
    if _is_of_the_file(row.event, row.unit):
        moving.called_off(row.event, at=now, unit=row.unit, reason=reason, took_place=True, by=by)
    else:
        duties.end(duties_of(row), at=now, reason=reason, by=by)
        owed = Obligation.objects.open().filter(_whose(row), duty__isnull=True, key__contains=f":{row.mark}:")
        call_off(owed, at=now, by=by, reason=reason)
    row.called_off_at, row.reason = now, reason
    row.save(update_fields=["called_off_at", "reason"])
    _go_on(row, now)
    return row


def subject_of(row: AnnouncedEvent) -> Subject:
    """Whose promises are asked."""
    if row.unit is not None:
        return about_unit(row.unit, row.organization, row.customer)
    return Subject(
        organization=row.organization,
        customer=row.customer,
        product_path=getattr(row.category, "code_path", ""),
        is_demo=row.is_demo,
    )


def duties_of(row: AnnouncedEvent) -> QuerySet[RecurringDuty]:
    """What recurs since the event."""
    return RecurringDuty.objects.filter(_whose(row), key__contains=f":{row.mark}:")


def _whose(row: AnnouncedEvent) -> Q:
    """Whose rows of the ledger may follow from it: the unit's, or those of the organisation and the ones below it."""
    if row.unit is not None:
        return moving.of_subject(subject_of(row))
    below = Organization.objects.filter(path__startswith=row.organization.path)
    return Q(organization__in=below, document__isnull=True, unit__isnull=True)


def _those_concerned(row: AnnouncedEvent) -> Iterator[tuple[Subject, frozenset[str] | None]]:
    """The subjects whose promises are asked, with the words of the debtors that they are; None for any.

    What dealers, stations, suppliers or departments owe, each of these owes by itself that lies below the organisation;
    the rest is owed by the organisation.
    """
    whole = subject_of(row)
    if row.unit is not None or row.customer is not None or row.source == Source.AGREEMENT:
        yield whole, None
        return
    others = frozenset(KINDS)
    for organization in Organization.objects.active().filter(path__startswith=row.organization.path):
        words = frozenset(word for word, kinds in KINDS.items() if organization.kind in kinds)
        if organization.pk == row.organization_id:
            yield whole, words
        elif words:
            yield replace(whole, organization=organization), words
    yield whole, others


def occasion_of(row: AnnouncedEvent) -> str:
    """What tells it apart in the ledger; nothing where the file of the unit tells the same event later."""
    return "" if _is_of_the_file(row.event, row.unit) else row.mark


def ask_anew(row: AnnouncedEvent, now: datetime) -> list[Obligation]:
    """Owe what promises published since say about it."""
    return _ask(row, now)


def _ask(row: AnnouncedEvent, now: datetime, *, by: Any = None, moved: bool = False) -> list[Obligation]:
    """Owe what follows. What was due before it was announced is not owed after the fact."""
    occasion, facts = occasion_of(row), _facts_of(row)
    concerned = _concerned(row, facts)
    opened: list[Obligation] = []
    for subject, words in _those_concerned(row):
        if moved:
            reason = _("The day of the event was changed.")
            opened += moving.move(subject, row.event, occasion, row.moment, told_at=now, reason=reason, by=by)
        opened += bring_about(
            row.event,
            subject,
            at=row.moment,
            facts=facts,
            occasion=occasion,
            only=_owed_by(words, concerned),
            told_at=now,
            since=now,
            by=by,
        )
    AnnouncedEvent.objects.filter(pk=row.pk).update(asked_at=now)
    return opened


def same_subject(row: AnnouncedEvent) -> QuerySet[AnnouncedEvent]:
    """What else is announced for the same subject and commitment, and counts."""
    return AnnouncedEvent.objects.filter(
        organization=row.organization_id,
        customer=row.customer_id,
        unit=row.unit_id,
        commitment=row.commitment_id,
        called_off_at__isnull=True,
    )


def _facts_of(row: AnnouncedEvent) -> Facts:
    """The facts of the subject, with the days of its other announced events: the last before, the first after."""
    dates: dict[str, date | datetime] = {}
    for event, on in same_subject(row).order_by("on", "pk").values_list("event", "on"):
        if on <= row.on:
            dates[event] = on
        else:
            dates.setdefault(event, on)
    dates[row.event] = row.moment
    facts = facts_for(unit=row.unit, customer=row.customer, category=row.category, events=dates)
    return replace(facts, subject=row.matter) if row.matter else facts


def _concerned(row: AnnouncedEvent, facts: Facts) -> Only:
    """Which clauses are asked."""
    code = row.commitment.code if row.commitment is not None else ""
    partner = PARTNERS.get(row.organization.kind, "")
    of_the_file = _is_of_the_file(row.event, row.unit)

    def concerned(commitment: str, clause: AnyClause) -> bool:
        if code and commitment != code:
            return False
        if row.source == Source.AGREEMENT and partner not in _parties(clause):
            return False
        if of_the_file and not (isinstance(clause, TimeClause) and clause.before == row.event):
            return False
        return not (
            isinstance(clause, RecurringClause) and _counts_from_another(clause, row.event, facts.dates)
        )

    return concerned


def _owed_by(words: frozenset[str] | None, concerned: Only) -> Only:
    """Of the clauses concerned those whose debtor is one of ``words``; with all words those whose debtor is none."""
    if words is None:
        return concerned
    if words == frozenset(KINDS):
        return lambda code, clause: _parties(clause)[0] not in words and concerned(code, clause)
    return lambda code, clause: _parties(clause)[0] in words and concerned(code, clause)


def _parties(clause: AnyClause) -> tuple[str, str]:
    return getattr(clause, "debtor", ""), getattr(clause, "creditor", "")


def _counts_from_another(clause: RecurringClause, event: str, dates: Mapping[str, Any]) -> bool:
    """Whether the event is only to stand in for another one, whose day is known."""
    if event not in clause.begins.fallbacks:
        return False
    earlier = clause.begins.fallbacks[: clause.begins.fallbacks.index(event)]
    return any(one in dates for one in (*clause.begins.events, *earlier))


def owed_for(row: AnnouncedEvent) -> Q:
    """Rows of the ledger that follow from the event, as a filter."""
    if _is_of_the_file(row.event, row.unit):
        return Q(unit=row.unit, document__isnull=True, event=row.event, plan__before=row.event)
    marked = f":{row.mark}:"
    return _whose(row) & (Q(key__contains=marked) | Q(duty__key__contains=marked))

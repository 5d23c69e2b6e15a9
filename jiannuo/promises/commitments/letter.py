"""Clauses as a customer reads them: what, how long, when it counts, and what follows from a miss."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments import words
from jiannuo.promises.commitments.engine import Loaded
from jiannuo.rules import (
    WEEKDAYS,
    AnyClause,
    Calendar,
    Condition,
    CoverageClause,
    Escalation,
    Limit,
    Period,
    Point,
    TimeClause,
)
from jiannuo.rules.decision import ALWAYS


@dataclass(frozen=True, slots=True)
class ClauseText:
    """A clause in words. ``details`` are pairs of a label and a text."""

    id: str
    kind: str
    subject: str
    headline: str
    text: str
    source: str
    verify: bool
    conditions: tuple[str, ...]
    details: tuple[tuple[str, str], ...]


def clause_texts(
    loaded: Loaded, calendars: Mapping[str, Calendar], names: Mapping[str, str] | None = None
) -> list[ClauseText]:
    """Every clause of a version, promises of time first; ``names`` as for :func:`condition_text`."""
    ordered = sorted(loaded.commitment.clauses, key=lambda clause: clause.kind != "time")
    return [_clause_text(clause, calendars, names) for clause in ordered]


def _clause_text(
    clause: AnyClause, calendars: Mapping[str, Calendar], names: Mapping[str, str] | None
) -> ClauseText:
    if isinstance(clause, TimeClause):
        subject, headline, details = _time(clause, calendars)
    elif isinstance(clause, CoverageClause):
        subject, headline, details = _coverage(clause)
    else:
        subject, headline, details = clause.id, "", []
    return ClauseText(
        id=clause.id,
        kind=clause.kind,
        subject=subject,
        headline=headline,
        text=clause.text,
        source=" ".join(filter(None, (clause.source.document, clause.source.article))),
        verify=clause.verify,
        conditions=tuple(condition_text(one, names) for one in clause.when),
        details=tuple((label, text) for label, text in details if text),
    )


def _time(clause: TimeClause, calendars: Mapping[str, Calendar]) -> tuple[str, str, list[tuple[str, str]]]:
    details = [
        (_("counts from"), str(words.EVENTS.get(clause.start, clause.start))),
        (_("clock"), calendar_text(clause.calendar, calendars)),
        (_("clock may stand still"), _list(words.PAUSE_REASONS.get(one, one) for one in clause.pausable)),
        (_("warning"), point_text(clause.warn) if clause.warn else ""),
        (_("escalation"), "；".join(_step_text(step) for step in clause.ladder)),
        (_("if missed"), "；".join(one.text or one.code for one in clause.consequences)),
    ]
    return str(words.METRICS.get(clause.metric, clause.metric)), limit_text(clause.limit), details


def _coverage(clause: CoverageClause) -> tuple[str, str, list[tuple[str, str]]]:
    term = clause.term
    lengths = [period_text(period) for period in term.periods]
    lengths += [f"{name} {_number(value)}" for name, value in term.meters.items()]
    headline = _(" or ").join(lengths)
    if len(lengths) > 1:
        headline = _("{lengths}, whichever comes first").format(lengths=headline)
    subject = _list(words.component_label("/".join(path)) for path in clause.components)
    begins = _list(words.EVENTS.get(one, one) for one in clause.begins.events)
    fallbacks = _list(words.EVENTS.get(one, one) for one in clause.begins.fallbacks)
    details = [
        (_("begins with"), begins),
        (_("else with"), fallbacks),
        (_("includes"), _list(words.ITEMS.get(one, one) for one in clause.includes)),
        (_("does not cover"), _list(words.CAUSES.get(one, one) for one in clause.excluded_causes)),
        (_("paid by"), str(words.PAYERS.get(clause.payer, clause.payer))),
        (_("repair time"), _("is added to the period") if term.repair_extends else ""),
        (_("replaced parts"), _("begin a period of their own") if term.replacement == "restarts" else ""),
    ]
    return subject or str(words.WHOLE_PRODUCT), headline, details


def limit_text(limit: Limit) -> str:
    """A limit such as “within 2 hours”."""
    return str(words.LIMITS[limit.unit]).format(n=_number(limit.amount))


def period_text(period: Period) -> str:
    """A period such as “3 years”."""
    return str(words.PERIODS[period.unit]).format(n=period.amount)


def point_text(point: Point) -> str:
    """An instant within an obligation: “30 minutes before it is due”, “when 80 % of the time is used”."""
    if point.fraction is not None:
        share = _number(point.fraction * 100)
        return {
            "start": _("when {n}% of the time is used"),
            "before_due": _("when {n}% of the time is left"),
            "missed": _("{n}% of the time after it was missed"),
        }[point.anchor].format(n=share)
    amount = {
        "minutes": _("{n} minutes"),
        "hours": _("{n} hours"),
        "working_minutes": _("{n} working minutes"),
        "working_hours": _("{n} working hours"),
    }[point.unit].format(n=_number(point.amount or Decimal(0)))
    return {
        "start": _("{amount} after the start"),
        "before_due": _("{amount} before it is due"),
        "missed": _("{amount} after it was missed"),
    }[point.anchor].format(amount=amount)


def _step_text(step: Escalation) -> str:
    role = str(Role(step.role).label) if step.role in Role.values else step.role
    return _("{when}: {role}").format(when=point_text(step.at), role=role)


def calendar_text(name: str, calendars: Mapping[str, Calendar]) -> str:
    """The hours of a calendar in words, days with the same hours together."""
    if name == ALWAYS:
        return _("round the clock")
    calendar = calendars.get(name)
    if calendar is None:
        return _("calendar “{name}”, which does not exist").format(name=name)
    rows: list[tuple[list[str], str]] = []
    for day, windows in zip(WEEKDAYS, calendar.weekly, strict=True):
        hours = ", ".join(str(window) for window in windows)
        if rows and rows[-1][1] == hours:
            rows[-1][0].append(day)
        else:
            rows.append(([day], hours))
    texts = [f"{_days(days)} {hours}" for days, hours in rows if hours]
    if calendar.observes_holidays:
        texts.append(_("closed on statutory holidays"))
    return "；".join(texts)


def _days(days: list[str]) -> str:
    names = {
        "mon": _("Mon"),
        "tue": _("Tue"),
        "wed": _("Wed"),
        "thu": _("Thu"),
        "fri": _("Fri"),
        "sat": _("Sat"),
        "sun": _("Sun"),
    }
    if len(days) == len(names):
        return _("daily")
    return names[days[0]] if len(days) == 1 else f"{names[days[0]]}–{names[days[-1]]}"


def condition_text(condition: Condition, names: Mapping[str, str] | None = None) -> str:
    """One column of the decision table in words; ``names`` knows the names of paths (of product categories)."""
    label = words.fact_label(condition.fact)
    if condition.any_of:
        return _("{fact}: {values}").format(
            fact=label, values=_values(condition.fact, condition.any_of, names)
        )
    if condition.none_of:
        return _("{fact}: not {values}").format(
            fact=label, values=_values(condition.fact, condition.none_of, names)
        )
    if condition.low is not None and condition.high is not None:
        low, high = _number(condition.low), _number(condition.high)
        return _("{fact}: {low} to {high}").format(fact=label, low=low, high=high)
    if condition.low is not None:
        return _("{fact}: {low} or more").format(fact=label, low=_number(condition.low))
    return _("{fact}: {high} or less").format(fact=label, high=_number(condition.high or Decimal(0)))


def _values(fact: str, values: Iterable[str], names: Mapping[str, str] | None) -> str:
    labels: Mapping[str, Any] = {**words.VALUES.get(fact, {}), **(names or {})}
    return _list(labels.get(value, value) for value in values)


def _list(values: Iterable[Any]) -> str:
    return "、".join(str(value) for value in values)


def _number(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text

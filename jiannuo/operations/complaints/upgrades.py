"""When a complaint is graver than it was: pure judgement of a table of rules, without a database or a clock.

The class runs general → repeat → malicious, the weight minor → important → major. Rules only ever raise; a person who
lowers a grade does so by hand, and a rule that has spoken once about a complaint does not speak again. A rule that
raises the class by one (``HIGHER``) speaks once for each time that the complaint is reopened.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from jiannuo.rules import Calendar, period_end

GRADES = ("general", "repeat", "malicious")
WEIGHTS = ("minor", "important", "major")
#: in a rule: one class above the present one
HIGHER = "higher"
#: units of the rule "unsolved for so long"; days and months are civil and end at 24:00
SPANS = ("hours", "days", "months")


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known about a complaint. ``earlier``: when the customer complained of the same before."""

    registered_at: datetime
    solved: bool = False
    failed_callbacks: int = 0
    reopened: int = 0
    at_fault: bool = False
    unfounded: bool = False
    loss: Decimal | None = None
    circumstances: frozenset[str] = frozenset()
    earlier: tuple[datetime, ...] = ()
    grade: str = "general"
    weight: str = "minor"
    special: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table: when ``trigger`` reaches ``threshold``, raise to ``grade``, ``weight``, ``special``.

    The ``grade`` is a class or ``HIGHER``.
    """

    key: int
    trigger: str
    threshold: Decimal = field(default=Decimal(1))
    unit: str = ""
    within_days: int = 0
    circumstance: str = ""
    grade: str = ""
    weight: str = ""
    special: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What a rule changes: ``axis`` is ``grade``, ``weight`` or ``special``; ``occasion`` as :func:`occasion_of`."""

    rule: Rule
    axis: str
    before: str
    after: str
    occasion: int = 0


def occasion_of(rule: Rule, situation: Situation) -> int:
    """Which time it is that a rule may speak: the reopening for one that raises by one class, else the only one (0)."""
    return situation.reopened if rule.grade == HIGHER and rule.trigger == "reopened" else 0


def _wanted(rule: Rule, situation: Situation) -> str:
    """The class that a rule raises to."""
    if rule.grade != HIGHER:
        return rule.grade
    return GRADES[min(GRADES.index(situation.grade) + 1, len(GRADES) - 1)]


def limit_of(rule: Rule, situation: Situation, calendar: Calendar) -> datetime | None:
    """The instant at which a complaint has been unsolved for too long; ``None`` for rules without a clock."""
    if rule.trigger != "unsolved":
        return None
    amount = int(rule.threshold)
    if rule.unit == "hours":
        return situation.registered_at + timedelta(hours=amount)
    if rule.unit == "months":
        return period_end(situation.registered_at, amount, "months", calendar=calendar)
    return period_end(situation.registered_at, amount, "days", calendar=calendar)


def holds(rule: Rule, situation: Situation, now: datetime, calendar: Calendar) -> bool:
    """Whether the rule speaks about the situation."""
    if situation.unfounded:
        return False
    match rule.trigger:
        case "unsolved":
            limit = limit_of(rule, situation, calendar)
            return not situation.solved and limit is not None and now >= limit
        case "callbacks_failed":
            return situation.failed_callbacks >= rule.threshold
        case "reopened":
            return situation.reopened >= rule.threshold
        case "again":
            return 1 + _earlier(rule, situation) >= rule.threshold
        case "loss":
            return situation.loss is not None and situation.loss >= rule.threshold
        case "at_fault":
            return situation.at_fault
        case "circumstance":
            return rule.circumstance in situation.circumstances
    raise ValueError(f"no rule is triggered by {rule.trigger!r}")


def _earlier(rule: Rule, situation: Situation) -> int:
    if not rule.within_days:
        return len(situation.earlier)
    since = situation.registered_at - timedelta(days=rule.within_days)
    return sum(1 for one in situation.earlier if one >= since)


def upgrades(
    rules: Sequence[Rule],
    situation: Situation,
    now: datetime,
    calendar: Calendar,
    *,
    spoken: Collection[tuple[int, int]] = (),
) -> list[Upgrade]:
    """What the rules raise now, each axis as far as the gravest rule says.

    Rules that have ``spoken`` (key and occasion) are silent.
    """
    present = {"grade": situation.grade, "weight": situation.weight}
    found: list[Upgrade] = []
    special = situation.special
    for rule in rules:
        occasion = occasion_of(rule, situation)
        if (rule.key, occasion) in spoken or not holds(rule, situation, now, calendar):
            continue
        wishes = (("grade", GRADES, _wanted(rule, situation)), ("weight", WEIGHTS, rule.weight))
        for axis, scale, wanted in wishes:
            if wanted and scale.index(wanted) > scale.index(present[axis]):
                found.append(Upgrade(rule, axis, present[axis], wanted, occasion))
                present[axis] = wanted
        if rule.special and not special:
            found.append(Upgrade(rule, "special", "", "special", occasion))
            special = True
    return found


def next_look(
    rules: Iterable[Rule],
    situation: Situation,
    now: datetime,
    calendar: Calendar,
    *,
    spoken: Collection[tuple[int, int]] = (),
) -> datetime | None:
    """When the clocks of the rules want the complaint to be looked at again; ``None`` when none runs."""
    if situation.solved or situation.unfounded:
        return None
    limits = (limit_of(rule, situation, calendar) for rule in rules if (rule.key, 0) not in spoken)
    return min((limit for limit in limits if limit is not None and limit > now), default=None)

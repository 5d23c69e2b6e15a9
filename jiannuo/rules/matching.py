"""Does a clause apply to the facts?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import attrgetter
from typing import Literal

from jiannuo.rules.clauses import SEVERAL, Condition
from jiannuo.rules.facts import Facts, path

TREE_FACTS = ("product", "component")
WORD_FACTS = (
    "model",
    "dealer",
    "customer_class",
    "request_kind",
    "severity",
    "service_level",
    "channel",
    "cause",
    "symptom",
    "sale_channel",
    "usage",
    "complaint_grade",
    "subject",
    "contract",
    "in_warranty",
)
NUMBER_FACTS = (
    "price",
    "batch_size",
    "same_symptom_repairs",
    "consecutive_faults",
    "days_under_repair",
    "days_waiting_parts",
    "replacements",
    "unsolved_services",
)
NUMBER_GROUPS = ("meters", "amounts")
MATCHABLE_FACTS = (*TREE_FACTS, "division", "zone", *SEVERAL, *WORD_FACTS, *NUMBER_FACTS)
"""What ``when`` may ask for; beside these, ``meters.<name>`` and ``amounts.<name>``."""

_PLURAL = {"flag": "flags", "document": "documents"}
"""Facts with several values, and where the facts of a case hold them; what is not among them is not so."""
Zones = Mapping[str, tuple[str, ...]]
Answer = Literal["yes", "no", "unknown"]


def answer(condition: Condition, facts: Facts, zones: Zones, in_warranty: bool | None = None) -> Answer:
    """Whether the facts meet one condition; ``unknown`` when they do not say.

    ``in_warranty`` is what is known of that where the facts do not say.
    """
    fact = condition.fact
    in_warranty = facts.in_warranty if in_warranty is None else in_warranty
    if fact in NUMBER_FACTS or fact.partition(".")[0] in NUMBER_GROUPS:
        return _number(condition, _number_fact(fact, facts))
    if not _is_known(fact, facts, in_warranty):
        return "unknown"
    wanted = not condition.any_of or any(
        _holds(fact, value, facts, zones, in_warranty) for value in condition.any_of
    )
    unwanted = any(_holds(fact, value, facts, zones, in_warranty) for value in condition.none_of)
    together = all(_holds(fact, value, facts, zones, in_warranty) for value in condition.all_of)
    return "yes" if wanted and together and not unwanted else "no"


def verdict(
    conditions: tuple[Condition, ...], facts: Facts, zones: Zones, in_warranty: bool | None = None
) -> tuple[Answer, str]:
    """The answer to all conditions together, with the fact that was missing when it is ``unknown``.

    One plain ``no`` outweighs what is unknown.
    """
    missing = ""
    for condition in conditions:
        result = answer(condition, facts, zones, in_warranty)
        if result == "no":
            return "no", condition.fact
        if result == "unknown" and not missing:
            missing = condition.fact
    return ("unknown", missing) if missing else ("yes", "")


def test_of(condition: Condition, zones: Zones) -> Callable[[Facts], bool | None]:
    """A test that says of facts what :func:`answer` does: ``None`` for unknown. For conditions asked often."""
    fact, any_of, none_of = condition.fact, condition.any_of, condition.none_of
    if fact in NUMBER_FACTS or fact.partition(".")[0] in NUMBER_GROUPS:
        return _number_test(condition)
    if fact in SEVERAL:
        return _several_test(condition)
    if fact == "zone":
        return _zone_test(condition, zones)
    if fact == "division":
        return lambda facts: (
            (not any_of or facts.division.startswith(any_of))
            and not (none_of and facts.division.startswith(none_of))
            if facts.division
            else None
        )
    _refuse_unknown(fact)
    read = attrgetter(fact)

    def is_word(facts: Facts) -> bool | None:
        word = read(facts)
        return (not any_of or word in any_of) and word not in none_of if word else None

    return is_word


def _several_test(condition: Condition) -> Callable[[Facts], bool]:
    wanted, unwanted = frozenset(condition.any_of), frozenset(condition.none_of)
    together = frozenset(condition.all_of)
    read = attrgetter(_PLURAL[condition.fact])

    def holds(facts: Facts) -> bool:
        held = read(facts)
        return (not wanted or not wanted.isdisjoint(held)) and unwanted.isdisjoint(held)

    return (lambda facts: together <= read(facts) and holds(facts)) if together else holds


def _number_test(condition: Condition) -> Callable[[Facts], bool | None]:
    group, dot, key = condition.fact.partition(".")
    read = attrgetter(group)
    low, high = condition.low, condition.high

    def is_within(facts: Facts) -> bool | None:
        value = read(facts).get(key) if dot else read(facts)
        return None if value is None else (low is None or value >= low) and (high is None or value <= high)

    return is_within


def _zone_test(condition: Condition, zones: Zones) -> Callable[[Facts], bool | None]:
    any_of, none_of = frozenset(condition.any_of), frozenset(condition.none_of)
    inside = tuple(prefix for name in condition.any_of for prefix in zones.get(name, ()))
    outside = tuple(prefix for name in condition.none_of for prefix in zones.get(name, ()))

    def is_in_zone(facts: Facts) -> bool | None:
        division, named = facts.division, facts.zones
        if not division and not named:
            return None
        if any_of and not division.startswith(inside) and any_of.isdisjoint(named):
            return False
        return not none_of or not (division.startswith(outside) or not none_of.isdisjoint(named))

    return is_in_zone


def facts_used(conditions: tuple[Condition, ...], facts: Facts, in_warranty: bool | None = None) -> str:
    """The facts that the conditions asked for, as ``fact=value`` with commas between."""
    asked = dict.fromkeys(condition.fact for condition in conditions)
    return ", ".join(f"{fact}={_shown(fact, facts, in_warranty)}" for fact in asked)


def _shown(fact: str, facts: Facts, in_warranty: bool | None) -> str:
    if fact in NUMBER_FACTS or fact.partition(".")[0] in NUMBER_GROUPS:
        return str(_number_fact(fact, facts))
    if fact in TREE_FACTS:
        return "/".join(getattr(facts, fact))
    if fact == "zone":
        return " ".join(sorted(facts.zones)) or facts.division
    if fact in SEVERAL:
        return " ".join(sorted(getattr(facts, _PLURAL[fact]))) or "none"
    if fact == "in_warranty":
        return "yes" if in_warranty else "no"
    return str(getattr(facts, fact))


def in_zone(division: str, prefixes: tuple[str, ...]) -> bool:
    """Whether an administrative division code lies in a zone."""
    return bool(division) and division.startswith(prefixes)


def _holds(fact: str, value: str, facts: Facts, zones: Zones, in_warranty: bool | None) -> bool:
    if fact in TREE_FACTS:
        prefix = path(value)
        held: tuple[str, ...] = getattr(facts, fact)
        return held[: len(prefix)] == prefix
    if fact == "division":
        return facts.division.startswith(value)
    if fact == "zone":
        return value in facts.zones or in_zone(facts.division, zones.get(value, ()))
    if fact in SEVERAL:
        return value in getattr(facts, _PLURAL[fact])
    if fact == "in_warranty":
        return value == ("yes" if in_warranty else "no")
    return str(getattr(facts, fact)) == value


def _is_known(fact: str, facts: Facts, in_warranty: bool | None) -> bool:
    if fact == "zone":
        return bool(facts.zones or facts.division)
    if fact in SEVERAL:
        return True
    if fact == "in_warranty":
        return in_warranty is not None
    _refuse_unknown(fact)
    return bool(getattr(facts, fact))


def _refuse_unknown(fact: str) -> None:
    if fact not in MATCHABLE_FACTS:
        raise ValueError(f"a clause cannot ask for {fact!r}: use one of {', '.join(MATCHABLE_FACTS)}")


def _number_fact(name: str, facts: Facts) -> Decimal | None:
    group, dot, key = name.partition(".")
    if dot:
        values: Mapping[str, Decimal] = getattr(facts, group)
        return values.get(key)
    value: Decimal | int | None = getattr(facts, name)
    return None if value is None else Decimal(value)


def _number(condition: Condition, value: Decimal | None) -> Answer:
    if value is None:
        return "unknown"
    above = condition.low is None or value >= condition.low
    below = condition.high is None or value <= condition.high
    return "yes" if above and below else "no"

"""Does a clause apply to the facts?"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from jiannuo.rules.clauses import Condition
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
MATCHABLE_FACTS = (*TREE_FACTS, "division", "zone", "flag", *WORD_FACTS, *NUMBER_FACTS)
"""What ``when`` may ask for; beside these, ``meters.<name>`` and ``amounts.<name>``."""

Zones = Mapping[str, tuple[str, ...]]
Answer = Literal["yes", "no", "unknown"]


def answer(condition: Condition, facts: Facts, zones: Zones) -> Answer:
    """Whether the facts meet one condition; ``unknown`` when they do not say."""
    if condition.fact in NUMBER_FACTS or condition.fact.partition(".")[0] in NUMBER_GROUPS:
        return _number(condition, _number_fact(condition.fact, facts))
    if not _is_known(condition.fact, facts):
        return "unknown"
    wanted = not condition.any_of or any(
        _holds(condition.fact, value, facts, zones) for value in condition.any_of
    )
    unwanted = any(_holds(condition.fact, value, facts, zones) for value in condition.none_of)
    return "yes" if wanted and not unwanted else "no"


def verdict(conditions: tuple[Condition, ...], facts: Facts, zones: Zones) -> tuple[Answer, str]:
    """The answer to all conditions together, with the fact that was missing when it is ``unknown``.

    One plain ``no`` outweighs what is unknown.
    """
    missing = ""
    for condition in conditions:
        result = answer(condition, facts, zones)
        if result == "no":
            return "no", condition.fact
        if result == "unknown" and not missing:
            missing = condition.fact
    return ("unknown", missing) if missing else ("yes", "")


def facts_used(conditions: tuple[Condition, ...], facts: Facts) -> str:
    """The facts that the conditions asked for, as ``fact=value`` with commas between."""
    asked = dict.fromkeys(condition.fact for condition in conditions)
    return ", ".join(f"{fact}={_shown(fact, facts)}" for fact in asked)


def _shown(fact: str, facts: Facts) -> str:
    if fact in NUMBER_FACTS or fact.partition(".")[0] in NUMBER_GROUPS:
        return str(_number_fact(fact, facts))
    if fact in TREE_FACTS:
        return "/".join(getattr(facts, fact))
    if fact == "zone":
        return " ".join(sorted(facts.zones)) or facts.division
    if fact == "flag":
        return " ".join(sorted(facts.flags)) or "none"
    if fact == "in_warranty":
        return "yes" if facts.in_warranty else "no"
    return str(getattr(facts, fact))


def in_zone(division: str, prefixes: tuple[str, ...]) -> bool:
    """Whether an administrative division code lies in a zone."""
    return bool(division) and division.startswith(prefixes)


def _holds(fact: str, value: str, facts: Facts, zones: Zones) -> bool:
    if fact in TREE_FACTS:
        prefix = path(value)
        held: tuple[str, ...] = getattr(facts, fact)
        return held[: len(prefix)] == prefix
    if fact == "division":
        return facts.division.startswith(value)
    if fact == "zone":
        return value in facts.zones or in_zone(facts.division, zones.get(value, ()))
    if fact == "flag":
        return value in facts.flags
    if fact == "in_warranty":
        return value == ("yes" if facts.in_warranty else "no")
    return str(getattr(facts, fact)) == value


def _is_known(fact: str, facts: Facts) -> bool:
    if fact == "zone":
        return bool(facts.zones or facts.division)
    if fact == "flag":
        return True
    if fact == "in_warranty":
        return facts.in_warranty is not None
    if fact not in MATCHABLE_FACTS:
        raise ValueError(f"a clause cannot ask for {fact!r}: use one of {', '.join(MATCHABLE_FACTS)}")
    return bool(getattr(facts, fact))


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

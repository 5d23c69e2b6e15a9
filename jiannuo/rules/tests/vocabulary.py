"""The words of random promises and cases: few, so that they meet; and how things are made from a seed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from random import Random
from typing import TypeVar

from hypothesis import strategies as st

from jiannuo.rules import Condition

PRODUCTS = ("appliance/ac", "appliance/fridge", "it/server")
COMPONENTS = (("main",), ("main", "board"), ("valve",))
EVENTS_USED = ("invoiced", "accepted", "installed", "completed")
ITEMS_USED = ("parts", "labour", "travel", "loaner")
METRICS_USED = ("arrival", "repair", "report")
ACTIONS_USED = ("visit", "inspection")
FLAGS = ("invoice_present", "old_part_kept", "wrong_use")
DOCUMENTS = ("old_part", "signed_order")
MEASURES = ("satisfaction", "return_repair")
SUBJECTS = ("cost", "free_repair")
KNOWN_CALENDARS = ("24x7", "office", "night", "shop")
COUNTED = ("same_symptom_repairs", "consecutive_faults", "days_under_repair", "replacements")


def words(fact: str, *values: str) -> list[Condition]:
    """Each word wanted, all of them wanted, the first one unwanted, and one wanted without another."""
    each = [Condition(fact=fact, any_of=(value,)) for value in values]
    both = Condition(fact=fact, any_of=values, none_of=values[:1])
    return [*each, Condition(fact=fact, any_of=values), Condition(fact=fact, none_of=values[:1]), both]


def together(fact: str, values: tuple[str, ...]) -> list[Condition]:
    """All of them at once, and one of them without the other."""
    return [
        Condition(fact=fact, all_of=values),
        Condition(fact=fact, any_of=values[:1], none_of=values[1:]),
    ]


def numbers(fact: str, low: str, high: str) -> list[Condition]:
    """From a figure on, up to a figure, and between two."""
    least, most = Decimal(low), Decimal(high)
    return [
        Condition(fact=fact, low=least),
        Condition(fact=fact, high=most),
        Condition(fact=fact, low=least, high=most),
    ]


WARRANTY_CONDITIONS = words("in_warranty", "yes", "no")[:2]
CONDITIONS = [
    *words("product", "appliance", "appliance/ac", "it"),
    *words("component", "main", "main/board"),
    *words("severity", "minor", "critical"),
    *words("request_kind", "repair", "installation"),
    *words("model", "X1", "X2"),
    *words("division", "31", "3205"),
    *words("zone", "near", "far"),
    *words("flag", *FLAGS),
    *together("flag", FLAGS[:2]),
    *together("document", DOCUMENTS),
    *numbers("price", "100", "5000"),
    *numbers("batch_size", "2", "100"),
    *numbers("amounts.cost", "200", "1000"),
    *numbers("meters.km", "10", "500"),
    *[one for fact in COUNTED for one in numbers(fact, "2", "5")],
]


Made = TypeVar("Made")
seeds = st.integers(0, 2**32)


def made(maker: Callable[[Random], Made]) -> st.SearchStrategy[Made]:
    """What a maker makes of a random seed."""
    return seeds.map(lambda seed: maker(Random(seed)))


def optional(random: Random, values: Sequence[Made], chance: float = 0.35) -> Made | None:
    """One of the values, or more often nothing."""
    return random.choice(values) if random.random() < chance else None


def some(random: Random, values: Sequence[Made], least: int = 0) -> tuple[Made, ...]:
    """Some of the values, in any order."""
    return tuple(random.sample(values, random.randint(least, len(values))))


def decimals(*texts: str) -> list[Decimal]:
    return [Decimal(text) for text in texts]


def some_conditions(random: Random, *, about_warranty: bool = True) -> tuple[Condition, ...]:
    """Mostly no condition, else one or two about different facts."""
    if random.random() < 0.55:
        return ()
    pool = [*CONDITIONS, *(WARRANTY_CONDITIONS * 5 if about_warranty else ())]
    found = {one.fact: one for one in random.choices(pool, k=random.choice((1, 1, 2)))}
    return tuple(found.values())

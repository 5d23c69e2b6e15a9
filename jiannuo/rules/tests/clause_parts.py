"""What random clauses of several kinds are made of: limits, steps, beginnings, components."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from jiannuo.rules import (
    FOREVER,
    LIMIT_UNITS,
    Beginning,
    Consequence,
    Escalation,
    Limit,
    Period,
    Point,
    Source,
)
from jiannuo.rules.clauses import REST
from jiannuo.rules.tests.vocabulary import (
    COMPONENTS,
    EVENTS_USED,
    KNOWN_CALENDARS,
    decimals,
    made,
    some,
    some_conditions,
)

AMOUNTS = {
    "minutes": decimals("0", "30", "45.5", "600"),
    "hours": decimals("0.5", "2", "4", "48"),
    "working_minutes": decimals("30", "45.5", "600"),
    "working_hours": decimals("0.5", "4", "20"),
}
WHOLE = decimals("0", "1", "3", "10")


def a_limit(random: Random) -> Limit:
    """A limit in any unit and reading."""
    unit = random.choice([unit for unit in LIMIT_UNITS if unit != FOREVER])
    amount = random.choice(AMOUNTS.get(unit, WHOLE))
    if unit == "working_days":
        return Limit(amount=amount, unit=unit, reading=random.choice(("civil", "elapsed")))
    if unit == "same_day":
        return Limit(unit=unit, ends=random.choice(("midnight", "closing")))
    if unit in ("days", "months", "years"):
        roll = random.choice((None, None, "holiday", "rest_day"))
        return Limit(amount=amount, unit=unit, counts_start_day=random.random() < 0.5, roll_forward=roll)
    return Limit(amount=amount, unit=unit)


limits = made(a_limit)
POINTS = (
    Point(fraction=Decimal("0.75")),
    Point(amount=Decimal(30)),
    Point(anchor="before_due", fraction=Decimal("0.25")),
    Point(anchor="before_due", amount=Decimal(2), unit="hours"),
    Point(anchor="before_due", amount=Decimal(1), unit="working_hours"),
    Point(anchor="missed", amount=Decimal(1), unit="working_hours"),
    Point(anchor="missed", fraction=Decimal(1)),
)
LADDERS = (
    (),
    (),
    (Escalation(at=POINTS[3], role="manager", channels=("sms", "phone"), repeat=Decimal(15)),),
    (Escalation(at=POINTS[5], role="director", kind="alarm"), Escalation(at=POINTS[0], role="dispatcher")),
    (Escalation(at=POINTS[6], role="owner"), Escalation(at=POINTS[4], role="manager")),
)
CONSEQUENCES_USED = (
    (),
    (Consequence(code="loaner", text="a machine of the same grade"),),
    (Consequence(code="deduction", amount=Decimal(50), per="day"), Consequence(code="apology")),
)
PERIODS = [
    Period(amount=amount, unit=unit)
    for amount in (1, 2, 3, 6)
    for unit in ("days", "weeks", "months", "quarters")
]
TERMS_OF_TIME = [
    Period(amount=amount, unit=unit)
    for amount, unit in (
        (90, "days"),
        (26, "weeks"),
        (12, "months"),
        (1, "years"),
        (2, "years"),
        (3, "years"),
    )
]


def a_beginning(random: Random) -> Beginning:
    """Mostly one event, so that clauses differ in nothing else."""
    if random.random() < 0.6:
        return Beginning(events=(random.choice(EVENTS_USED[:2]),))
    return Beginning(
        events=some(random, EVENTS_USED, 1),
        pick=random.choice(("first", "last")),
        fallbacks=some(random, EVENTS_USED[:2]),
    )


def some_components(random: Random) -> tuple[tuple[str, ...], ...]:
    """The whole product, or some components, perhaps the rest."""
    return () if random.random() < 0.4 else some(random, [*COMPONENTS, REST], 1)[:2]


def common(
    random: Random, kind: str, *, flaws: bool, about_warranty: bool, calendar: bool = True
) -> dict[str, object]:
    """What every clause has; its id is given by its place in the commitment.

    With ``flaws`` some are switched off or count on a calendar that is not there.
    """
    fields: dict[str, object] = {
        "id": kind,
        "text": "as promised",
        "source": Source(document="Letter", article=random.choice("123")),
        "when": some_conditions(random, about_warranty=about_warranty),
        "verify": flaws and random.random() < 0.08,
    }
    if calendar:
        is_missing = flaws and random.random() < 0.08
        fields["calendar"] = "nobody's" if is_missing else random.choice(KNOWN_CALENDARS)
    return fields


def duties(random: Random) -> dict[str, object]:
    """What is owed once and what is owed again have in common."""
    return {
        "debtor": random.choice(("provider", "dealer")),
        "creditor": random.choice(("customer", "manufacturer")),
        "pausable": random.choice(((), ("waiting_customer", "waiting_parts"))),
        "warn": random.choice((None, *POINTS[:4])),
        "ladder": random.choice(LADDERS),
        "consequences": random.choice(CONSEQUENCES_USED),
        "evidence": random.choice(((), ("signed_order",))),
    }

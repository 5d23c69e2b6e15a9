"""Random commitments in force and cases to decide by them, dense enough that clauses apply, meet and differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from hypothesis import strategies as st

from jiannuo.rules import (
    AnyClause,
    Calendar,
    CommitmentInForce,
    Condition,
    CoverageClause,
    Facts,
    HolidayTable,
    path,
)
from jiannuo.rules.tests.clause_strategies import MAKERS, clauses
from jiannuo.rules.tests.vocabulary import (
    COMPONENTS,
    COUNTED,
    DOCUMENTS,
    EVENTS_USED,
    FLAGS,
    PRODUCTS,
    made,
    seeds,
    some,
    some_conditions,
)

WEEK = ("mon", "tue", "wed", "thu", "fri")


def days(first: date, last: date) -> frozenset[date]:
    """All days from one to another."""
    return frozenset(first + timedelta(days=n) for n in range((last - first).days + 1))


#: Spring Festival and May Day of 2026, and the first days of the year before; 2027 is not known.
HOLIDAYS = HolidayTable(
    days(date(2026, 2, 15), date(2026, 2, 23))
    | days(date(2026, 5, 1), date(2026, 5, 5))
    | {date(2025, 1, 1)},
    frozenset({date(2026, 2, 14), date(2026, 2, 28), date(2026, 5, 9)}),
    frozenset({2024, 2025, 2026}),
)
CALENDARS = {
    name: Calendar.from_json(
        {"name": name, "weekly": dict.fromkeys(open_days, hours), "observes_holidays": name != "night"},
        HOLIDAYS,
    )
    for name, open_days, hours in (
        ("office", WEEK, ["09:00-12:00", "13:00-18:00"]),
        ("shop", (*WEEK, "sat"), ["08:30-20:00"]),
        ("night", WEEK, ["20:00-02:00"]),
    )
}
ALL_CALENDARS = {"24x7": Calendar.always_open(), **CALENDARS}
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

QUARTERS = 200 * 96
MONTH_ENDS = (date(2024, 2, 29), date(2025, 8, 31), date(2025, 12, 31), date(2026, 1, 31))


def an_instant(random: Random) -> datetime:
    """A quarter of an hour of the first 200 days of 2026."""
    return BEGIN + timedelta(minutes=15 * random.randrange(QUARTERS))


def a_day(random: Random) -> date:
    """A day of about two years before that, or of the months around it, or the end of a month."""
    if random.random() < 0.2:
        return random.choice(MONTH_ENDS)
    first = random.choice((date(2024, 1, 1), date(2025, 12, 1)))
    return first + timedelta(days=random.randrange((date(2026, 4, 30) - first).days))


instants = made(an_instant)
days_of_events = made(a_day)
FIGURES = (
    {"satisfaction": Decimal("96.5"), "return_repair": Decimal(2)},
    {"satisfaction": Decimal(89)},
)
AMOUNT_NAMES = (
    "parts",
    "parts_list",
    "parts_cost",
    "labour",
    "labour_standard",
    "travel",
    "travel_actual",
    "km",
    "hour",
)
ZONES = {"near": ("31", "3205"), "far": ("11",)}
SCOPES = (
    *[()] * 6,
    (Condition(fact="product", any_of=("appliance",)),),
    (Condition(fact="contract", any_of=("C-1",)),),
    (Condition(fact="zone", any_of=("near",)), Condition(fact="usage", none_of=("trade",))),
)


KINDS_OF_COMMITMENT = ("maker", "dealer", "contract", "promotion", "statute")


def commitments(
    code: str,
    of: st.SearchStrategy[AnyClause] | None = None,
    *,
    plain: bool = False,
    least: int = 1,
    most: int = 7,
) -> st.SearchStrategy[CommitmentInForce]:
    """Commitments with clauses of every kind, or such as ``of`` gives.

    A ``plain`` one is neither exclusive nor a floor and holds for everything at any time.
    """
    several = st.lists(clauses() if of is None else of, min_size=least, max_size=most)
    return st.builds(lambda seed, found: _commitment(Random(seed), code, found, plain), seeds, several)


def _commitment(random: Random, code: str, found: Sequence[AnyClause], plain: bool) -> CommitmentInForce:
    own = tuple(replace(clause, id=f"{clause.kind}-{place}") for place, clause in enumerate(found))
    kind = random.choice(KINDS_OF_COMMITMENT)
    if plain:
        return CommitmentInForce(code=code, kind=kind, clauses=own, zones=ZONES)
    special = random.choice(("", "", "", "exclusive", "floor", "both"))
    return CommitmentInForce(
        code=code,
        kind=kind,
        clauses=own,
        zones=ZONES,
        exclusive=special in ("exclusive", "both"),
        floor=special in ("floor", "both"),
        valid_from=random.choice((None, None, None, date(2024, 6, 1), date(2026, 3, 1))),
        valid_to=random.choice((None, None, None, date(2026, 6, 30))),
        scope=random.choice(SCOPES),
    )


@st.composite
def sets_of_commitments(
    draw: st.DrawFn,
    of: st.SearchStrategy[AnyClause] | None = None,
    *,
    plain: bool = False,
    most: int = 3,
    most_clauses: int = 7,
) -> list[CommitmentInForce]:
    """Commitments that apply together; where they are not plain, one of them may have two versions."""
    codes = "ABCD"[: draw(st.integers(1, most))]
    found = [draw(commitments(code, of, plain=plain, most=most_clauses)) for code in codes]
    if not plain and draw(st.booleans()):
        newer = draw(commitments(codes[0], of, plain=True, most=most_clauses))
        begins = draw(st.sampled_from((date(2025, 6, 1), date(2026, 2, 1), date(2026, 4, 1))))
        found.append(replace(newer, version=2, valid_from=begins))
    return found


@st.composite
def rivals(draw: st.DrawFn, kind: str) -> list[CommitmentInForce]:
    """Commitments that promise the same, most of them a little more or a little less in one or two figures."""
    random = Random(draw(seeds))
    base = replace(MAKERS[kind](random, flaws=False), when=some_conditions(random))
    others = [MAKERS[kind](random, flaws=False) for _ in range(draw(st.integers(1, 4)))]
    several = [base, *(_varied(random, base, other) for other in others)]
    if random.random() < 0.4:
        several = [replace(one, when=some_conditions(random)) for one in several]
    special = random.choice(("", "", "", "exclusive", "floor"))
    return [
        CommitmentInForce(
            code=code,
            kind=random.choice(KINDS_OF_COMMITMENT),
            clauses=(replace(clause, id=f"{kind}-{random.randrange(3)}"),),
            zones=ZONES,
            exclusive=special == "exclusive" and random.random() < 0.5,
            floor=special == "floor" and random.random() < 0.5,
        )
        for code, clause in zip("ABCDE", several, strict=False)
    ]


def _varied(random: Random, base: AnyClause, other: AnyClause) -> AnyClause:
    """The first clause with a few figures of the other one; where those do not fit, as it is."""
    is_cover = isinstance(base, CoverageClause) and isinstance(other, CoverageClause)
    mine, theirs = (base.term, other.term) if is_cover else (base, other)
    kept = ("id", "when", "metric", "action", "calendar", "verify", "source")
    names = [one.name for one in fields(mine) if one.name not in kept]
    chosen = {name: getattr(theirs, name) for name in random.sample(names, random.choice((0, 1, 1, 2)))}
    try:
        changed = replace(mine, **chosen)
    except ValueError:
        return base
    return replace(base, term=changed) if is_cover else changed


def some_dates(random: Random) -> dict[str, date | datetime]:
    """When things happened in a case, some of it to the minute and some by the day."""
    requested = an_instant(random)
    dates: dict[str, date | datetime] = {
        event: a_day(random) for event in EVENTS_USED if random.random() < 0.75
    }
    for event in ("arrived", "completed", "claimed", "appointed"):
        if random.random() < 0.5:
            dates[event] = requested + timedelta(hours=random.choice((1, 3, 30, 200)))
    if random.random() < 0.3:
        dates["component_replaced"] = a_day(random)
    if random.random() < 0.85:
        dates["requested"] = requested.date() if random.random() < 0.1 else requested
    return dates


def some_amounts(random: Random) -> dict[str, Decimal]:
    """What things cost in the case: everything, some things, or nothing."""
    names = random.choice((AMOUNT_NAMES, AMOUNT_NAMES, AMOUNT_NAMES[::2], ()))
    found = {name: Decimal(random.choice((3, 60, 180, 900))) for name in names}
    for name in ("cost", "free_repair", "current_price"):
        if random.random() < 0.6:
            found[name] = Decimal(random.choice((150, 200, 1000, 3000)))
    return found


def known_or_not(random: Random, *values: str) -> str:
    """One of the words; now and then none is known."""
    return "" if random.random() < 0.15 else random.choice(values)


def some_facts(random: Random, component: bool | None, warranty: Sequence[bool | None]) -> Facts:
    is_part = random.random() < 0.5 if component is None else component
    return Facts(
        product=path(known_or_not(random, *PRODUCTS)),
        component=random.choice((*COMPONENTS, ("motor",))) if is_part else (),
        model=known_or_not(random, "X1", "X2", "X3"),
        dates=some_dates(random),
        price=random.choice((None, *map(Decimal, ("99", "3000", "12345.67")))),
        meters=random.choice(({}, {"km": Decimal(150)}, {"km": Decimal(501)})),
        division=known_or_not(random, "310115", "320505", "110101"),
        zones=random.choice((frozenset(), frozenset(), frozenset({"far"}), frozenset({"near", "far"}))),
        request_kind=known_or_not(random, "repair", "installation"),
        severity=known_or_not(random, "minor", "critical"),
        service_level=known_or_not(random, "A", "B"),
        cause=random.choice(("", "", "wear", "misuse")),
        usage=known_or_not(random, "trade", "home"),
        contract=known_or_not(random, "C-1", "C-2"),
        flags=frozenset(some(random, FLAGS)),
        documents=frozenset(some(random, DOCUMENTS)),
        amounts=some_amounts(random),
        figures=random.choice((*FIGURES, {})),
        batch_size=random.choice((None, 1, 50, 200)),
        in_warranty=random.choice(warranty),
        **{name: random.randint(0, 6) for name in COUNTED if random.random() < 0.8},
    )


def facts(
    *, component: bool | None = None, warranty: Sequence[bool | None] = (None, None, None, True, False)
) -> st.SearchStrategy[Facts]:
    """Cases. ``component`` says whether it is known (``None``: sometimes), ``warranty`` what is told of that."""
    return made(partial(some_facts, component=component, warranty=warranty))

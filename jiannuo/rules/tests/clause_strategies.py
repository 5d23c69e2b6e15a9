"""Random clauses of all eight kinds. Few words and round figures, so that clauses of several commitments meet.

A clause is made from a number, its seed, which is much faster than drawing its every field: hypothesis chooses, and
shrinks, how many clauses of which kinds there are.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from random import Random

from hypothesis import strategies as st

from jiannuo.rules import (
    ASSIGNMENT,
    CHARGE_BASES,
    COMPARISONS,
    PRICE_RULES,
    SETTLEMENT_BASES,
    AnyClause,
    ApprovalClause,
    ChargeClause,
    CoverageClause,
    Limit,
    Offset,
    Price,
    RecurringClause,
    Refusal,
    RemedyClause,
    RemedyWindow,
    Season,
    SettlementClause,
    Stake,
    Step,
    TargetClause,
    Term,
    Tier,
    TimeClause,
)
from jiannuo.rules.tests.clause_parts import (
    PERIODS,
    TERMS_OF_TIME,
    WHOLE,
    a_beginning,
    a_limit,
    common,
    duties,
    some_components,
)
from jiannuo.rules.tests.vocabulary import (
    ACTIONS_USED,
    DOCUMENTS,
    ITEMS_USED,
    MEASURES,
    METRICS_USED,
    SUBJECTS,
    decimals,
    made,
    optional,
    some,
)


def time_clause(random: Random, *, flaws: bool = True, about_warranty: bool = True) -> TimeClause:
    """A limit after an event or, now and then, before one; or something that is kept."""
    fields = {
        **common(random, "time", flaws=flaws, about_warranty=about_warranty),
        **duties(random),
        "metric": random.choice(METRICS_USED),
        "limit": a_limit(random),
        "start": random.choice(("requested", "requested", "requested", "arrived", "completed")),
    }
    form = random.random()
    if form < 0.15:
        fields |= counted_back(random)
    elif form < 0.3:
        forever = Limit(unit="forever")
        fields |= {
            "metric": "retain",
            "keeps": some(random, ("recording", "record"), 1),
            "limit": random.choice((forever, a_limit(random))),
        }
    return TimeClause(**fields)


def counted_back(random: Random) -> dict[str, object]:
    """A limit before an event, perhaps in a window that opens before it."""
    units = ("hours", "working_hours", "working_days", "days", "months")
    first, last = (random.choice(units) for _ in range(2))
    opens = Limit(amount=Decimal(9), unit=first) if random.random() < 0.4 else None
    reading = random.choice(("civil", "elapsed"))
    return {
        "before": random.choice(("appointed", "accepted")),
        "limit": Limit(amount=random.choice(WHOLE), unit=last, reading=reading),
        "opens": opens,
        "pausable": (),
    }


def a_term(random: Random) -> Term:
    if random.random() < 0.1:
        return Term(meters={"km": Decimal(200)})
    return Term(
        periods=tuple(random.choices(TERMS_OF_TIME, k=random.choice((1, 1, 1, 2)))),
        meters=random.choice(({}, {}, {}, {"km": Decimal(200)})),
        counts_start_day=random.random() < 0.3,
        roll_forward=random.choice((None, None, None, "holiday", "rest_day")),
        repair_extends=random.random() < 0.3,
        replacement=random.choice(("continues", "continues", "restarts")),
    )


def coverage_clause(random: Random, *, flaws: bool = True, about_warranty: bool = True) -> CoverageClause:
    """Cover is what decides the warranty, so it never asks for it."""
    return CoverageClause(
        **common(random, "coverage", flaws=flaws, about_warranty=False),
        components=some_components(random),
        term=a_term(random),
        begins=a_beginning(random),
        includes=some(random, ITEMS_USED, 1),
        excluded_causes=random.choice(((), ("misuse",))),
        payer=random.choice(("manufacturer", "dealer")),
        besides=random.choice(((), (), (("valve",),))),
    )


def charge_clause(random: Random, *, flaws: bool = True, about_warranty: bool = True) -> ChargeClause:
    basis = random.choice(CHARGE_BASES)
    rate = {"discount": random.choice(decimals("0.5", "0.8")), "cost": Decimal("1.1")}.get(basis)
    return ChargeClause(
        **common(random, "charge", flaws=flaws, about_warranty=about_warranty, calendar=False),
        items=some(random, ITEMS_USED, 1),
        basis=basis,
        components=some_components(random),
        rate=rate,
        amount=random.choice(decimals("20", "150")) if basis == "fixed" else None,
        per=random.choice(("order", "hour", "km")),
        free_up_to=optional(random, decimals("50", "200")),
        free_is_threshold=random.random() < 0.5,
        cap=optional(random, decimals("100", "400")),
        applies=random.choice(("out_of_warranty", "in_warranty", "always", "always")),
        payer=random.choice(("customer", "customer", "customer", "dealer")),
        supplied_by=random.choice(("provider", "customer")),
    )


def a_price(random: Random) -> Price:
    rule = random.choice(PRICE_RULES)
    rates = {
        "depreciated": decimals("0.0005", "0.01"),
        "metered": decimals("0.002", "0.01"),
        "share": decimals("0.3", "2"),
    }
    return Price(
        rule=rule,
        meter="km" if rule == "metered" else "",
        per=Decimal(10) if rule == "metered" else Decimal(1),
        asked_on_exchange=rule in ("metered", "depreciated") and random.random() < 0.5,
        rate=random.choice(rates[rule]) if rule in rates else None,
        amount=random.choice(decimals("80", "300")) if rule == "fixed" else None,
    )


def a_window(random: Random, *, always_ends: bool) -> RemedyWindow:
    to_day = random.choice((8, 15, 400, 900)) if always_ends else random.choice((None, 15, 400, 900))
    return RemedyWindow(
        begins=a_beginning(random),
        from_day=random.choice((0, 1, 1, 8)),
        to_day=to_day,
        within=optional(random, TERMS_OF_TIME),
        counts_start_day=random.random() < 0.5,
    )


def remedy_clause(
    random: Random, *, flaws: bool = True, about_warranty: bool = True, while_covered: bool = True
) -> RemedyClause:
    """Without ``while_covered`` it does not last as long as the cover does."""
    return RemedyClause(
        **common(random, "remedy", flaws=flaws, about_warranty=about_warranty),
        offers=some(random, ("refund", "exchange", "repair", "compensation"), 1),
        window=a_window(random, always_ends=not while_covered) if random.random() < 0.6 else None,
        while_covered=while_covered and random.random() < 0.4,
        price=a_price(random),
        bearer=random.choice(("provider", "customer")),
    )


SEASONS = (
    (Season(begins="03-01", ends="05-31", name="spring"),),
    (Season(begins="12-01", ends="02-29"), Season(begins="06-01", ends="06-30", name="summer")),
    (Season(begins="04-30", ends="05-01"), Season(begins="10-31", ends="10-31")),
)
OFFSETS = (
    (Offset(from_day=3, to_day=7), Offset(from_day=8, to_day=14)),
    (Offset(from_day=0, to_day=0), Offset(from_day=300, to_day=420)),
    (Offset(from_day=7, to_day=14, before=True), Offset(from_day=1, to_day=3)),
)


def a_rhythm(random: Random) -> dict[str, object]:
    """Every so often, in seasons, or after an event."""
    kind = random.choice(("every", "every", "seasons", "offsets"))
    if kind == "every":
        every = random.choice((*PERIODS, *TERMS_OF_TIME))
        return {"every": every, "by_calendar": random.random() < 0.4}
    return {"seasons": random.choice(SEASONS)} if kind == "seasons" else {"offsets": random.choice(OFFSETS)}


def recurring_clause(
    random: Random, *, flaws: bool = True, about_warranty: bool = True, while_covered: bool = True
) -> RecurringClause:
    """Without ``while_covered`` it does not last as long as the cover does."""
    return RecurringClause(
        **common(random, "recurring", flaws=flaws, about_warranty=about_warranty),
        **duties(random),
        **a_rhythm(random),
        action=random.choice(ACTIONS_USED),
        begins=a_beginning(random),
        times=random.choice((1, 1, 1, 2, 3)),
        first_within=optional(random, PERIODS, 0.2),
        lasts=optional(random, TERMS_OF_TIME),
        count=optional(random, (1, 2, 6)),
        while_covered=while_covered and random.random() < 0.3,
        tolerance=random.choice((0, 0, 5)),
        roll_forward=random.random() < 0.3,
    )


STEPS = (
    (),
    (
        Step(high=Decimal(90), points=Decimal(0), amount=Decimal(12)),
        Step(low=Decimal(90), high=Decimal(98), points=Decimal(5)),
        Step(low=Decimal(98), amount=Decimal("33.335"), text="reward"),
    ),
)
STAKES = (
    (),
    (Stake(when="met", amount=Decimal(200)), Stake(when="missed", points=Decimal(3), per=Decimal(1))),
    (Stake(when="missed", amount=Decimal(50), per=Decimal(2), most=Decimal(120)),),
    (Stake(when="missed", share=Decimal("0.02")), Stake(when="met", points=Decimal(1))),
)


def target_clause(random: Random, *, flaws: bool = True, about_warranty: bool = True) -> TargetClause:
    comparison = random.choice(COMPARISONS)
    return TargetClause(
        **common(random, "target", flaws=flaws, about_warranty=about_warranty, calendar=False),
        measure=random.choice(MEASURES),
        comparison=comparison,
        value=random.choice(decimals("2", "95")),
        upper=random.choice(decimals("95", "99.5")) if comparison == "between" else None,
        over=random.choice(("month", "year")),
        whom=random.choice(("department", "station")),
        weight=optional(random, decimals("10")),
        steps=random.choice(STEPS),
        stakes=random.choice(STAKES),
    )


def approval_clause(random: Random, *, flaws: bool = True, about_warranty: bool = True) -> ApprovalClause:
    if random.random() < 0.15:
        return ApprovalClause(
            **common(random, "approval", flaws=flaws, about_warranty=about_warranty),
            subject=ASSIGNMENT,
            certificates=some(random, ("electrician", "welding", "special_operation"), 1),
        )
    return ApprovalClause(
        **common(random, "approval", flaws=flaws, about_warranty=about_warranty),
        subject=random.choice(SUBJECTS),
        approvers=some(random, ("manager", "director", "customer"), 1),
        above=optional(random, decimals("0", "200", "1000"), 0.6),
        up_to=optional(random, decimals("1000", "5000")),
        limit=a_limit(random) if random.random() < 0.3 else None,
    )


TIERS = (
    (),
    (
        Tier(high=Decimal(3), amount=Decimal(40), share=Decimal("0.4")),
        Tier(low=Decimal(3), amount=Decimal(60)),
    ),
    (Tier(grade="A", share=Decimal("0.9")), Tier(grade="B", high=Decimal(2), amount=Decimal(10))),
)
LATE = (
    None,
    Refusal(flag="too_late", effect="forfeited"),
    Refusal(flag="slow", effect="reduced", share=Decimal("0.2")),
)
REFUSALS = (
    (),
    (Refusal(flag="wrong_use"), Refusal(flag="old_part_kept", effect="reduced", share=Decimal("0.9"))),
    (Refusal(flag="wrong_use", effect="forfeited", text="false claim"),),
)


def settlement_clause(random: Random, *, flaws: bool = True, about_warranty: bool = True) -> SettlementClause:
    basis = random.choice(SETTLEMENT_BASES)
    return SettlementClause(
        **common(random, "settlement", flaws=flaws, about_warranty=about_warranty),
        payee=random.choice(("dealer", "station")),
        basis=basis,
        items=some(random, ("labour", "travel"), 1),
        per=random.choice(("order", "order", "km", "month")),
        amount=random.choice(decimals("30", "80")) if basis == "fixed" else None,
        share=random.choice(decimals("0.5", "0.85")) if basis == "share" else None,
        cap=optional(random, decimals("60", "500")),
        tiers=random.choice(TIERS),
        documents=some(random, DOCUMENTS),
        start=random.choice(("completed", "requested", "accepted")),
        deadline=a_limit(random) if random.random() < 0.5 else None,
        late=random.choice(LATE),
        refusals=random.choice(REFUSALS),
    )


MAKERS: dict[str, Callable[..., AnyClause]] = {
    "time": time_clause,
    "coverage": coverage_clause,
    "charge": charge_clause,
    "remedy": remedy_clause,
    "recurring": recurring_clause,
    "target": target_clause,
    "approval": approval_clause,
    "settlement": settlement_clause,
}


def clauses(
    *kinds: str, flaws: bool = True, about_warranty: bool = True, **further: bool
) -> st.SearchStrategy[AnyClause]:
    """Clauses of the kinds named, or of every kind; see :func:`common`, and ``while_covered`` of the makers."""
    chosen = kinds or tuple(MAKERS)
    return st.one_of(
        *(
            made(partial(MAKERS[kind], flaws=flaws, about_warranty=about_warranty, **further))
            for kind in chosen
        )
    )

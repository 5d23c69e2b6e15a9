"""Figures against their targets, and what a hit or a miss brings."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jiannuo.rules import Stake, Step
from jiannuo.rules.tests.building import codes, commitment, decided, money, target, yuan


def reached(clause, figure: str):
    (found,) = decided(clause, figures={clause.measure: Decimal(figure)}).targets
    return found


@pytest.mark.parametrize(
    ("comparison", "upper", "figure", "met"),
    [
        ("at_least", None, "95", True),
        ("at_least", None, "94.99", False),
        ("at_most", None, "95", True),
        ("at_most", None, "95.01", False),
        ("equals", None, "95.0", True),
        ("equals", None, "95.1", False),
        ("between", "98", "95", True),
        ("between", "98", "98", True),
        ("between", "98", "94.9", False),
        ("between", "98", "98.1", False),
    ],
)
def test_a_figure_meets_its_target_or_misses_it(comparison, upper, figure, met):
    found = reached(target(comparison, upper=yuan(upper)), figure)
    assert found.met is met
    assert codes(found.reasons) == ["target.met" if met else "target.missed"]
    assert found.reasons[0].params["target"] == ("95" if upper is None else "95 – 98")


ONCE = Stake(when="missed", amount=Decimal(100))
EACH_POINT = Stake(when="missed", amount=Decimal(50), per=Decimal(1))
BOUNDED = Stake(when="missed", amount=Decimal(50), per=Decimal(1), most=Decimal(120))
REWARD = Stake(when="met", amount=Decimal(20), per=Decimal("0.5"), most=Decimal(100))
SCORE = Stake(when="missed", points=Decimal(2), per=Decimal(1))
SHARE = Stake(when="missed", share=Decimal("0.05"))


@pytest.mark.parametrize(
    ("name", "stakes", "figure", "brings"),
    [
        ("nothing at stake", (), "90", (None, None, None)),
        ("once", (ONCE,), "90", (None, -100, None)),
        ("for each whole point below", (EACH_POINT,), "92.5", (None, -100, None)),
        ("less than a point below", (EACH_POINT,), "94.5", (None, 0, None)),
        ("bounded", (BOUNDED,), "90", (None, -120, None)),
        ("bounded, and below the bound", (BOUNDED,), "93", (None, -100, None)),
        ("for each half point above", (REWARD,), "96.2", (None, 40, None)),
        ("a bounded reward", (REWARD,), "100", (None, 100, None)),
        ("a hit brings no penalty: no yuan fall due", (ONCE,), "95", (None, 0, None)),
        ("a miss brings no reward", (REWARD,), "90", (None, 0, None)),
        ("points", (SCORE,), "92", (-6, None, None)),
        ("a share of the pay", (SHARE,), "92", (None, None, Decimal("-0.05"))),
        ("several together", (ONCE, EACH_POINT, SCORE, SHARE), "93", (-4, -200, Decimal("-0.05"))),
    ],
)
def test_what_is_at_stake(name, stakes, figure, brings):
    found = reached(target(stakes=stakes), figure)
    assert (found.points, found.amount, found.share) == brings, name
    assert ("target.brings" in codes(found.reasons)) == (brings != (None, None, None))


@pytest.mark.parametrize(
    ("comparison", "upper", "figure", "amount"),
    [
        ("at_most", None, "97", -100),
        ("between", "98", "101", -150),
        ("between", "98", "93", -100),
        ("equals", None, "92", -150),
    ],
)
def test_the_distance_is_counted_from_the_nearer_bound(comparison, upper, figure, amount):
    assert reached(target(comparison, upper=yuan(upper), stakes=(EACH_POINT,)), figure).amount == amount


STEPS = (
    Step(high=Decimal(90), points=Decimal(0)),
    Step(low=Decimal(90), high=Decimal(98), points=Decimal(6), amount=Decimal("-33.335")),
    Step(low=Decimal(99), points=Decimal(10)),
)


@pytest.mark.parametrize(
    ("name", "fields", "figure", "points", "amount"),
    [
        ("below all", {"steps": STEPS}, "89.9", 0, None),
        ("a step begins with its low figure", {"steps": STEPS}, "90", 6, Decimal("-33.34")),
        ("and ends before its high one", {"steps": STEPS}, "98", None, None),
        ("the last has no end", {"steps": STEPS}, "150", 10, None),
        ("the weight when it is met", {"weight": yuan(15)}, "95", 15, None),
        ("nothing when it is missed", {"weight": yuan(15)}, "94", 0, None),
        ("the weight less what a miss takes off", {"weight": yuan(15), "stakes": (SCORE,)}, "93", 11, None),
        ("never below nothing", {"weight": yuan(15), "stakes": (SCORE,)}, "80", 0, None),
        ("a step before the weight", {"weight": yuan(15), "steps": STEPS}, "90", 6, Decimal("-33.34")),
        ("the weight where no step holds", {"weight": yuan(15), "steps": STEPS}, "98.5", 15, None),
        ("a step and what is at stake", {"steps": STEPS, "stakes": (ONCE,)}, "91", 6, Decimal("-133.34")),
    ],
)
def test_points_by_step_and_weight(name, fields, figure, points, amount):
    found = reached(target(**fields), figure)
    assert (found.points, found.amount) == (points, amount), name


@given(st.decimals("0", "100", places=1), st.decimals("0", "100", places=1))
def test_a_better_figure_never_brings_less(figure, more):
    """Given a penalty for each point below and a reward above, both bounded."""
    clause = target(stakes=(BOUNDED, REWARD, SCORE), weight=yuan(20))
    first, second = (reached(clause, str(each)) for each in sorted((figure, more)))
    assert first.amount <= second.amount
    assert first.points <= second.points


def test_a_target_whose_figure_is_not_known_is_left_out_by_name():
    decision = decided(target(), figures=money(return_repair=2))
    assert decision.targets == ()
    assert [(one.code, one.params["fact"]) for one in decision.losers] == [
        ("lost.fact_missing", "figures.satisfaction")
    ]
    assert decided(target()).losers == ()


def test_an_exclusive_contract_silences_the_same_target_only():
    contract = commitment(target(value=80), code="X", exclusive=True)
    others = (target(value=90), target(value=90, over="year"), target(value=90, whom="person"))
    decision = decided(contract, *others, figures=money(satisfaction=85))
    assert {(one.value, one.over, one.whom) for one in decision.targets} == {
        (80, "month", "department"),
        (90, "year", "department"),
        (90, "month", "person"),
    }
    assert [(one.code, one.commitment) for one in decision.losers] == [("lost.exclusive", "C1")]

"""What is asked for an item: by which basis, how much, of whom."""

from __future__ import annotations

from datetime import date

import pytest

from jiannuo.rules.tests.building import (
    NOW,
    at_least,
    charge,
    codes,
    commitment,
    cover,
    decided,
    money,
    one_of,
    yuan,
)


@pytest.mark.parametrize(
    ("name", "clause", "amounts", "total"),
    [
        ("free costs nothing, whatever things cost", charge("free"), money(parts=80), "0"),
        ("the list price", charge("list"), money(parts_list=80, parts=70), "80"),
        ("or what the part costs, where no list price is known", charge("list"), money(parts=70), "70"),
        (
            "a discount on the list price",
            charge("discount", rate=yuan("0.85")),
            money(parts_list=90),
            "76.50",
        ),
        ("at cost", charge("cost"), money(parts_cost=60, parts_list=90), "60"),
        ("at cost with a surcharge", charge("cost", rate=yuan("1.1")), money(parts_cost=60), "66.00"),
        ("what was paid for it", charge("actual", ("travel",)), money(travel_actual="23.4"), "23.40"),
        ("half a fen is rounded up", charge("discount", rate=yuan("0.5")), money(parts_list="0.05"), "0.03"),
        ("a fixed amount", charge("fixed", amount=yuan(50)), {}, "50"),
        ("for each kilometre", charge("fixed", amount=yuan(2), per="km"), money(km=31), "62"),
        ("of which nobody knows how many", charge("fixed", amount=yuan(2), per="km"), {}, None),
        ("nothing is known", charge("list"), money(labour=50), None),
        ("up to 200 yuan nothing is asked", charge("list", free_up_to=yuan(200)), money(parts=200), "0"),
        ("above it only the rest", charge("list", free_up_to=yuan(200)), money(parts=201), "1"),
        (
            "or the whole, where it is a threshold",
            charge("list", free_up_to=yuan(200), free_is_threshold=True),
            money(parts=201),
            "201",
        ),
        ("no more than the cap", charge("list", cap=yuan(100)), money(parts=101), "100"),
        ("the cap itself is no more than the cap", charge("list", cap=yuan(100)), money(parts=100), "100"),
        (
            "the cap comes after the free part",
            charge("list", cap=yuan(100), free_up_to=yuan(50)),
            money(parts=120),
            "70",
        ),
    ],
)
def test_the_sum_of_one_clause(name, clause, amounts, total):
    found = decided(clause, amounts=amounts).charge(clause.items[0])
    assert found.total == yuan(total), name
    assert (found.basis, found.payer) == (clause.basis, "customer")
    is_fixed = clause.basis == "fixed"
    assert found.amount == (clause.amount if is_fixed else found.total)
    assert found.per == (clause.per if is_fixed else "")


@pytest.mark.parametrize(
    ("clause", "amounts", "code", "params"),
    [
        (charge("list"), {}, "charge.amount_unknown", {"fact": "amounts.parts_list"}),
        (
            charge("fixed", amount=yuan(2), per="km"),
            {},
            "charge.amount_unknown",
            {"fact": "amounts.km"},
        ),
        (
            charge("list", free_up_to=yuan(200)),
            money(parts=250),
            "charge.free_part",
            {"sum": "250.00", "free": "200", "charged": "50.00"},
        ),
        (charge("list", cap=yuan(100)), money(parts=250), "charge.capped", {"sum": "250.00", "cap": "100"}),
    ],
)
def test_the_reasons_of_a_sum(clause, amounts, code, params):
    reasons = decided(clause, amounts=amounts).charge("parts").reasons
    assert codes(reasons) == ["charge.decided", code, "chosen.only"]
    assert reasons[1].params.items() >= params.items()


FIXED = charge("fixed", clause_id="fixed", amount=yuan(100))
AT_COST = charge("cost", clause_id="cost")
BY_LIST = charge("list", ("parts", "labour"), clause_id="list")
DEALERS = charge("list", clause_id="dealers", payer="dealer")
SMALL_IS_FREE = charge("fixed", clause_id="small", amount=yuan(150), free_up_to=yuan(200))


@pytest.mark.parametrize(
    ("name", "clauses", "amounts", "counts"),
    [
        ("the smallest sum", (FIXED, AT_COST), money(parts=99), "cost"),
        ("the smallest sum, whatever its basis", (FIXED, AT_COST), money(parts=101), "fixed"),
        ("of equal sums the kinder basis", (FIXED, AT_COST), money(parts=100), "cost"),
        ("what a dealer pays is free to the customer", (FIXED, DEALERS), money(parts=900), "dealers"),
        ("also where its sum is not known", (FIXED, DEALERS), {}, "dealers"),
        ("by basis where a sum is not known", (FIXED, AT_COST), {}, "cost"),
        ("the larger free part", (AT_COST, charge("cost", clause_id="b", free_up_to=yuan(50))), {}, "b"),
        (
            "the lower rate",
            (charge("discount", rate=yuan("0.9")), charge("discount", clause_id="b", rate=yuan("0.8"))),
            {},
            "b",
        ),
        (
            "of two known sums never the larger, though a third is not known",
            (FIXED, AT_COST, charge("fixed", clause_id="km", amount=yuan(200), per="km")),
            money(parts=500),
            "fixed",
        ),
        (
            "a sum that is known to be nothing before one that is not known",
            (SMALL_IS_FREE, AT_COST),
            {},
            "small",
        ),
        ("nothing at all before a sum that is nothing", (SMALL_IS_FREE, charge("free")), {}, "charge"),
    ],
)
def test_of_several_commitments_the_one_that_asks_least_counts(name, clauses, amounts, counts):
    decision = decided(*clauses, amounts=amounts)
    assert decision.charge("parts").clause == counts, name
    assert sorted(loser.clause for loser in decision.losers) == sorted(
        c.id for c in clauses if c.id != counts
    )


def test_an_exclusive_contract_asks_what_it_says_though_others_ask_less():
    contract = commitment(BY_LIST, code="X", exclusive=True)
    found = decided(contract, charge("free"), amounts=money(parts=80)).charge("parts")
    assert (found.commitment, found.total) == ("X", 80)
    unknown = decided(contract, FIXED).charge("parts")
    assert (unknown.commitment, unknown.total) == ("X", None)


class TestTheSidesOfTheWarranty:
    bought = {"requested": NOW, "invoiced": date(2025, 1, 10)}
    long_ago = {"requested": NOW, "invoiced": date(2020, 1, 10)}

    def test_nothing_is_asked_for_what_a_cover_pays(self):
        found = decided(cover(), charge("list"), amounts=money(parts=80)).charge("parts")
        assert (found.basis, found.total, found.payer, found.clause) == ("free", 0, "manufacturer", "cover")

    def test_an_item_that_no_charge_speaks_of_is_free_while_covered(self):
        decision = decided(cover())
        assert (decision.charges, decision.charge("parts").total) == ((), 0)
        assert decision.charge("travel") is None

    def test_after_the_cover_the_charge_counts(self):
        found = decided(cover(), charge("list"), dates=self.long_ago, amounts=money(parts=80)).charge("parts")
        assert (found.basis, found.total) == ("list", 80)

    @pytest.mark.parametrize(
        ("applies", "dates", "asked"),
        [
            ("out_of_warranty", "bought", None),
            ("out_of_warranty", "long_ago", 50),
            ("in_warranty", "bought", 50),
            ("in_warranty", "long_ago", None),
            ("always", "bought", 50),
            ("always", "long_ago", 50),
        ],
    )
    def test_a_charge_speaks_on_its_side_only(self, applies, dates, asked):
        """Given a cover of parts and labour, when travel is charged."""
        travel = charge("fixed", ("travel",), amount=yuan(50), applies=applies)
        found = decided(cover(), travel, dates=getattr(self, dates)).charge("travel")
        assert (found and found.total) == asked

    def test_what_the_facts_say_of_the_warranty_goes_first(self):
        found = decided(cover(), charge("list"), in_warranty=False, amounts=money(parts=80)).charge("parts")
        assert found.total == 80
        inside = charge("fixed", ("travel",), amount=yuan(9), applies="in_warranty")
        assert decided(inside, in_warranty=True).charge("travel").total == 9
        assert decided(inside).charge("travel") is None

    def test_a_clause_for_the_other_side_still_silences_what_names_the_component_less_closely(self):
        """Wearing parts free in warranty is no reason to charge the rest of the letter's price for them."""
        letter = commitment(
            charge("list", applies="always"),
            charge("fixed", clause_id="wear", components=(("wear",),), amount=yuan(5), applies="in_warranty"),
        )
        assert decided(letter, component=("wear",), amounts=money(parts=80)).charge("parts").total == 80


class TestComponents:
    letter = commitment(
        charge("list", ("parts", "labour"), "all"),
        charge("free", ("parts",), "screws", components=(("screw",),)),
        charge("cost", ("parts",), "rest", components=(("rest",),)),
    )

    @pytest.mark.parametrize(
        ("component", "clause"),
        [(("screw",), "screws"), (("screw", "small"), "screws"), (("motor",), "rest")],
    )
    def test_the_clause_that_names_it_most_closely_speaks_alone(self, component, clause):
        found = decided(self.letter, component=component)
        assert found.charge("parts", component).clause == clause
        assert found.charge("labour", component).clause == "all"

    def test_without_a_component_each_that_is_named_is_decided(self):
        decision = decided(self.letter)
        assert [one.component for one in decision.charges if one.item == "parts"] == [("screw",), ("rest",)]

    def test_components_that_the_cover_tells_apart_stand_for_the_whole_product(self):
        covers = commitment(
            cover("motor", components=(("motor",),)),
            cover("rest", ((1, "years"),), components=(("rest",),)),
            code="B",
        )
        decision = decided(charge("list"), covers, amounts=money(parts=80))
        assert [(one.component, one.total) for one in decision.charges] == [(("motor",), 0), (("rest",), 80)]


def test_a_charge_may_depend_on_the_case():
    clause = charge("free", when=(at_least("price", 1000), one_of("usage", "home")))
    decision = decided(clause, price=yuan(1000), usage="home")
    assert decision.charge("parts").reasons[1].params["facts"] == "price=1000, usage=home"
    assert decided(clause, price=yuan(999), usage="home").charges == ()

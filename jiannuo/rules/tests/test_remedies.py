"""What the customer may choose now, until when, what it pays, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from jiannuo.rules import Beginning, Period, Price, RemedyWindow
from jiannuo.rules.tests.building import (
    NOW,
    at_least,
    codes,
    commitment,
    cover,
    decided,
    money,
    remedy,
    yuan,
)

TODAY = date(2026, 3, 2)


def sold(days_ago: int, **further) -> dict:
    return {"requested": NOW, "sold": TODAY - timedelta(days=days_ago), **further}


@pytest.mark.parametrize(
    ("name", "days", "counts", "ago", "code"),
    [
        ("the day of the sale is day 1", (1, 7), True, 0, None),
        ("day 7", (1, 7), True, 6, None),
        ("day 8 is too late", (1, 7), True, 7, "remedy.over"),
        ("day 8 of days 8 to 15", (8, 15), True, 7, None),
        ("day 7 is too early", (8, 15), True, 6, "remedy.not_open"),
        ("where the day of the sale is not counted", (1, 7), False, 7, None),
        ("and a day later", (1, 7), False, 8, "remedy.over"),
        ("from day 0 on", (0, 7), True, 0, None),
        ("before the sale", (1, 7), True, -1, "remedy.not_open"),
    ],
)
def test_the_days_of_a_window(name, days, counts, ago, code):
    clause = remedy("refund", days=days)
    clause = replace(clause, window=replace(clause.window, counts_start_day=counts))
    decision = decided(clause, dates=sold(ago))
    assert (decision.remedy("refund") is None) == (code is not None), name
    assert codes(decision.reasons) == ([code] if code else [])


@pytest.mark.parametrize(
    ("to_day", "within", "last"),
    [
        (30, None, date(2026, 3, 30)),
        (None, Period(amount=1, unit="months"), date(2026, 3, 31)),
        (30, Period(amount=1, unit="months"), date(2026, 3, 30)),
        (90, Period(amount=1, unit="months"), date(2026, 3, 31)),
    ],
)
def test_a_window_ends_with_a_day_or_a_period_whichever_comes_first(to_day, within, last):
    window = RemedyWindow(begins=Beginning(events=("sold",)), to_day=to_day, within=within)
    found = decided(remedy("exchange", window=window), dates=sold(1)).remedy("exchange")
    assert (found.since, found.until) == (date(2026, 3, 1), datetime(*last.timetuple()[:3], 16, tzinfo=UTC))


def test_without_its_event_a_window_has_not_begun():
    decision = decided(remedy("refund", days=(1, 7)))
    assert (decision.remedies, codes(decision.reasons)) == ((), ["remedy.not_started"])


class TestPrices:
    """Given a price of 1,000 yuan, bought 100 days ago."""

    given = {"price": Decimal(1000), "dates": sold(100)}

    @pytest.mark.parametrize(
        ("name", "price", "given", "amount"),
        [
            ("no price rule", Price(rule="none"), {}, None),
            ("the invoice", Price(), {}, "1000"),
            ("a share of it", Price(rule="share", rate=yuan("0.3")), {}, "300"),
            ("three times as much", Price(rule="share", rate=yuan(3)), {}, "3000"),
            ("a fixed amount", Price(rule="fixed", amount=yuan("500.005")), {}, "500.01"),
            ("the price of today", Price(rule="current"), {"amounts": money(current_price=900)}, "900"),
            ("which is not known", Price(rule="current"), {}, None),
            ("half a thousandth a day", Price(rule="depreciated", rate=yuan("0.0005")), {}, "950"),
            (
                "days under repair are no days of use",
                Price(rule="depreciated", rate=yuan("0.0005")),
                {"days_under_repair": 40},
                "970",
            ),
            ("it never falls below nothing", Price(rule="depreciated", rate=yuan("0.02")), {}, "0"),
            (
                "counted from the invoice where there is one",
                Price(rule="depreciated", rate=yuan("0.001")),
                {"dates": sold(100, invoiced=TODAY - timedelta(days=10))},
                "990",
            ),
            ("the price is not known", Price(), {"price": None}, None),
            (
                "nobody knows since when it is used",
                Price(rule="depreciated", rate=yuan("0.001")),
                {"dates": {"requested": NOW}},
                None,
            ),
            (
                "half a per cent for each 1,000 km",
                Price(rule="metered", rate=yuan("0.005"), meter="km", per=yuan(1000)),
                {"meters": money(km=4000)},
                "980",
            ),
            (
                "what the meter reads is not known",
                Price(rule="metered", rate=yuan("0.005"), meter="km", per=yuan(1000)),
                {},
                None,
            ),
        ],
    )
    def test_what_a_refund_pays(self, name, price, given, amount):
        found = decided(remedy("refund", price=price), **{**self.given, **given}).remedy("refund")
        assert found.amount == yuan(amount), name
        is_told = "remedy.price_unknown" in codes(found.reasons)
        assert is_told == (amount is None and price.rule != "none")

    def test_the_days_of_use_begin_with_the_window_where_no_sale_is_known(self):
        clause = remedy(
            "refund", days=(1, 99), begins=("accepted",), price=Price(rule="depreciated", rate=yuan("0.001"))
        )
        dates = {"requested": NOW, "accepted": TODAY - timedelta(days=20)}
        assert decided(clause, price=yuan(1000), dates=dates).remedy("refund").amount == 980

    def test_only_remedies_that_pay_have_an_amount(self):
        found = decided(remedy("repair", "compensation", price=Price()), **self.given)
        assert (found.remedy("repair").amount, found.remedy("repair").price_rule) == (None, "none")
        assert (found.remedy("compensation").amount, found.remedy("compensation").price_rule) == (
            1000,
            "invoice",
        )

    def test_an_exchange_may_cost_what_use_has_taken_off(self):
        price = Price(rule="depreciated", rate=yuan("0.001"), asked_on_exchange=True)
        found = decided(remedy("exchange", "refund", price=price), **self.given)
        assert (found.remedy("exchange").asks, found.remedy("refund").asks) == (100, None)
        assert "remedy.asks" in codes(found.remedy("exchange").reasons)
        unknown = decided(remedy("exchange", price=price), dates=sold(1))
        assert unknown.remedy("exchange").asks is None


class TestWhileCovered:
    @pytest.mark.parametrize(
        ("window", "while_covered"),
        [(None, True), (RemedyWindow(begins=Beginning(events=("sold",)), from_day=16), False)],
    )
    def test_it_lasts_as_long_as_the_cover(self, window, while_covered):
        clause = remedy("exchange", window=window, while_covered=while_covered)
        found = decided(clause, cover(begins=("sold",)), dates=sold(100)).remedy("exchange")
        assert found.until == datetime(2027, 11, 22, 16, 0, tzinfo=UTC)
        over = decided(clause, cover(begins=("sold",)), dates=sold(800))
        assert (over.remedies, codes(over.reasons)) == ((), ["remedy.not_covered"])

    def test_a_window_and_the_cover_end_it_whichever_comes_first(self):
        short = cover(periods=((3, "months"),), begins=("sold",))
        for days, last in ((10, date(2026, 3, 10)), (200, date(2026, 6, 1))):
            clause = remedy("exchange", days=(1, days), while_covered=True)
            until = decided(clause, short, dates=sold(1)).remedy("exchange").until
            assert until == datetime(*last.timetuple()[:3], 16, tzinfo=UTC)

    def test_without_a_cover_it_is_not_known(self):
        decision = decided(remedy("exchange", while_covered=True))
        assert decision.remedies == ()
        assert decision.losers[0].params["fact"] == "in_warranty"
        told = decided(remedy("exchange", while_covered=True), in_warranty=True).remedy("exchange")
        assert told.until is None


class TestTheBestOffer:
    @pytest.mark.parametrize(
        ("name", "one", "other"),
        [
            (
                "what pays more, though it ends sooner",
                remedy("refund", days=(1, 30), price=Price(rule="fixed", amount=yuan(200))),
                remedy("refund", price=Price(rule="fixed", amount=yuan(100))),
            ),
            (
                "what pays something before what nobody can tell",
                remedy("refund", price=Price(rule="fixed", amount=yuan(1))),
                remedy("refund", price=Price()),
            ),
            ("what lasts longer", remedy("exchange", days=(1, 30)), remedy("exchange", days=(1, 15))),
            ("what has no end", remedy("exchange"), remedy("exchange", days=(1, 999))),
            ("what costs nothing beside", remedy("exchange"), remedy("exchange", bearer="customer")),
        ],
    )
    def test_counts(self, name, one, other):
        for pair in ((one, other), (other, one)):
            best = replace(one, id="best")
            clauses = [best if clause is one else clause for clause in pair]
            decision = decided(*clauses, dates=sold(3))
            assert decision.remedies[0].clause == "best", name
            assert [loser.clause for loser in decision.losers] == ["remedy"]

    def test_offers_of_several_commitments_come_together_in_the_order_of_the_law(self):
        decision = decided(remedy("repair", "exchange"), remedy("refund"))
        assert [one.remedy for one in decision.remedies] == ["refund", "exchange", "repair"]

    def test_an_exclusive_contract_counts_for_the_remedies_that_it_offers(self):
        contract = commitment(
            remedy("refund", price=Price(rule="fixed", amount=yuan(1))), code="X", exclusive=True
        )
        generous = remedy("refund", "repair", price=Price(rule="fixed", amount=yuan(9)))
        decision = decided(contract, generous)
        assert (decision.remedy("refund").amount, decision.remedy("repair").commitment) == (1, "C1")


@pytest.mark.parametrize(("times", "given"), [(1, False), (2, True), (3, True), (None, False)])
def test_after_two_repairs_of_the_same_fault_an_exchange(times, given):
    clause = remedy("exchange", when=(at_least("same_symptom_repairs", 2),))
    decision = decided(clause, same_symptom_repairs=times)
    assert (decision.remedy("exchange") is not None) is given
    assert codes(decision.losers) == (["lost.fact_missing"] if times is None else [])

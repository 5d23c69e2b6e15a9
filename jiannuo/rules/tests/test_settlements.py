"""How a dealer, a station or a supplier is paid: how much, on which papers, and what takes it away."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from jiannuo.rules import Refusal, Tier
from jiannuo.rules.tests.building import (
    NOW,
    at_least,
    codes,
    commitment,
    decided,
    hours,
    money,
    settlement,
    yuan,
)

DONE = {"requested": NOW, "completed": NOW - timedelta(days=3)}


def paid(clause, **given):
    (found,) = decided(clause, **{"dates": DONE, **given}).settlements
    return found


BY_NUMBER = (
    Tier(high=Decimal(10), amount=Decimal(30)),
    Tier(low=Decimal(10), high=Decimal(20), amount=Decimal(40)),
    Tier(low=Decimal(20), amount=Decimal(50)),
)
BY_GRADE = (Tier(grade="A", share=Decimal("0.9")), Tier(grade="B", share=Decimal("0.7")))


@pytest.mark.parametrize(
    ("name", "fields", "amounts", "amount"),
    [
        ("a fixed amount an order", {}, {}, "30.00"),
        ("for each card", {"per": "card"}, money(card=12), "360.00"),
        ("for one where nobody knows how many", {"per": "card"}, {}, "30.00"),
        ("at most the cap for each", {"per": "card", "cap": yuan(25)}, money(card=4), "100.00"),
        ("the standard of the price list", {"basis": "standard"}, money(labour_standard=80), "80.00"),
        (
            "of all items",
            {"basis": "standard", "items": ("labour", "travel")},
            money(labour_standard=80, travel=20),
            "100.00",
        ),
        (
            "nothing is known of one of them",
            {"basis": "standard", "items": ("labour", "travel")},
            money(labour=80),
            None,
        ),
        ("actual cost", {"basis": "actual"}, money(labour_actual="33.335"), "33.34"),
        ("at most the cap", {"basis": "actual", "cap": yuan(30)}, money(labour_actual=50), "30.00"),
        ("a share of it", {"basis": "share", "share": yuan("0.85")}, money(labour_actual=100), "85.00"),
        ("nothing at all", {"basis": "none"}, {}, "0.00"),
        ("below ten", {"per": "card", "tiers": BY_NUMBER}, money(card=9), "270.00"),
        ("from ten on", {"per": "card", "tiers": BY_NUMBER}, money(card=10), "400.00"),
        ("from twenty on", {"per": "card", "tiers": BY_NUMBER}, money(card=20), "1000.00"),
        ("no tier for what is not known", {"per": "card", "tiers": BY_NUMBER}, {}, None),
        ("above all tiers", {"per": "card", "tiers": BY_NUMBER[:1]}, money(card=99), None),
    ],
)
def test_how_much(name, fields, amounts, amount):
    found = paid(settlement(fields.pop("basis", "fixed"), **fields), amounts=amounts)
    assert found.amount == yuan(amount), name
    assert found.effect == "paid"


@pytest.mark.parametrize(("grade", "amount"), [("A", "90.00"), ("B", "70.00"), ("C", "50.00")])
def test_a_share_by_grade_and_another_for_the_rest(grade, amount):
    clause = settlement("share", share=yuan("0.5"), tiers=BY_GRADE)
    assert paid(clause, service_level=grade, amounts=money(labour_actual=100)).amount == yuan(amount)


@pytest.mark.parametrize(
    ("clause", "amounts", "code", "fact"),
    [
        (
            settlement("actual", items=("labour",)),
            {},
            "settlement.amount_unknown",
            "amounts.labour_actual",
        ),
        (settlement(tiers=BY_NUMBER, per="card"), {}, "settlement.no_tier", None),
    ],
)
def test_why_there_is_no_sum(clause, amounts, code, fact):
    reasons = paid(clause, amounts=amounts).reasons
    assert codes(reasons) == ["settlement.paid", code]
    assert reasons[1].params.get("fact") == fact
    assert reasons[0].params["amount"] == "–"


HALF = Refusal(flag="dirty", effect="reduced", share=Decimal("0.5"))
MOST = Refusal(flag="scratched", effect="reduced", share=Decimal("0.8"))
GONE = Refusal(flag="false_claim", effect="forfeited")
NONE = Refusal(flag="wrong_use")


@pytest.mark.parametrize(
    ("name", "fields", "given", "effect", "amount", "grounds"),
    [
        ("no papers wanted, none there", {}, {}, "paid", 30, ()),
        ("all papers there", {"documents": ("old_part",)}, {"documents": {"old_part"}}, "paid", 30, ()),
        ("a paper missing", {"documents": ("old_part",)}, {}, "refused", 0, ("documents",)),
        ("a flag that is not there", {"refusals": (NONE,)}, {}, "paid", 30, ()),
        ("a flag that is", {"refusals": (NONE,)}, {"flags": {"wrong_use"}}, "refused", 0, ("wrong_use",)),
        ("half of it", {"refusals": (HALF,)}, {"flags": {"dirty"}}, "reduced", 15, ("dirty",)),
        (
            "reductions add up, but not below nothing",
            {"refusals": (HALF, MOST)},
            {"flags": {"dirty", "scratched"}},
            "reduced",
            0,
            ("dirty", "scratched"),
        ),
        (
            "refused outweighs reduced",
            {"refusals": (HALF, NONE)},
            {"flags": {"dirty", "wrong_use"}},
            "refused",
            0,
            ("wrong_use", "dirty"),
        ),
        (
            "forfeited outweighs refused",
            {"refusals": (GONE, NONE)},
            {"flags": {"false_claim", "wrong_use"}},
            "forfeited",
            0,
            ("wrong_use", "false_claim"),
        ),
    ],
)
def test_what_takes_it_away(name, fields, given, effect, amount, grounds):
    found = paid(settlement(**fields), **{key: frozenset(value) for key, value in given.items()})
    assert (found.effect, found.amount) == (effect, amount), name
    assert (*found.refused, *found.reduced, *found.forfeited) == grounds
    said = {"documents": "settlement.documents_missing"}
    flagged = {one.flag: f"settlement.{one.effect}" for one in fields.get("refusals", ())}
    assert set(codes(found.reasons)[1:]) == {{**said, **flagged}[ground] for ground in grounds}


class TestTheDateOfTheClaim:
    """Given 15 days after completion, which ended on 2 March at 24:00."""

    completed = {"completed": date(2026, 2, 15)}
    last = NOW.replace(hour=16)

    def claimed(self, at, **fields):
        return paid(settlement(deadline=hours(15, "days"), **fields), dates={**self.completed, "claimed": at})

    @pytest.mark.parametrize(
        ("late", "at", "effect", "amount"),
        [
            (None, timedelta(0), "paid", 30),
            (None, timedelta(seconds=1), "refused", 0),
            (
                Refusal(flag="late", effect="reduced", share=Decimal("0.1")),
                timedelta(seconds=1),
                "reduced",
                27,
            ),
            (Refusal(flag="late", effect="forfeited"), timedelta(seconds=1), "forfeited", 0),
        ],
    )
    def test_a_late_claim(self, late, at, effect, amount):
        found = self.claimed(self.last + at, late=late)
        assert (found.due_at, found.effect, found.amount) == (self.last, effect, amount)
        assert ("settlement.late" in codes(found.reasons)) == (effect != "paid")

    def test_a_claim_on_a_date_came_at_its_beginning(self):
        assert self.claimed(date(2026, 3, 2)).effect == "paid"
        assert self.claimed(date(2026, 3, 3)).effect == "paid"
        assert self.claimed(date(2026, 3, 4)).effect == "refused"

    def test_a_claim_whose_date_is_not_known_comes_now(self):
        clause = settlement(deadline=hours(15, "days"))
        for later, effect in ((0, "paid"), (1, "refused")):
            decision = decided(clause, dates=self.completed, now=self.last + timedelta(seconds=later))
            assert decision.settlements[0].effect == effect

    def test_without_its_event_nothing_is_late(self):
        found = paid(settlement(deadline=hours(15, "days")), dates={"claimed": NOW + timedelta(days=99)})
        assert (found.due_at, found.effect) == (None, "paid")


class TestWhatIsPaidAtAll:
    @pytest.mark.parametrize(
        ("name", "fields", "given", "begun"),
        [
            ("nothing has happened", {}, {"dates": {}}, False),
            ("its event has", {}, {"dates": {"completed": NOW}}, True),
            ("a claim has", {}, {"dates": {"claimed": NOW}}, True),
            ("papers are there", {}, {"dates": {}, "documents": frozenset({"invoice"})}, True),
            ("amounts are known", {}, {"dates": {}, "amounts": money(card=1)}, True),
            (
                "amounts are known, but papers are wanted",
                {"documents": ("old_part",)},
                {"dates": {}, "amounts": money(card=1)},
                False,
            ),
        ],
    )
    def test_a_settlement_begins_when_the_facts_speak_of_a_claim(self, name, fields, given, begun):
        decision = decided(settlement(**fields), **given)
        assert bool(decision.settlements) is begun, name
        assert codes(decision.reasons) == ([] if begun else ["settlement.not_started"])

    def test_those_of_several_commitments_add_up(self):
        decision = decided(settlement(amount=yuan(30)), settlement(amount=yuan(10)), dates=DONE)
        assert [one.amount for one in decision.settlements] == [30, 10]

    def test_an_exclusive_one_silences_the_same_payee_and_item_only(self):
        contract = commitment(settlement(items=("labour", "travel")), code="X", exclusive=True)
        others = (
            settlement(items=("travel",), clause_id="same"),
            settlement(items=("parts",), clause_id="other-item"),
            settlement(items=("labour",), clause_id="other-payee", payee="station"),
        )
        decision = decided(contract, *others, dates=DONE)
        assert [one.clause for one in decision.settlements] == ["other-item", "other-payee", "settlement"]
        assert [(one.code, one.clause) for one in decision.losers] == [("lost.exclusive", "same")]

    def test_the_reasons_name_the_facts_it_asked_for(self):
        found = paid(settlement(when=(at_least("price", 10),)), price=yuan(11))
        assert found.reasons[-1].params["facts"] == "price=11"

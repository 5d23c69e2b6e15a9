"""The letter: clauses of all kinds as a customer reads them."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils.translation import override

from jiannuo.promises.commitments.engine import Loaded
from jiannuo.promises.commitments.letter import ClauseText, Letter, clause_texts
from jiannuo.promises.commitments.packs import to_rules
from jiannuo.promises.commitments.tests.promise_cases import pack_files, pack_of
from jiannuo.rules import CLAUSE_KINDS, clause_from_json

SOLD = {"events": ["sold"], "fallbacks": ["delivered"]}


def written(kind: str, labels: dict[str, str] | None = None, **fields: Any) -> ClauseText:
    data = {
        "kind": kind,
        "id": kind,
        "text": "words",
        "source": {"document": "Letter", "article": "1"},
        **fields,
    }
    with override("en"):
        return Letter({}, {}, labels).clause(clause_from_json(data))


def said(text: ClauseText) -> dict[str, str]:
    return dict(text.details)


@pytest.mark.parametrize(
    ("limit", "headline"),
    [
        ({"amount": 2, "unit": "hours"}, "within 2 hours"),
        ({"amount": 0, "unit": "hours"}, "at that moment"),
        ({"unit": "same_day"}, "on the same day"),
        ({"amount": 0, "unit": "days"}, "within 0 days"),
    ],
)
def test_a_limit(limit, headline):
    assert written("time", metric="delivery", limit=limit, start="appointed").headline == headline


def test_a_time_clause_says_who_owes_how_it_is_watched_and_what_proves_it():
    text = written(
        "time",
        metric="part_return",
        limit={"amount": 30, "unit": "days"},
        start="part_removed",
        debtor="dealer",
        creditor="manufacturer",
        warn={"fraction": "0.75"},
        ladder=[
            {
                "at": {"anchor": "missed", "amount": 1, "unit": "hours"},
                "role": "general_manager",
                "channels": ["sms", "phone"],
                "repeat": 30,
            }
        ],
        consequences=[
            {"code": "deduction", "amount": 50, "per": "piece"},
            {"code": "apology", "text": "sorry"},
        ],
        evidence=["freight_bill"],
    )
    assert (text.subject, text.headline) == ("return of the old part", "within 30 days")
    details = said(text)
    assert details["counts from"] == "removal of the old part"
    assert (details["owed by"], details["owed to"]) == ("dealer", "manufacturer")
    assert details["escalation"] == (
        "1 hours after it was missed: general manager by text message、phone, again every 30 minutes"
    )
    assert details["if missed"] == "the pay is reduced（50 yuan for each piece）；sorry"
    assert details["proof"] == "freight bill"


@pytest.mark.parametrize(
    ("fields", "headline", "details"),
    [
        ({"basis": "free"}, "free of charge", {"applies": "out of warranty", "paid by": "customer"}),
        ({"basis": "fixed", "amount": "50", "per": "visit"}, "50 yuan for each visit", {}),
        ({"basis": "discount", "rate": "0.8"}, "80% of the list price", {}),
        ({"basis": "cost", "rate": "1.1"}, "at cost, times 1.1", {}),
        (
            {
                "basis": "actual",
                "free_up_to": "200",
                "cap": "900",
                "applies": "always",
                "supplied_by": "customer",
            },
            "at actual expense",
            {
                "applies": "in and out of warranty",
                "free part": "up to 200 yuan nothing, above it the rest",
                "at most": "900 yuan",
                "supplied by": "customer",
            },
        ),
        (
            {"basis": "list", "free_up_to": "200", "free_is_threshold": True},
            "at the list price",
            {"free part": "up to 200 yuan nothing, above it the whole"},
        ),
    ],
)
def test_a_charge(fields, headline, details):
    text = written("charge", items=["parts", "travel"], components=["main/board"], **fields)
    assert (text.subject, text.headline) == ("parts、travel · board", headline)
    assert details.items() <= said(text).items()


@pytest.mark.parametrize(
    ("window", "headline"),
    [
        (None, "at any time"),
        ({"begins": SOLD}, "as long as the warranty lasts"),
        ({"begins": SOLD, "from_day": 8}, "from day 8 on, as long as the warranty lasts"),
        ({"begins": SOLD, "from_day": 8, "to_day": 15}, "day 8 to day 15"),
        ({"begins": SOLD, "within": {"amount": 1, "unit": "years"}}, "within 1 years"),
        (
            {"begins": SOLD, "from_day": 8, "within": {"amount": 2, "unit": "quarters"}},
            "from day 8 on, within 2 quarters",
        ),
    ],
)
def test_a_remedy_window(window, headline):
    text = written("remedy", offers=["refund", "exchange"], window=window)
    assert (text.subject, text.headline) == ("refund、exchange", headline)
    if window:
        assert (said(text)["begins with"], said(text)["else with"]) == ("sale", "delivery")


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ({"rule": "none"}, None),
        ({"rule": "invoice"}, "the invoice price"),
        ({"rule": "depreciated", "rate": "0.0005"}, "the invoice price less depreciation, 0.05% a day"),
        ({"rule": "share", "rate": "3"}, "3 times of the invoice price"),
        ({"rule": "fixed", "amount": "500"}, "500 yuan"),
        ({"rule": "current"}, "the present price"),
    ],
)
def test_what_a_remedy_pays(price, words):
    text = written("remedy", offers=["refund"], price=price, while_covered=True, bearer="customer")
    assert said(text).get("pays") == words
    assert text.headline == "as long as the warranty lasts"
    assert said(text)["freight and the like borne by"] == "customer"


@pytest.mark.parametrize(
    ("rhythm", "headline"),
    [
        ({"every": {"amount": 6, "unit": "months"}}, "every 6 months"),
        ({"every": {"amount": 1, "unit": "years"}, "times": 2}, "2 times every year"),
        ({"every": {"amount": 1, "unit": "quarters"}, "by_calendar": True}, "every calendar quarter"),
        (
            {"seasons": [{"begins": "11-15", "ends": "03-15", "name": "winter"}]},
            "every year in winter 11-15–03-15",
        ),
        (
            {"offsets": [{"from_day": 3, "to_day": 7}, {"from_day": 8, "to_day": 14}]},
            "on days 3–7、8–14 after the event",
        ),
    ],
)
def test_what_comes_again(rhythm, headline):
    text = written(
        "recurring", action="visit", begins={"events": ["accepted", "handed_over"], "pick": "last"}, **rhythm
    )
    assert (text.subject, text.headline) == ("visit", headline)
    assert said(text)["begins with"] == "the last of acceptance、handover"


def test_the_bounds_of_what_comes_again():
    text = written(
        "recurring",
        action="training",
        begins={"events": ["accepted", "handed_over"]},
        every={"amount": 1, "unit": "weeks"},
        first_within={"amount": 3, "unit": "days"},
        lasts={"amount": 2, "unit": "years"},
        while_covered=True,
        count=10,
        tolerance=2,
        roll_forward=True,
    )
    details = said(text)
    assert details["begins with"] == "the first of acceptance、handover"
    assert details["the first"] == "within 3 days"
    assert (details["for"], details["in all"]) == ("2 years", "10 times")
    assert details["while the warranty lasts"] == "yes"
    assert details["may come earlier by"] == "2 days"
    assert details["on a rest day"] == "moves to the next working day"


def test_a_target_with_steps_reward_and_penalty():
    text = written(
        "target",
        measure="satisfaction",
        comparison="at_least",
        value=98,
        weight=20,
        steps=[
            {"high": 90, "points": 0},
            {"low": 90, "high": 98, "points": 10},
            {"low": 98, "amount": 300, "text": ""},
        ],
        stakes=[
            {"when": "met", "amount": 100},
            {"when": "missed", "points": 2, "per": 1, "most": 10},
            {"when": "missed", "share": "0.05", "text": "five per cent of the pay"},
        ],
    )
    assert (text.subject, text.headline) == ("satisfaction", "at least 98 %")
    details = said(text)
    assert details["steps"] == "below 90 %：0 points；from 90 % to below 98 %：10 points；from 98 %：300 yuan"
    assert details["if met"] == "100 yuan"
    assert details["if missed"] == "2 points for each 1 %, at most 10；five per cent of the pay"
    assert (details["asked of"], details["weight"], details["period"]) == ("department", "20", "a month")
    between = written("target", measure="discount_rate", comparison="between", value=5, upper=8)
    assert between.headline == "5 % to 8 %"


def test_an_approval():
    text = written(
        "approval",
        subject="cost",
        approvers=["department_manager", "customer"],
        above=1000,
        up_to=5000,
        limit={"amount": 2, "unit": "days"},
    )
    assert (text.subject, text.headline) == ("cost", "consent of department manager, then customer")
    assert said(text) == {
        "amount": "above 1000 yuan, up to 5000 yuan",
        "decided": "within 2 days",
        "clock": "round the clock",
    }


def test_a_settlement():
    text = written(
        "settlement",
        payee="dealer",
        basis="fixed",
        items=["labour"],
        per="card",
        tiers=[{"high": 100, "amount": 5}, {"low": 100, "amount": 6}, {"grade": "A", "share": "0.1"}],
        cap=1000,
        documents=["old_part"],
        start="quarter_closed",
        deadline={"amount": 1, "unit": "months"},
        refusals=[
            {"flag": "falsified_cards", "effect": "forfeited"},
            {"flag": "late", "effect": "reduced", "share": "0.2"},
        ],
    )
    assert (text.subject, text.headline) == ("dealer · labour", "fixed amount")
    assert said(text) == {
        "tiers": "below 100 card：5 yuan；from 100 card：6 yuan；A：10%",
        "at most": "1000 yuan",
        "with the claim": "old part",
        "claim": "within 1 months of end of the quarter",
        "if late": "refused",
        "not paid in full": "falsified cards：forfeited；claimed late：reduced by 20%",
        "paid by": "manufacturer",
    }
    shared = written("settlement", payee="insurer", basis="share", share="0.03")
    assert shared.headline == "3% of the sum"
    late = written(
        "settlement",
        payee="dealer",
        basis="fixed",
        amount=60,
        deadline={"amount": 1, "unit": "months"},
        late={"flag": "late", "text": "after the third of the month"},
    )
    assert (late.headline, said(late)["if late"]) == (
        "60 yuan for each order",
        "after the third of the month：refused",
    )


def test_a_commitment_reads_its_own_words_its_own_way():
    when = [{"fact": "flag", "any_of": ["tube_frozen"]}, {"fact": "cause", "none_of": ["misuse"]}]
    text = written("charge", {"tube_frozen": "铜管冻裂"}, items=["parts"], basis="free", when=when)
    assert text.conditions == ("circumstance: 铜管冻裂", "cause: not misuse")
    assert (
        written("charge", items=["parts"], basis="free", when=when).conditions[0]
        == "circumstance: tube frozen"
    )


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", sorted(pack_files()))
def test_every_clause_of_the_packs_reads_well(code, language):
    pack = pack_of(code)
    rules = to_rules(pack)
    with override(language):
        texts = clause_texts(Loaded(0, rules.commitment, rules.calendars, pack.labels), rules.calendars)
    kinds = list(CLAUSE_KINDS)
    assert [text.kind for text in texts] == sorted((text.kind for text in texts), key=kinds.index)
    for text in texts:
        assert text.subject
        assert text.headline
        assert not any(
            "{" in part or "None" in part for part in (text.headline, *dict(text.details).values())
        )

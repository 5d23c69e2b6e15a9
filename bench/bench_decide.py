"""How many full decisions a second on one core: 20 commitments of 30 clauses of all kinds, all in force.

Two commitments hold for every product (a statute and the maker's general promise), eighteen for one line of products
each, two of these exclusive contracts with dates of validity: a case falls under ninety clauses. Every case has its own
product, place, request, dates and history; one in four brings the amounts of a quotation, one in four the papers of a
dealer's claim, one in eight the figures of an assessment. A decision is full: cover, obligations with warning and
ladder, charges, remedies, what comes again, targets, approvals and settlements. Reasons are built when they are read;
the second figure reads every reason of every decision.

Run ``python bench/bench_decide.py --json``. Processor time counts, not the clock on the wall, and each figure is the
best of several rounds, because other programs can only make a round slower, never faster.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from jiannuo.kernel.calendars.holidays import chinese_holidays
from jiannuo.rules import AnyClause, Calendar, CommitmentInForce, Engine, Facts, clause_from_json, path

ROUNDS = 5
CASES = 4_000
TARGET = 5_000
LINES = tuple(f"{room}/{line}" for room in ("home", "office", "works") for line in "abcdef")
KINDS = ("repair", "repair", "repair", "installation", "maintenance", "complaint")
SEVERITIES = ("minor", "normal", "major", "critical")
DAYS = ("mon", "tue", "wed", "thu", "fri")
FIRST = datetime(2026, 1, 5, tzinfo=UTC)


def clauses_of(random: Random) -> tuple[AnyClause, ...]:
    """Thirty clauses: 9 time, 4 coverage, 4 charge, 4 remedy, 3 recurring, 2 of each other kind."""
    hours = [random.choice((0.5, 1, 2, 4)), random.choice((4, 8, 12, 24)), random.choice((24, 48, 72))]
    warn = {"fraction": "0.75"}
    ladder = [
        {"at": {"anchor": "before_due", "amount": 30}, "role": "dispatcher"},
        {"at": {"anchor": "missed", "amount": 1, "unit": "hours"}, "role": "department_manager"},
    ]
    repair = {"fact": "request_kind", "any_of": ["repair"]}
    written: list[dict[str, Any]] = [
        {
            "metric": "response",
            "limit": {"amount": hours[0], "unit": "hours"},
            "when": [repair],
            "warn": warn,
        },
        {
            "metric": "arrival",
            "limit": {"amount": hours[1], "unit": "hours"},
            "when": [repair, {"fact": "zone", "any_of": ["near"]}],
            "warn": warn,
            "ladder": ladder,
        },
        {
            "metric": "arrival",
            "limit": {"amount": hours[1] * 2, "unit": "hours"},
            "when": [repair],
            "warn": warn,
            "ladder": ladder,
        },
        {
            "metric": "repair",
            "limit": {"amount": hours[2], "unit": "hours"},
            "when": [repair, {"fact": "severity", "any_of": ["major", "critical"]}],
            "warn": warn,
            "ladder": ladder,
            "consequences": [{"code": "loaner"}],
        },
        {"metric": "answer", "limit": {"amount": 2, "unit": "working_days"}, "calendar": "office"},
        {
            "metric": "installation",
            "limit": {"amount": 48, "unit": "hours"},
            "start": "delivered",
            "when": [
                {"fact": "request_kind", "any_of": ["installation"]},
                {"fact": "batch_size", "high": 100},
            ],
        },
        {
            "metric": "closure",
            "limit": {"amount": 7, "unit": "days"},
            "when": [{"fact": "request_kind", "any_of": ["complaint"]}],
        },
        {"metric": "report", "limit": {"amount": 24, "unit": "hours"}, "start": "arrived"},
        {"metric": "follow_up", "limit": {"amount": 7, "unit": "days"}, "start": "completed"},
    ]
    result = [{"kind": "time", **one} for one in written]
    result += [
        {
            "kind": "coverage",
            "components": components,
            "term": {"periods": [{"amount": random.choice(years), "unit": "years"}]},
            "begins": {"events": ["invoiced"], "fallbacks": ["delivered"]},
            "includes": ["parts", "labour", "travel"] if components == ["rest"] else ["parts", "labour"],
            "excluded_causes": ["misuse", "human_damage"],
        }
        for components, years in (
            (["main"], (3, 4)),
            (["main/core"], (5, 6)),
            (["wearing"], (1,)),
            (["rest"], (1, 2)),
        )
    ]
    result += [
        {"kind": "charge", "items": ["parts"], "basis": random.choice(("cost", "list"))},
        {
            "kind": "charge",
            "items": ["labour"],
            "basis": "fixed",
            "amount": random.choice((50, 80)),
            "per": "hour",
        },
        {
            "kind": "charge",
            "items": ["travel"],
            "basis": "actual",
            "applies": "always",
            "when": [{"fact": "zone", "none_of": ["near"]}],
        },
        {"kind": "charge", "items": ["material"], "basis": "actual", "free_up_to": 200, "applies": "always"},
    ]
    sold = {"events": ["sold"], "fallbacks": ["invoiced"]}
    result += [
        {
            "kind": "remedy",
            "offers": ["refund", "exchange", "repair"],
            "window": {"begins": sold, "to_day": 7},
        },
        {
            "kind": "remedy",
            "offers": ["exchange", "repair"],
            "window": {"begins": sold, "from_day": 8, "to_day": 15},
        },
        {
            "kind": "remedy",
            "offers": ["exchange"],
            "window": {"begins": sold, "within": {"amount": 1, "unit": "years"}},
            "when": [{"fact": "same_symptom_repairs", "low": 2}],
        },
        {
            "kind": "remedy",
            "offers": ["refund"],
            "while_covered": True,
            "price": {"rule": "depreciated", "rate": "0.0005"},
            "when": [{"fact": "flag", "any_of": ["no_same_model"]}],
        },
    ]
    result += [
        {
            "kind": "recurring",
            "action": "visit",
            "begins": {"events": ["delivered"]},
            "every": {"amount": 1, "unit": "years"},
            "times": 2,
            "while_covered": True,
        },
        {
            "kind": "recurring",
            "action": "phone_call",
            "begins": {"events": ["delivered"]},
            "every": {"amount": 1, "unit": random.choice(("months", "quarters"))},
            "by_calendar": True,
        },
        {
            "kind": "recurring",
            "action": "follow_up",
            "begins": {"events": ["completed"]},
            "offsets": [{"from_day": 3, "to_day": 7}],
        },
    ]
    result += [
        {
            "kind": "target",
            "measure": measure,
            "comparison": comparison,
            "value": value,
            "stakes": [{"when": "missed", "amount": 50, "per": 1, "most": 500}],
        }
        for measure, comparison, value in (
            ("satisfaction", "at_least", 98),
            ("return_repair_rate", "at_most", 2),
        )
    ]
    result += [
        {"kind": "approval", "subject": "cost", "approvers": ["department_manager"], "above": 1000},
        {"kind": "approval", "subject": "cost", "approvers": ["general_manager"], "above": 5000},
        {
            "kind": "settlement",
            "payee": "dealer",
            "basis": "fixed",
            "amount": random.choice((60, 80)),
            "documents": ["signed_order"],
        },
        {
            "kind": "settlement",
            "payee": "dealer",
            "items": ["parts"],
            "basis": "share",
            "share": "0.5",
            "documents": ["old_part"],
            "start": "completed",
            "deadline": {"amount": 1, "unit": "months"},
            "refusals": [{"flag": "falsified_cards", "effect": "forfeited"}],
        },
    ]
    return tuple(
        clause_from_json(
            {
                "id": f"clause-{number}",
                "text": f"promise {number}",
                "source": {"document": "Letter"},
                **clause,
            }
        )
        for number, clause in enumerate(result)
    )


def commitments(random: Random) -> list[CommitmentInForce]:
    """Twenty commitments in force."""
    general = (("LAW", "statute", True), ("MAKER", "maker", False))
    found = [
        CommitmentInForce(
            code=code, kind=kind, floor=floor, zones={"near": ("31", "32", "33")}, clauses=clauses_of(random)
        )
        for code, kind, floor in general
    ]
    for number, line in enumerate(LINES):
        data = {
            "code": f"L{number:02d}",
            "kind": "contract" if number % 9 == 0 else "maker",
            "exclusive": number % 9 == 0,
            "scope": [{"fact": "product", "any_of": [line]}],
            "zones": {"near": ["31", "32"]},
            "valid_from": "2020-01-01" if number % 9 == 0 else None,
        }
        found.append(replace(CommitmentInForce.from_json(data), clauses=clauses_of(random)))
    assert len(found) == 20
    assert all(len(one.clauses) == 30 for one in found)
    return found


def case(random: Random) -> tuple[Facts, datetime]:
    """A case of its own: what it is, where, since when, how often, and with which papers."""
    requested = FIRST + timedelta(minutes=random.randrange(300 * 1440))
    delivered = requested.date() - timedelta(days=random.randrange(1, 2400))
    dates: dict[str, date | datetime] = {
        "requested": requested,
        "delivered": delivered,
        "sold": delivered,
        "invoiced": delivered,
    }
    if random.random() < 0.5:
        dates["arrived"] = requested + timedelta(hours=random.randrange(1, 30))
    facts = Facts(
        product=path(f"{random.choice(LINES)}/{random.choice('xyz')}"),
        component=random.choice((("main",), ("main", "core"), ("wearing",), ("casing",))),
        dates=dates,
        price=Decimal(random.randrange(100, 9000)),
        division=random.choice(("310115", "320500", "330106", "440300", "110101", "510104")),
        request_kind=random.choice(KINDS),
        severity=random.choice(SEVERITIES),
        cause=random.choice(("", "", "quality", "misuse")),
        same_symptom_repairs=random.randrange(4),
        days_under_repair=random.randrange(30),
        batch_size=random.choice((1, 20, 150)),
        flags=frozenset(random.choice(((), ("no_same_model",), ("falsified_cards",)))),
    )
    if random.random() < 0.25:
        amounts = {
            "parts": Decimal(random.randrange(20, 3000)),
            "hour": Decimal(random.randrange(1, 9)),
            "travel_actual": Decimal(random.randrange(10, 400)),
            "material": Decimal(random.randrange(10, 500)),
            "cost": Decimal(random.randrange(100, 9000)),
        }
        facts = replace(facts, amounts=amounts)
    if random.random() < 0.25:
        papers = random.choice((("signed_order",), ("signed_order", "old_part"), ("old_part",)))
        facts = replace(facts, documents=frozenset(papers))
    if random.random() < 0.125:
        rates = {
            "satisfaction": Decimal(random.randrange(80, 101)),
            "return_repair_rate": Decimal(random.randrange(6)),
        }
        facts = replace(facts, figures=rates)
    return facts, requested


def rate(work: Callable[[], None], count: int) -> float:
    """Decisions a second, best of the rounds; one more round before them fills the tables."""
    work()
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return count / best


def run() -> list[dict[str, Any]]:
    """Measure both, as the contract of the benchmarks wants it."""
    random = Random(20_261_122)
    office = Calendar.from_json(
        {
            "name": "office",
            "weekly": {day: ["08:30-12:00", "13:30-17:30"] for day in DAYS},
            "observes_holidays": True,
        },
        chinese_holidays(),
    )
    engine = Engine(commitments(random), {"office": office})
    cases = [case(random) for _ in range(CASES)]

    def decide_all() -> None:
        for facts, now in cases:
            engine.decide(facts, now)

    def decide_and_read_all() -> None:
        for facts, now in cases:
            decision = engine.decide(facts, now)
            len(decision.all_reasons)
            len(decision.losers)

    method = (
        f"best of {ROUNDS} rounds of {CASES} different cases, processor time of one core, warm tables; "
        "20 commitments of 30 clauses of all kinds in force, 2 for every product and 18 for one line each"
    )
    rows = (
        ("full decisions", decide_all, TARGET),
        ("full decisions with every reason read", decide_and_read_all, None),
    )
    measured = [(name, rate(work, CASES), target) for name, work, target in rows]
    return [
        {
            "name": name,
            "value": round(value),
            "unit": "decisions/s",
            "target": f"≥ {target:,} decisions/s" if target else "for information",
            "passed": target is None or value >= target,
            "method": method,
        }
        for name, value, target in measured
    ]


def main() -> None:
    rows = run()
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        print(f"{row['name']:40} {row['value']:>8,} {row['unit']}  ({row['target']})")


if __name__ == "__main__":
    main()

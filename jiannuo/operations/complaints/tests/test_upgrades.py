"""The table of upgrades with the rules and figures of the sources, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from jiannuo.operations.complaints.defaults import UPGRADES
from jiannuo.operations.complaints.upgrades import Rule, Situation, next_look, upgrades
from jiannuo.rules import Calendar

CALENDAR = Calendar.always_open()
#: 31 January 2026, 10:00 in Shanghai
REGISTERED = datetime(2026, 1, 31, 2, 0, tzinfo=UTC)
NAMES = ("trigger", "unit", "circumstance", "grade", "weight", "special")
RULES = [
    Rule(
        key=place,
        threshold=Decimal(row.get("threshold", 1)),
        text=row["name"],
        **{name: row[name] for name in NAMES if name in row},
    )
    for place, row in enumerate(UPGRADES, 1)
]


def judged(now: datetime = REGISTERED, **known) -> tuple[str, str, bool]:
    situation = Situation(registered_at=REGISTERED, **known)
    result = {"grade": situation.grade, "weight": situation.weight, "special": ""}
    for one in upgrades(RULES, situation, now, CALENDAR):
        result[one.axis] = one.after
    return result["grade"], result["weight"], bool(result["special"])


@pytest.mark.parametrize(
    ("known", "becomes"),
    [
        ({}, ("general", "minor", False)),
        # 回访：一次未解决还不是“多次”，两次起为重复投诉
        ({"failed_callbacks": 1}, ("general", "minor", False)),
        ({"failed_callbacks": 2}, ("repeat", "minor", False)),
        ({"failed_callbacks": 5}, ("repeat", "minor", False)),
        # 情节严重 → 恶性，先前是重复的也一样
        ({"circumstances": frozenset({"serious"})}, ("malicious", "minor", False)),
        ({"circumstances": frozenset({"serious"}), "grade": "repeat"}, ("malicious", "minor", False)),
        ({"failed_callbacks": 2, "circumstances": frozenset({"serious"})}, ("malicious", "minor", False)),
        # 同一客户同一事项再次投诉
        ({"earlier": (REGISTERED - timedelta(days=40),)}, ("repeat", "minor", False)),
        # 有过失 → 重要；人身伤害、重大损失、承诺未兑现 → 重大
        ({"at_fault": True}, ("general", "important", False)),
        ({"circumstances": frozenset({"injury"})}, ("general", "major", False)),
        ({"circumstances": frozenset({"heavy_loss"})}, ("general", "major", False)),
        ({"circumstances": frozenset({"broken_promise"}), "at_fault": True}, ("general", "major", False)),
        # 专案：媒体、诉讼、危机，屡次不接受
        ({"circumstances": frozenset({"media"})}, ("general", "minor", True)),
        ({"circumstances": frozenset({"lawsuit"})}, ("general", "minor", True)),
        ({"circumstances": frozenset({"crisis"})}, ("general", "minor", True)),
        ({"reopened": 1}, ("repeat", "minor", False)),
        # 每次重新提出升一级，到恶性为止
        ({"reopened": 1, "grade": "repeat"}, ("malicious", "minor", False)),
        ({"reopened": 1, "grade": "malicious"}, ("malicious", "minor", False)),
        ({"reopened": 1, "failed_callbacks": 2}, ("repeat", "minor", False)),
        ({"reopened": 2}, ("repeat", "minor", True)),
        ({"reopened": 2, "grade": "repeat"}, ("malicious", "minor", True)),
        # 规则只升不降，不成立的投诉不升
        ({"grade": "malicious", "failed_callbacks": 2}, ("malicious", "minor", False)),
        ({"weight": "major", "at_fault": True}, ("general", "major", False)),
        ({"unfounded": True, "failed_callbacks": 9, "at_fault": True}, ("general", "minor", False)),
    ],
)
def test_what_the_sources_raise(known, becomes):
    assert judged(**known) == becomes


@pytest.mark.parametrize(
    ("now", "solved", "weight"),
    [
        # 一个月：1 月 31 日登记，到 2 月最后一天 24:00（北京时间）
        ("2026-02-28T15:59:59+00:00", False, "minor"),
        ("2026-02-28T16:00:00+00:00", False, "major"),
        ("2026-02-28T16:00:00+00:00", True, "minor"),
        ("2026-06-01T00:00:00+00:00", False, "major"),
    ],
)
def test_unsolved_for_a_month_is_major(now, solved, weight):
    assert judged(datetime.fromisoformat(now), solved=solved) == ("general", weight, False)


def test_it_is_looked_at_again_when_the_month_is_over():
    situation = Situation(registered_at=REGISTERED)
    assert next_look(RULES, situation, REGISTERED, CALENDAR) == datetime(2026, 2, 28, 16, tzinfo=UTC)
    late = datetime(2026, 3, 1, tzinfo=UTC)
    assert next_look(RULES, situation, late, CALENDAR) is None
    assert next_look(RULES, Situation(registered_at=REGISTERED, solved=True), REGISTERED, CALENDAR) is None


def test_a_rule_that_has_spoken_is_silent():
    situation = Situation(registered_at=REGISTERED, failed_callbacks=2)
    [found] = upgrades(RULES, situation, REGISTERED, CALENDAR)
    assert upgrades(RULES, situation, REGISTERED, CALENDAR, spoken={(found.rule.key, 0)}) == []


@pytest.mark.parametrize(
    ("rule", "known", "speaks"),
    [
        (Rule(1, "unsolved", Decimal(4), "hours", weight="major"), {}, True),
        (Rule(1, "unsolved", Decimal(6), "hours", weight="major"), {}, False),
        (Rule(1, "unsolved", Decimal(1), "days", weight="major"), {}, False),
        (Rule(1, "loss", Decimal(100_000), weight="major"), {"loss": Decimal("99999.99")}, False),
        (Rule(1, "loss", Decimal(100_000), weight="major"), {"loss": Decimal(100_000)}, True),
        (Rule(1, "loss", Decimal(1), weight="major"), {}, False),
        (
            Rule(1, "again", Decimal(3), within_days=90, grade="repeat"),
            {"earlier": (REGISTERED - timedelta(days=91), REGISTERED - timedelta(days=90))},
            False,
        ),
        (
            Rule(1, "again", Decimal(3), within_days=91, grade="repeat"),
            {"earlier": (REGISTERED - timedelta(days=91), REGISTERED - timedelta(days=90))},
            True,
        ),
    ],
)
def test_what_a_manager_may_write_instead(rule, known, speaks):
    situation = Situation(registered_at=REGISTERED, **known)
    assert bool(upgrades([rule], situation, REGISTERED + timedelta(hours=5), CALENDAR)) is speaks


def test_an_unknown_trigger_is_an_error():
    with pytest.raises(ValueError, match="moon"):
        upgrades([Rule(1, "moon")], Situation(registered_at=REGISTERED), REGISTERED, CALENDAR)

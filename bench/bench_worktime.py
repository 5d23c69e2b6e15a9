"""How many due instants a second on one core: everyday office calendars, and mixed random cases.

Run ``python bench/bench_worktime.py --json``. Processor time counts, not the clock on the wall, and each
figure is the best of several rounds, because other programs can only make a round slower, never faster.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from jiannuo.kernel.calendars.holidays import chinese_holidays
from jiannuo.rules import Calendar, due, due_days

ROUNDS = 7
CASES = 40_000
FIRST = datetime(2024, 1, 2, tzinfo=UTC)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
EVERYDAY_TARGET = 250_000
MIXED_TARGET = 90_000


def everyday_calendars() -> list[Calendar]:
    """A five-day and a six-day office that keep the Chinese holidays, and a desk on duty until midnight."""
    hours = ["08:30-12:00", "13:30-17:30"]
    five = {"name": "five", "weekly": dict.fromkeys(DAYS[:5], hours), "observes_holidays": True}
    six = {"name": "six", "weekly": dict.fromkeys(DAYS[:6], hours), "observes_holidays": True}
    duty = {"name": "duty", "weekly": {day: ["08:00-24:00"] for day in DAYS}}
    return [Calendar.from_json(data, chinese_holidays()) for data in (five, six, duty)]


def odd_calendars(random: Random) -> list[Calendar]:
    """Three windows a day, some across midnight, differing by weekday, with extra open and closed dates."""

    def window() -> str:
        opens, length = random.randrange(0, 1440, 5), random.randrange(30, 600, 5)
        closes = (opens + length) % 1440
        return f"{opens // 60:02d}:{opens % 60:02d}-{closes // 60:02d}:{closes % 60:02d}"

    def some_date() -> str:
        return (date(2024, 1, 1) + timedelta(days=random.randrange(900))).isoformat()

    return [
        Calendar.from_json(
            {
                "name": f"odd {number}",
                "tz": random.choice(("Asia/Shanghai", "Asia/Shanghai", "Europe/Berlin", "UTC")),
                "weekly": {day: [window() for _ in range(random.randrange(1, 4))] for day in DAYS[:6]},
                "observes_holidays": random.random() < 0.7,
                "extra_closed": [some_date() for _ in range(10)],
                "extra_open": {some_date(): [window()] for _ in range(10)},
            },
            chinese_holidays(),
        )
        for number in range(20)
    ]


def starts(random: Random, count: int) -> list[datetime]:
    """Instants spread over two years."""
    return [FIRST + timedelta(seconds=random.randrange(2 * 365 * 86_400)) for _ in range(count)]


def pauses_after(random: Random, start: datetime) -> tuple[tuple[datetime, datetime], ...]:
    """No pause to three of them, minutes to days long."""
    at, found = start, []
    for _ in range(random.choice((0, 1, 1, 2, 3))):
        at += timedelta(minutes=random.randrange(600))
        found.append((at, at + timedelta(minutes=random.randrange(3000))))
    return tuple(found)


def rate(work: Callable[[], None], count: int) -> float:
    """Calls a second, best of the rounds; one more round before them fills the tables."""
    work()
    best = float("inf")
    for _ in range(ROUNDS):
        begin = time.process_time()
        work()
        best = min(best, time.process_time() - begin)
    return count / best


def minutes_loop(cases: Sequence[tuple[Calendar, datetime, int]]) -> Callable[[], None]:
    def work() -> None:
        for calendar, start, minutes in cases:
            due(calendar, start, minutes)

    return work


def days_loop(cases: Sequence[tuple[Calendar, datetime, int]]) -> Callable[[], None]:
    def work() -> None:
        for calendar, start, count in cases:
            due_days(calendar, start, count)

    return work


def mixed_loop(cases: Sequence[tuple[Calendar, datetime, int, Any]]) -> Callable[[], None]:
    def work() -> None:
        for calendar, start, minutes, pauses in cases:
            due(calendar, start, minutes, pauses)

    return work


def run() -> list[dict[str, Any]]:
    """Measure all three, as the contract of the benchmarks wants it."""
    random = Random(20_261_121)
    everyday, odd = everyday_calendars(), odd_calendars(random)
    minutes = [
        (random.choice(everyday), s, random.choice((30, 120, 240, 480, 1440))) for s in starts(random, CASES)
    ]
    days = [(random.choice(everyday), s, random.choice((1, 3, 7, 15))) for s in starts(random, CASES)]
    mixed = [
        (random.choice(odd), s, random.randrange(4000), pauses_after(random, s))
        for s in starts(random, CASES)
    ]
    method = f"best of {ROUNDS} rounds of {CASES} cases, processor time of one core, warm tables"
    rows = (
        ("working minutes", "offices and a duty desk", rate(minutes_loop(minutes), CASES), EVERYDAY_TARGET),
        ("working days", "the same, limits of 1 to 15 days", rate(days_loop(days), CASES), EVERYDAY_TARGET),
        (
            "mixed random cases",
            "odd windows in 20 calendars, up to 3 pauses",
            rate(mixed_loop(mixed), CASES),
            MIXED_TARGET,
        ),
    )
    return [
        {
            "name": name,
            "value": round(value),
            "unit": "due/s",
            "target": f"≥ {target:,} due/s",
            "passed": value >= target,
            "method": f"{what}; {method}",
        }
        for name, what, value, target in rows
    ]


def main() -> None:
    rows = run()
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows, indent=2))
        return
    for row in rows:
        print(f"{row['name']:30} {row['value']:>10,} {row['unit']}  ({row['target']})")


if __name__ == "__main__":
    main()

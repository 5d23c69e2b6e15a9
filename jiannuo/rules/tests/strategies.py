"""Random calendars and cases. Times are whole minutes, which is what the oracle can step through."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random

from hypothesis import strategies as st

from jiannuo.rules import Calendar, HolidayTable

FIRST = date(2026, 1, 20)
DAYS = 150
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ODD_ZONES = ("Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def window(random: Random) -> str:
    opens = random.choice((0, 480, 510, 780, 1200, 1320, random.randrange(1440)))
    length = random.choice((1, 60, 210, 240, 360, 1440 - opens, random.randrange(1, 1440)))
    closes = opens + max(length, 1)
    return f"{clock(opens)}-{clock(closes if closes <= 1440 else closes - 1440)}"


def windows(random: Random) -> list[str]:
    return sorted({window(random) for _ in range(random.choice((1, 1, 2, 2, 3)))})


def some_dates(random: Random, most: int) -> set[date]:
    """A run of dates and a few single ones."""
    count = random.randrange(most + 1)
    begin = FIRST + timedelta(days=random.randrange(DAYS // 2))
    run = {begin + timedelta(days=step) for step in range(count)}
    return run | {FIRST + timedelta(days=random.randrange(DAYS)) for _ in range(count // 2)}


def definition_of(random: Random, tz: str = "Asia/Shanghai") -> dict:
    """The JSON form of an office, a shop open at night, a seven-day desk or something odd."""
    some = random.sample(range(7), random.randrange(1, 7))
    open_days = random.choice((range(5), range(6), range(7), some))
    same = windows(random)
    weekly = {DAY_NAMES[day]: (same if random.random() < 0.7 else windows(random)) for day in open_days}
    data = {"name": "odd", "tz": tz, "weekly": weekly, "observes_holidays": random.random() < 0.7}
    if random.random() < 0.3:
        data["make_up_hours"] = windows(random) if random.random() < 0.8 else []
    if random.random() < 0.5:
        data["extra_closed"] = sorted(day.isoformat() for day in some_dates(random, 5))
    if random.random() < 0.5:
        data["extra_open"] = {day.isoformat(): windows(random) for day in sorted(some_dates(random, 3))}
    return data


def case_of(random: Random) -> tuple[datetime, int, list[tuple[datetime, datetime | None]]]:
    """A start, a limit and up to five pauses, some of them touching, overlapping, empty or still open."""
    start = datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC) + timedelta(
        days=2, minutes=random.randrange(60 * 1440)
    )
    if random.random() < 0.3:
        start = start.replace(minute=0)
    limit = random.choice((0, 1, 30, 240, 480, random.randrange(4000)))
    pauses: list[tuple[datetime, datetime | None]] = []
    at = start + timedelta(minutes=random.randrange(-600, 1500))
    for _ in range(random.choice((0, 0, 1, 1, 2, 3, 5))):
        end = at + timedelta(minutes=random.choice((0, 15, 90, 600, random.randrange(6000))))
        pauses.append((at, None if random.random() < 0.06 else end))
        at = random.choice(
            (end, end + timedelta(minutes=random.randrange(3000)), end - timedelta(minutes=45))
        )
    random.shuffle(pauses)
    return start, limit, pauses


@st.composite
def definitions(draw: st.DrawFn, zones: tuple[str, ...] = ("Asia/Shanghai",)) -> tuple[dict, HolidayTable]:
    """A calendar definition with its holidays."""
    random = Random(draw(st.integers(0, 2**32)))
    data = definition_of(random, draw(st.sampled_from(zones)))
    holidays = some_dates(random, 8)
    return data, HolidayTable(
        frozenset(holidays), frozenset(some_dates(random, 4) - holidays), frozenset({2026})
    )


def calendar_of(data: dict, table: HolidayTable) -> Calendar:
    return Calendar.from_json(data, table)

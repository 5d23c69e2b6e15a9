"""The fast arithmetic agrees with the minute-stepping oracle: over 10,000 random cases."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jiannuo.rules import Pause, due, due_days, elapsed
from jiannuo.rules.tests.oracle import MinuteOracle
from jiannuo.rules.tests.strategies import DAYS, FIRST, ODD_ZONES, calendar_of, case_of, definitions

CASES = 36
RELAXED = settings(
    deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def agree(expected, found, horizon, what) -> None:
    if expected == "beyond":
        assert found is None or found >= horizon, what
    else:
        assert found == expected, what


@pytest.mark.slow
@settings(RELAXED, max_examples=300)
@given(definitions(), st.integers(0, 2**32))
def test_working_minutes_and_days_match_the_oracle(definition, seed):
    data, table = definition
    calendar = calendar_of(data, table)
    oracle = MinuteOracle(data, set(table.holidays), set(table.make_up_days), FIRST, DAYS)
    horizon = oracle.instant(len(oracle.work) - 2 * 1440)
    random = Random(seed)
    for _ in range(CASES):
        start, limit, pauses = case_of(random)
        what = (data, start, limit, pauses)
        agree(oracle.due(start, limit, pauses), due(calendar, start, limit, pauses), horizon, what)
        days, reading = random.randrange(6), random.choice(("civil", "elapsed"))
        found = due_days(calendar, start, days, reading, pauses)
        agree(oracle.due_days(start, days, reading, pauses), found, horizon, (what, days, reading))
        end = start + timedelta(minutes=random.randrange(40 * 1440))
        assert elapsed(calendar, start, end, pauses) == timedelta(
            minutes=oracle.elapsed(start, end, pauses)
        ), what


@settings(RELAXED, max_examples=50)
@given(definitions(ODD_ZONES), st.integers(0, 2**32))
def test_other_zones_match_the_oracle(definition, seed):
    data, table = definition
    calendar = calendar_of(data, table)
    oracle = MinuteOracle(data, set(table.holidays), set(table.make_up_days), FIRST, DAYS)
    horizon = oracle.instant(len(oracle.work) - 3 * 1440)
    random = Random(seed)
    for _ in range(CASES):
        start, limit, pauses = case_of(random)
        agree(
            oracle.due(start, limit, pauses),
            due(calendar, start, limit, pauses),
            horizon,
            (data, start, limit),
        )
        end = start + timedelta(minutes=random.randrange(40 * 1440))
        assert elapsed(calendar, start, end, pauses) == timedelta(minutes=oracle.elapsed(start, end, pauses))


@settings(RELAXED, max_examples=300)
@given(definitions(), st.integers(0, 2**32), st.timedeltas(timedelta(), timedelta(hours=90)))
def test_elapsed_is_the_exact_inverse_of_due_to_the_microsecond(definition, seed, limit):
    calendar = calendar_of(*definition)
    start, _, pauses = case_of(Random(seed))
    start += timedelta(microseconds=seed % 60_000_000)
    closed = [Pause(begin + limit / 7, end + limit / 5) for begin, end in pauses if end is not None]
    end = due(calendar, start, limit, closed)
    assert end is not None
    assert elapsed(calendar, start, end, closed) == limit
    if limit:
        assert elapsed(calendar, start, end - timedelta(microseconds=1), closed) < limit


@settings(RELAXED, max_examples=60)
@given(definitions(), st.integers(0, 2**32))
def test_answers_do_not_depend_on_what_was_asked_before(definition, seed):
    random = Random(seed)
    cases = [case_of(random) for _ in range(4)]
    shifted = [(start + timedelta(days=random.randrange(-900, 900)), limit) for start, limit, _ in cases]
    used = calendar_of(*definition)
    first = [due(used, start, limit) for start, limit in shifted]
    assert first == [due(calendar_of(*definition), start, limit) for start, limit in shifted]
    assert first[::-1] == [due(used, start, limit) for start, limit in shifted[::-1]]

"""Whether a job still fits: pure spans, no database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from jiannuo.operations.appointments.capacity import Job, fits, free_spans


def at(hour, minute=0):
    return datetime(2026, 11, 23, hour, minute, tzinfo=UTC)


TRAVEL = timedelta(minutes=30)
SHIFT = [(at(8), at(12)), (at(13), at(17))]


def test_lunch_and_absence_are_cut_out():
    assert free_spans([(at(8), at(17))], [(at(12), at(13)), (at(16), at(18))]) == [
        (at(8), at(12)),
        (at(13), at(16)),
    ]
    assert free_spans([(at(8), at(12))], [(at(7), at(13))]) == []


CASES = [
    ([], Job(at(8), at(10), 60), True),
    ([], Job(at(17), at(19), 60), False),  # the shift is over
    ([], Job(at(11, 30), at(12), 60), False),  # would run into lunch
    ([], Job(at(11), at(13, 30), 90), True),  # after lunch
    ([Job(at(8), at(10), 60)], Job(at(8), at(10), 60), True),  # 8:30 and 10:00
    ([Job(at(8), at(10), 60), Job(at(8), at(10), 60)], Job(at(8), at(10), 60), False),
    ([Job(at(8), at(10), 90)], Job(at(8), at(10), 60), False),
    ([Job(at(9), at(9), 60)], Job(at(8), at(9), 60), False),  # the locked one at nine would be late
    ([Job(at(20), at(20), 60)], Job(at(8), at(10), 60), True),  # one planned outside the shift does not count
    ([Job(at(15), at(17), 45)], Job(at(15), at(17), 45), True),
    ([Job(at(15), at(17), 60)], Job(at(15), at(17), 60), False),
    ([Job(at(15), at(17), 60), Job(at(14), at(14), 120)], Job(at(15), at(17), 60), False),
]


@pytest.mark.parametrize(("jobs", "fresh", "expected"), CASES)
def test_a_window_is_free_when_everybody_is_still_served_in_time(jobs, fresh, expected):
    assert fits(SHIFT, jobs, fresh, TRAVEL) is expected


def test_without_a_shift_nothing_fits():
    assert not fits([], [], Job(at(8), at(10), 60), TRAVEL)

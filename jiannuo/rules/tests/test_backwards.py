"""Limits counted back from an event: the mirror of those after one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiannuo.rules import (
    Limit,
    Pause,
    Point,
    due,
    due_before,
    elapsed,
    last_day_before,
    limit_before,
    next_opening,
    plan,
    postponed,
    replanned,
    working_days_before,
)
from jiannuo.rules.tests.building import (
    NOW,
    OFFICE,
    codes,
    commitment,
    cover,
    decided,
    hours,
    time_clause,
    yuan,
)
from jiannuo.rules.tests.case_strategies import ALL_CALENDARS, days_of_events, instants
from jiannuo.rules.tests.strategies import calendar_of, definitions
from jiannuo.rules.tests.test_worktime_spec import NIGHT, SIX_DAYS, at
from jiannuo.rules.tests.test_worktime_spec import OFFICE as HOUSE

calendars = st.sampled_from(sorted(ALL_CALENDARS)).map(ALL_CALENDARS.__getitem__)
minutes = st.integers(0, 4000)


@pytest.mark.parametrize(
    ("name", "calendar", "event", "limit", "expected"),
    [
        ("hours on the wall", HOUSE, "09-08 09:00", hours(48), "09-06 09:00"),
        ("within a window", HOUSE, "09-01 11:00", hours(1, "working_hours"), "09-01 10:00"),
        ("over lunch", HOUSE, "09-01 14:00", hours(2, "working_hours"), "09-01 11:00"),
        (
            "used up at an opening is due at it",
            HOUSE,
            "09-02 10:00",
            hours(1, "working_hours"),
            "09-02 09:00",
        ),
        (
            "a minute more is the evening before",
            HOUSE,
            "09-02 10:00",
            hours(61, "working_minutes"),
            "09-01 17:59",
        ),
        ("over a weekend", HOUSE, "09-08 09:30", hours(1, "working_hours"), "09-05 17:30"),
        ("over the holidays", HOUSE, "10-09 09:30", hours(1, "working_hours"), "09-30 17:30"),
        ("an event outside hours", HOUSE, "09-06 12:00", hours(1, "working_hours"), "09-05 17:00"),
        ("nothing is due with the event", HOUSE, "09-06 12:00", hours(0, "working_hours"), "09-06 12:00"),
        (
            "working days end with the last closing",
            HOUSE,
            "09-08 10:00",
            hours(2, "working_days"),
            "09-04 18:00",
        ),
        ("six-day weeks", SIX_DAYS, "09-08 10:00", hours(2, "working_days"), "09-05 18:00"),
        ("over the holidays too", HOUSE, "10-09 10:00", hours(1, "working_days"), "09-30 18:00"),
        ("no working days: with the event", HOUSE, "09-06 12:00", hours(0, "working_days"), "09-06 12:00"),
        (
            "the clock time is kept",
            HOUSE,
            "09-08 10:30",
            hours(1, "working_days", reading="elapsed"),
            "09-05 10:30",
        ),
        (
            "moved back to the closing before it",
            HOUSE,
            "09-08 12:30",
            hours(1, "working_days", reading="elapsed"),
            "09-05 12:00",
        ),
        (
            "or on to the first opening",
            HOUSE,
            "09-08 07:00",
            hours(1, "working_days", reading="elapsed"),
            "09-05 09:00",
        ),
        ("a night window", NIGHT, "09-02 21:00", hours(1, "working_days"), "09-02 02:00"),
        ("civil days end at 24:00", HOUSE, "09-08 10:00", hours(3, "days"), "09-06 00:00"),
        (
            "with the day of the event as the first",
            HOUSE,
            "09-08 10:00",
            hours(3, "days", counts_start_day=True),
            "09-07 00:00",
        ),
        ("no days end with the event, not after it", HOUSE, "09-08 10:00", hours(0, "days"), "09-08 10:00"),
        ("months", HOUSE, "10-31 10:00", hours(1, "months"), "10-01 00:00"),
        ("years", HOUSE, "03-01 10:00", hours(0, "years"), "03-01 10:00"),
    ],
)
def test_limits_before_an_instant(name, calendar, event, limit, expected):
    assert limit_before(limit, calendar, at(event)) == at(expected), name


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        (hours(2, "days"), datetime(2026, 3, 18, 16, tzinfo=UTC)),
        (hours(0, "days"), datetime(2026, 3, 20, 16, tzinfo=UTC)),
        (hours(2, "working_days"), datetime(2026, 3, 18, 10, tzinfo=UTC)),
        (hours(2, "working_days", reading="elapsed"), datetime(2026, 3, 18, 10, tzinfo=UTC)),
        (hours(0, "working_days"), datetime(2026, 3, 20, 16, tzinfo=UTC)),
        (hours(2), None),
        (hours(2, "working_hours"), None),
    ],
)
def test_limits_before_a_date(limit, expected):
    """Hours before an event need to know its hour."""
    assert limit_before(limit, OFFICE, date(2026, 3, 20)) == expected


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="cannot be negative"):
        due_before(OFFICE, NOW, -1)
    with pytest.raises(ValueError, match="cannot be negative"):
        last_day_before(date(2026, 1, 1), -1, "days", calendar=OFFICE)


@settings(max_examples=120)
@given(calendars, instants, minutes)
def test_as_much_working_time_lies_between_as_the_limit_says(calendar, event, amount):
    start = due_before(calendar, event, amount)
    assert start <= event
    assert elapsed(calendar, start, event) == timedelta(minutes=amount)
    if amount:
        assert next_opening(calendar, start) == start
        assert elapsed(calendar, start + timedelta(minutes=1), event) < timedelta(minutes=amount)


@settings(max_examples=40)
@given(definitions(), instants, minutes)
def test_also_on_odd_calendars_where_counting_on_leads_back_to_the_event_or_before_it(
    definition, event, amount
):
    calendar = calendar_of(*definition)
    start = due_before(calendar, event, amount)
    assert elapsed(calendar, start, event) == timedelta(minutes=amount)
    assert due(calendar, start, amount) <= event


@settings(max_examples=150)
@given(
    calendars,
    instants,
    st.sampled_from(
        ("minutes", "hours", "working_minutes", "working_hours", "working_days", "days", "months")
    ),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_a_larger_limit_is_never_due_later_and_none_after_the_event(calendar, event, unit, amount, more):
    first, second = (limit_before(hours(each, unit), calendar, event) for each in (amount, amount + more))
    assert second <= first <= event


@settings(max_examples=80)
@given(calendars, days_of_events, st.integers(1, 12))
def test_the_nth_working_day_before_has_so_many_working_days_up_to_the_event(calendar, event, count):
    end = working_days_before(calendar, event, count)
    days = [event - timedelta(days=n) for n in range(1, 60)]
    working = [day for day in days if calendar.is_working_date(day)]
    # A night window may close on the date after the one it belongs to.
    assert end.astimezone(calendar.zone).date() - working[count - 1] in (timedelta(0), timedelta(days=1))


class TestAnObligation:
    clause = time_clause(
        "notice", hours(2, "days"), before="appointed", warn=Point(anchor="before_due", amount=yuan(60))
    )

    def plan_for(self, event, **fields):
        clause = replace(self.clause, **fields)
        return plan(clause, commitment(clause), OFFICE, NOW, event)

    def test_follows_its_event_and_waits_while_nobody_knows_when(self):
        owed = self.plan_for(date(2026, 3, 20))
        assert owed.due_at == datetime(2026, 3, 18, 16, tzinfo=UTC)
        assert owed.warn_at == owed.due_at - timedelta(hours=1)
        later = postponed(owed, OFFICE, date(2026, 3, 27))
        assert later == self.plan_for(date(2026, 3, 27))
        waiting = postponed(owed, OFFICE, None)
        assert (waiting.due_at, waiting.warn_at, waiting.steps, waiting.event_at) == (None, None, (), None)
        assert waiting == self.plan_for(None)
        assert postponed(waiting, OFFICE, date(2026, 3, 20)) == owed

    def test_no_pause_moves_it(self):
        owed = self.plan_for(date(2026, 3, 20))
        assert replanned(owed, OFFICE, [Pause(NOW, NOW + timedelta(days=3))]) == owed
        assert replanned(owed, OFFICE, [Pause(NOW)]) == owed

    def test_is_owed_no_earlier_than_its_window_opens(self):
        opens = Limit(amount=yuan(9), unit="days")
        assert self.plan_for(date(2026, 3, 20), opens=opens).started_at == datetime(
            2026, 3, 10, 16, tzinfo=UTC
        )
        assert self.plan_for(date(2026, 3, 5), opens=opens).started_at == NOW
        moved = postponed(self.plan_for(date(2026, 3, 20), opens=opens), OFFICE, date(2026, 3, 27))
        assert moved.started_at == datetime(2026, 3, 17, 16, tzinfo=UTC)

    @given(
        first=st.one_of(st.none(), st.dates(date(2026, 3, 3), date(2026, 5, 1))),
        then=st.one_of(st.none(), st.dates(date(2026, 3, 3), date(2026, 5, 1))),
        opens=st.one_of(st.none(), st.integers(3, 30)),
    )
    def test_moved_to_a_date_it_is_as_if_it_had_been_planned_for_it(self, first, then, opens):
        window = None if opens is None else Limit(amount=yuan(opens), unit="days")
        planned = self.plan_for(first, opens=window)
        assert postponed(planned, OFFICE, then) == self.plan_for(then, opens=window)

    @pytest.mark.parametrize(
        ("fields", "dates", "said"),
        [
            ({}, {"requested": NOW}, "time.event_unknown"),
            ({"limit": hours(2)}, {"requested": NOW, "appointed": date(2026, 3, 20)}, "time.start_not_exact"),
            ({"start": "arrived"}, {"appointed": date(2026, 3, 20)}, "time.not_started"),
        ],
    )
    def test_why_it_is_not_owed_yet(self, fields, dates, said):
        decision = decided(replace(self.clause, **fields), dates=dates)
        assert (decision.obligations, codes(decision.reasons)) == ((), [said])

    @pytest.mark.parametrize(("day", "is_late"), [(2, True), (20, False)])
    def test_an_event_so_near_is_told(self, day, is_late):
        dates = {"requested": date(2026, 3, 2), "appointed": date(2026, 3, day)}
        decision = decided(self.clause, dates=dates)
        assert ("time.too_late" in codes(decision.reasons)) is is_late
        assert "time.counted_back" in codes(decision.reasons)
        assert decision.obligation("notice").event_at == date(2026, 3, day)

    def test_the_end_of_the_warranty_follows_from_the_cover(self):
        reminder = replace(self.clause, before="warranty_ended", limit=hours(30, "days"))
        promised = commitment(reminder, cover())
        owed = decided(promised).obligation("notice")
        assert (owed.event_at, owed.due_at) == (date(2027, 1, 10), datetime(2026, 12, 11, 16, tzinfo=UTC))
        dates = {"requested": NOW, "invoiced": date(2025, 1, 10), "warranty_ended": date(2026, 12, 31)}
        assert decided(promised, dates=dates).obligation("notice").event_at == date(2026, 12, 31)
        assert decided(reminder).obligation("notice") is None


class TestWhatIsKept:
    def record(self, amount, unit="years", **fields):
        limit = Limit(unit=unit) if unit == "forever" else hours(amount, unit)
        return time_clause("retain", limit, keeps=fields.pop("keeps", ("record",)), **fields)

    def test_the_longest_promise_counts_for_each_thing(self):
        short = self.record(2, keeps=("record", "recording"), clause_id="short")
        decision = decided(short, self.record(3, clause_id="long"))
        assert {one.keeps: one.clause for one in decision.retentions} == {
            "record": "long",
            "recording": "short",
        }
        assert decision.retention("record").until == datetime(2029, 3, 2, 16, tzinfo=UTC)
        assert codes(decision.losers) == ["lost.less_favourable"]
        assert decision.obligations == ()

    def test_what_is_kept_forever_has_no_end(self):
        decision = decided(self.record(99), self.record(0, "forever", clause_id="ever"))
        assert (decision.retention("record").until, decision.retention("record").clause) == (None, "ever")
        assert codes(decision.retention("record").reasons) == ["retention.forever", "chosen.best"]
        assert decision.retention("letter") is None

    def test_without_its_event_nothing_is_kept_yet(self):
        decision = decided(self.record(3, start="completed"))
        assert (decision.retentions, codes(decision.reasons)) == ((), ["time.not_started"])

    def test_an_exclusive_contract_may_keep_for_less_long(self):
        contract = commitment(self.record(1), code="X", exclusive=True)
        assert decided(contract, self.record(3)).retention("record").commitment == "X"

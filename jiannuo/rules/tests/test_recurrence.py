"""What comes again: never drifting, never lost, never twice, in season and on working days."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from random import Random

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from jiannuo.rules import (
    CommitmentInForce,
    Decision,
    Facts,
    Occurrence,
    Offset,
    Period,
    RecurringClause,
    Season,
    decide,
    occurrence_plan,
    occurrences,
)
from jiannuo.rules.tests.building import (
    CALENDARS,
    NOW,
    OFFICE,
    codes,
    commitment,
    cover,
    decided,
    recurring,
    time_clause,
)
from jiannuo.rules.tests.case_strategies import ALL_CALENDARS, BEGIN, MONTH_ENDS, days_of_events
from jiannuo.rules.tests.case_strategies import CALENDARS as SEVERAL_CALENDARS
from jiannuo.rules.tests.clause_parts import LADDERS, POINTS
from jiannuo.rules.tests.clause_strategies import clauses
from jiannuo.rules.tests.vocabulary import EVENTS_USED

CHINA = OFFICE.zone
HORIZON = datetime(2029, 1, 1, tzinfo=UTC)
begun = st.one_of(days_of_events, st.sampled_from(MONTH_ENDS))
rhythmic = clauses("recurring", flaws=False, while_covered=False)


def beginning_on(day: date) -> Facts:
    return Facts(dates=dict.fromkeys(EVENTS_USED, day))


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=CHINA)


def last_date(occurrence: Occurrence) -> date:
    """The last day of an occurrence that is due at the end of a day."""
    return (occurrence.due_at - timedelta(microseconds=1)).astimezone(CHINA).date()


def first_date(occurrence: Occurrence) -> date:
    return occurrence.opens_at.astimezone(CHINA).date()


def all_of(clause: RecurringClause, day: date, until: datetime = HORIZON) -> tuple[Occurrence, ...]:
    return occurrences(clause, beginning_on(day), ALL_CALENDARS[clause.calendar], until=until)


class TestWhateverTheRhythm:
    @settings(max_examples=150)
    @given(rhythmic, begun)
    def test_each_is_due_later_than_the_one_before_and_has_the_next_number(self, clause, day):
        found = all_of(clause, day)
        assert [one.index for one in found] == list(range(1, len(found) + 1))
        for one, following in pairwise(found):
            assert one.due_at < following.due_at
            assert one.opens_at <= following.opens_at
        assert all(one.opens_at < one.due_at for one in found)

    @settings(max_examples=120)
    @given(rhythmic, begun, st.integers(0, 2**32))
    def test_asked_in_any_slices_nothing_is_lost_and_nothing_comes_twice(self, clause, day, seed):
        whole = all_of(clause, day)
        random = Random(seed)
        ends = [one.due_at for one in whole]
        cuts = [random.choice(ends) + random.choice((timedelta(0), timedelta(hours=7))) for _ in ends[:4]]
        cuts = [datetime(2020, 1, 1, tzinfo=UTC), *sorted(cuts), HORIZON]
        calendar, known = ALL_CALENDARS[clause.calendar], beginning_on(day)
        slices = [
            occurrences(clause, known, calendar, since=since, until=until) for since, until in pairwise(cuts)
        ]
        assert tuple(one for each in slices for one in each) == whole

    @settings(max_examples=120)
    @given(rhythmic, begun, st.integers(0, 40))
    def test_the_nth_is_the_same_asked_for_alone_or_after_all_before_it(self, clause, day, place):
        found = all_of(clause, day)[place : place + 1]
        calendar, known = ALL_CALENDARS[clause.calendar], beginning_on(day)
        for one in found:
            just_before = one.due_at - timedelta(microseconds=1)
            assert occurrences(clause, known, calendar, since=just_before, count=1) == (one,)
            assert occurrences(clause, known, calendar, count=place + 1)[-1] == one

    @settings(max_examples=150)
    @given(rhythmic, begun, st.integers(0, 365))
    def test_a_decision_names_the_next_one(self, clause, day, after):
        """Given a clause in force, when a decision is taken at any time, then what is next is not due yet."""
        now = BEGIN + timedelta(days=after, hours=after % 24)
        known = beginning_on(day)
        plain = CommitmentInForce(code="A", clauses=(_unconditional(clause),))
        expected = occurrences(clause, known, ALL_CALENDARS[clause.calendar], since=now, count=1)
        found = decide([plain], known, SEVERAL_CALENDARS, now).recurrences
        assert [(one.next.occurrence, one.next.started_at, one.next.due_at) for one in found] == [
            (one.index, one.opens_at, one.due_at) for one in expected
        ]

    @settings(max_examples=60)
    @given(rhythmic, begun, st.integers(1, 9))
    def test_a_count_ends_it_and_so_does_the_last_day(self, clause, day, count):
        unending = replace(clause, count=None, lasts=None)
        some = all_of(replace(unending, count=count), day)
        assert some == all_of(unending, day)[:count]
        lasting = replace(unending, lasts=Period(amount=1, unit="years"))
        last = midnight(day + relativedelta(years=1) + timedelta(days=1))
        still = [one for one in all_of(unending, day) if one.due_at <= last]
        if not clause.roll_forward:
            assert list(all_of(lasting, day)) == still


def _unconditional(clause: RecurringClause) -> RecurringClause:
    return replace(clause, when=())


UNITS = {"days": "days", "weeks": "weeks", "months": "months", "quarters": "months", "years": "years"}


def later(day: date, times: int, amount: int, unit: str) -> date:
    """So many periods later, worked out by another library."""
    length = times * amount * (3 if unit == "quarters" else 1)
    return day + relativedelta(**{UNITS[unit]: length})


class TestEverySoOften:
    @settings(max_examples=150)
    @given(begun, st.integers(1, 7), st.sampled_from(sorted(UNITS)), st.integers(0, 30))
    def test_the_nth_ends_n_periods_after_the_event_itself(self, day, amount, unit, place):
        """So monthly from the 31st comes on the last day of a short month and on the 31st again after it."""
        clause = recurring((amount, unit), begins=("invoiced",))
        found = occurrences(clause, Facts(dates={"invoiced": day}), OFFICE, count=place + 1)[place]
        assert last_date(found) == later(day, place + 1, amount, unit)
        assert first_date(found) == (
            day if place == 0 else later(day, place, amount, unit) + timedelta(days=1)
        )

    @settings(max_examples=100)
    @given(begun, st.integers(1, 4), st.sampled_from(("months", "quarters", "years")), st.integers(1, 4))
    def test_several_times_in_a_period_divide_it_without_a_gap(self, day, amount, unit, times):
        clause = recurring((amount, unit), times=times, begins=("invoiced",))
        found = occurrences(clause, Facts(dates={"invoiced": day}), OFFICE, count=times * 4)
        assert first_date(found[0]) == day
        for one, following in pairwise(found):
            assert one.due_at == following.opens_at
        for number, one in enumerate(found[times - 1 :: times], 1):
            assert last_date(one) == later(day, number, amount, unit)

    @settings(max_examples=100)
    @given(begun, st.sampled_from(("months", "quarters", "years")), st.integers(1, 4))
    def test_by_the_calendar_each_month_quarter_or_year_has_its_own(self, day, unit, times):
        clause = recurring((1, unit), times=times, by_calendar=True, begins=("invoiced",))
        found = occurrences(clause, Facts(dates={"invoiced": day}), OFFICE, count=times * 5)
        assert first_date(found[0]) == day
        length = {"months": 1, "quarters": 3, "years": 12}[unit]
        dues = [last_date(one) for one in found]
        blocks = [(due.year * 12 + due.month - 1) // length for due in dues]
        full = blocks[times:-times]
        assert all(blocks.count(block) == times for block in full)
        assert blocks[0] == (day.year * 12 + day.month - 1) // length
        ends = dict(zip(blocks, dues, strict=True))
        for block in set(full):
            month = block * length + length - 1
            assert ends[block] == date(
                month // 12, month % 12 + 1, monthrange(month // 12, month % 12 + 1)[1]
            )

    def test_weeks_by_the_calendar_end_on_sunday(self):
        clause = recurring((1, "weeks"), by_calendar=True, begins=("invoiced",))
        found = occurrences(clause, Facts(dates={"invoiced": date(2026, 3, 4)}), OFFICE, count=3)
        assert [last_date(one) for one in found] == [date(2026, 3, d) for d in (8, 15, 22)]

    def test_more_times_than_days_divides_the_hours(self):
        clause = recurring((1, "days"), times=3, begins=("invoiced",))
        found = occurrences(clause, Facts(dates={"invoiced": date(2026, 3, 2)}), OFFICE, count=4)
        opens = found[0].opens_at
        assert [one.due_at - opens for one in found[:3]] == [
            (found[2].due_at - opens) * part / 3 for part in (1, 2, 3)
        ]
        assert found[3].opens_at == found[2].due_at


SEASON = st.builds(
    lambda first, days, name: Season(
        begins=f"{first:%m-%d}", ends=f"{first + timedelta(days=days):%m-%d}", name=name
    ),
    st.dates(date(2025, 1, 1), date(2025, 12, 31)),
    st.integers(0, 200),
    st.sampled_from(("", "spring check")),
)


class TestSeasons:
    @settings(max_examples=120)
    @given(SEASON, begun, st.integers(1, 3))
    def test_each_year_has_its_own_within_the_season(self, season, day, times):
        clause = recurring(seasons=(season,), times=times, begins=("invoiced",))
        found = occurrences(clause, Facts(dates={"invoiced": day}), OFFICE, count=times * 4)
        over_new_year = season.begins > season.ends
        for one in found:
            # The last hours of a season that is cut by hours begin and end on its last day.
            shown = f"{first_date(one):%m-%d}", f"{last_date(one):%m-%d}"
            inside = [
                (season.begins <= text or text <= season.ends)
                if over_new_year
                else season.begins <= text <= season.ends
                for text in shown
            ]
            assert all(inside), (season, one)
            assert first_date(one) >= day
            assert one.name == season.name
        ends = [last_date(one) for one in found[times - 1 :: times]]
        assert [f"{end:%m-%d}" for end in ends] == [season.ends] * len(ends)
        assert [end.year for end in ends] == [ends[0].year + n for n in range(len(ends))]

    def test_the_29th_of_february_is_the_28th_in_other_years(self):
        clause = recurring(seasons=(Season(begins="12-01", ends="02-29"),))
        found = occurrences(clause, Facts(dates={"accepted": date(2026, 7, 1)}), OFFICE, count=2)
        assert [(first_date(one), last_date(one)) for one in found] == [
            (date(2026, 12, 1), date(2027, 2, 28)),
            (date(2027, 12, 1), date(2028, 2, 29)),
        ]

    def test_a_season_that_has_begun_is_owed_from_the_event_on(self):
        clause = recurring(
            seasons=(Season(begins="03-01", ends="05-31"), Season(begins="09-01", ends="09-30"))
        )
        found = occurrences(clause, Facts(dates={"accepted": date(2026, 5, 20)}), OFFICE, count=3)
        assert [first_date(one) for one in found] == [date(2026, 5, 20), date(2026, 9, 1), date(2027, 3, 1)]


class TestAfterAnEvent:
    def test_windows_of_days_after_it(self):
        clause = recurring(
            action="phone_call",
            begins=("collected",),
            offsets=(Offset(from_day=8, to_day=14), Offset(from_day=3, to_day=7)),
        )
        found = occurrences(clause, Facts(dates={"collected": date(2026, 2, 26)}), OFFICE)
        assert [(one.index, first_date(one), last_date(one)) for one in found] == [
            (1, date(2026, 3, 1), date(2026, 3, 5)),
            (2, date(2026, 3, 6), date(2026, 3, 12)),
        ]

    def test_windows_of_days_before_it_come_before_those_after_it(self):
        offsets = (Offset(from_day=1, to_day=2), Offset(from_day=7, to_day=14, before=True))
        clause = recurring(begins=("appointed",), offsets=offsets)
        found = occurrences(clause, Facts(dates={"appointed": date(2026, 3, 20)}), OFFICE)
        assert [(first_date(one), last_date(one)) for one in found] == [
            (date(2026, 3, 6), date(2026, 3, 13)),
            (date(2026, 3, 21), date(2026, 3, 22)),
        ]

    def test_several_times_in_a_window(self):
        clause = recurring(offsets=(Offset(from_day=1, to_day=7),), times=3)
        found = occurrences(clause, Facts(dates={"accepted": date(2026, 3, 1)}), OFFICE)
        assert [(first_date(o).day, last_date(o).day) for o in found] == [(2, 3), (4, 5), (6, 8)]

    def test_several_times_in_windows_that_overlap_come_in_the_order_in_which_they_are_due(self):
        offsets = (Offset(from_day=1, to_day=20), Offset(from_day=5, to_day=10))
        clause = recurring(offsets=offsets, times=2)
        found = occurrences(clause, Facts(dates={"accepted": date(2026, 3, 1)}), OFFICE)
        assert [(o.index, last_date(o).day) for o in found] == [(1, 8), (2, 11), (3, 11), (4, 21)]


class TestTheFirstHasATimeOfItsOwn:
    @pytest.mark.parametrize(
        ("every", "first", "ends"),
        [
            ((6, "months"), (1, "months"), ["2026-02-28", "2027-01-31", "2027-07-31"]),
            ((1, "months"), (6, "months"), ["2026-07-31", "2026-08-31", "2026-09-30"]),
            ((1, "months"), (45, "days"), ["2026-03-17", "2026-03-31", "2026-04-30"]),
            ((3, "months"), (3, "months"), ["2026-04-30", "2026-07-31", "2026-10-31"]),
        ],
    )
    def test_it_stands_for_the_first_period_and_the_rhythm_goes_on_after_it(self, every, first, ends):
        clause = recurring(every, first_within=Period(amount=first[0], unit=first[1]))
        found = occurrences(clause, Facts(dates={"accepted": date(2026, 1, 31)}), OFFICE, count=3)
        assert [last_date(one).isoformat() for one in found] == ends
        assert [one.index for one in found] == [1, 2, 3]


class TestRestDays:
    @settings(max_examples=150)
    @given(rhythmic, begun)
    def test_what_moves_is_due_on_a_working_day_and_never_earlier(self, clause, day):
        clause = replace(clause, roll_forward=True, times=1, count=None, lasts=None)
        calendar = ALL_CALENDARS[clause.calendar]
        moved = all_of(clause, day)
        for one in moved:
            due = last_date(one)
            assert calendar.is_working_date(due)
            assert not calendar.is_holiday(due)
        unmoved = {last_date(one) for one in all_of(replace(clause, roll_forward=False), day)}
        expected = set()
        for due in unmoved:
            while calendar.is_holiday(due) or not calendar.is_working_date(due):
                due += timedelta(days=1)
            expected.add(due)
        asked_for = sorted(due for due in expected if midnight(due + timedelta(days=1)) <= HORIZON)
        assert [last_date(one) for one in moved] == asked_for

    def test_those_that_fall_on_one_day_are_one(self):
        clause = recurring((1, "days"), roll_forward=True, calendar="office")
        found = occurrences(clause, Facts(dates={"accepted": date(2026, 3, 5)}), OFFICE, count=3)
        assert [last_date(one) for one in found] == [date(2026, 3, d) for d in (6, 9, 10)]

    def test_what_comes_several_times_a_day_comes_on_working_days_only(self):
        """Given twice a day since Friday, when Saturday and Sunday are rest days, then Monday is next."""
        clause = recurring((1, "days"), times=2, roll_forward=True, calendar="office")
        found = occurrences(clause, Facts(dates={"accepted": date(2026, 3, 5)}), OFFICE, count=6)
        noon = timedelta(hours=12)
        friday, monday, tuesday = (midnight(date(2026, 3, day)) for day in (6, 9, 10))
        assert [one.due_at for one in found] == [
            end for day in (friday, monday, tuesday) for end in (day + noon, day + 2 * noon)
        ]
        assert [one.opens_at for one in found[2:4]] == [monday, monday + noon]


def test_what_never_ends_must_be_asked_for_with_a_bound():
    known = Facts(dates={"accepted": date(2026, 1, 1)})
    with pytest.raises(ValueError, match="never ends"):
        occurrences(recurring((1, "months")), known, OFFICE)
    assert len(occurrences(recurring((1, "months"), count=5), known, OFFICE)) == 5
    assert (
        len(occurrences(recurring((1, "months"), lasts=Period(amount=1, unit="years")), known, OFFICE)) == 12
    )
    assert occurrences(recurring((1, "months")), Facts(), OFFICE) == ()


def test_tolerance_opens_an_occurrence_earlier_but_never_before_the_event():
    clause = recurring((1, "months"), tolerance=10)
    found = occurrences(clause, Facts(dates={"accepted": date(2026, 1, 15)}), OFFICE, count=2)
    assert [first_date(one) for one in found] == [date(2026, 1, 15), date(2026, 2, 6)]


def test_an_occurrence_is_an_obligation_with_warning_and_number():
    clause = recurring((1, "days"), warn=POINTS[3], ladder=LADDERS[2], evidence=("signed_order",))
    one = occurrences(clause, Facts(dates={"accepted": date(2026, 3, 1)}), OFFICE, count=2)[1]
    owed = occurrence_plan(clause, commitment(clause), OFFICE, one)
    assert (owed.metric, owed.occurrence, owed.started_at, owed.due_at) == (
        "visit",
        2,
        one.opens_at,
        one.due_at,
    )
    assert owed.warn_at == one.due_at - timedelta(hours=2)
    assert [step.role for step in owed.steps] == ["manager"]


class TestTheDecision:
    accepted = {"requested": NOW, "accepted": date(2026, 1, 15)}

    def next_of(self, *promised, **fields) -> Decision:
        return decided(*promised, dates={**self.accepted, **fields.pop("dates", {})}, **fields)

    def test_of_several_commitments_the_one_that_comes_most_often_counts(self):
        yearly = commitment(recurring((1, "years"), clause_id="yearly"), code="A")
        four = commitment(recurring((1, "years"), times=4, clause_id="four"), code="B")
        decision = self.next_of(yearly, four)
        assert [one.clause for one in decision.recurrences] == ["four"]
        assert codes(decision.losers) == ["lost.less_favourable"]
        assert codes(decision.recurrences[0].reasons) == ["recurring.chosen", "chosen.best"]

    def test_the_clauses_of_one_commitment_about_an_action_go_together(self):
        small = recurring((1, "quarters"), clause_id="small")
        large = recurring((1, "years"), clause_id="large")
        often = commitment(recurring((2, "months"), clause_id="two-monthly"), code="B")
        both = commitment(small, large, code="A")
        assert {one.clause for one in self.next_of(both).recurrences} == {"small", "large"}
        assert [one.clause for one in self.next_of(both, often).recurrences] == ["two-monthly"]

    def test_seasons_and_windows_after_an_event_count_by_their_number(self):
        spring = commitment(recurring(seasons=(Season(begins="03-01", ends="05-31"),), clause_id="spring"))
        half = commitment(recurring((6, "months"), clause_id="half"), code="B")
        assert [one.clause for one in self.next_of(spring, half).recurrences] == ["half"]

    def test_what_follows_an_event_is_owed_beside_what_comes_every_so_often(self):
        call = recurring(offsets=(Offset(from_day=1, to_day=90),), clause_id="after")
        decision = self.next_of(call, recurring((1, "years"), clause_id="yearly"))
        assert {one.clause for one in decision.recurrences} == {"after", "yearly"}

    @pytest.mark.parametrize(
        ("clause", "code"),
        [
            (recurring((1, "months"), begins=("installed",)), "recurring.not_started"),
            (recurring((1, "months"), count=1), "recurring.ended"),
            (recurring((1, "weeks"), lasts=Period(amount=1, unit="months")), "recurring.ended"),
            (recurring(offsets=(Offset(from_day=1, to_day=7),)), "recurring.ended"),
        ],
    )
    def test_why_nothing_is_owed(self, clause, code):
        decision = self.next_of(clause)
        assert (decision.recurrences, codes(decision.reasons)) == ((), [code])

    @pytest.mark.parametrize(("years", "last"), [(2, [date(2026, 6, 1)]), (1, [])])
    def test_what_lasts_as_long_as_the_cover(self, years, last):
        dates = {**self.accepted, "invoiced": date(2024, 6, 1)}
        promised = commitment(
            cover(periods=((years, "years"),)), recurring((1, "months"), while_covered=True)
        )
        decision = decided(promised, dates=dates)
        assert [one.last for one in decision.recurrences] == last
        assert ("recurring.ended" in codes(decision.reasons)) == (not last)

    def test_nobody_visits_what_is_told_to_be_out_of_warranty_and_has_no_cover(self):
        decision = self.next_of(recurring((1, "months"), while_covered=True), in_warranty=False)
        assert (decision.recurrences, codes(decision.reasons)) == ((), ["recurring.not_covered"])

    def test_without_a_cover_it_is_not_known_whether_it_lasts(self):
        decision = self.next_of(recurring((1, "months"), while_covered=True))
        assert decision.recurrences == ()
        assert [(one.code, one.params["fact"]) for one in decision.losers] == [
            ("lost.fact_missing", "in_warranty")
        ]

    def test_an_exclusive_contract_owes_less_often_if_it_says_so(self):
        contract = commitment(recurring((1, "years"), clause_id="yearly"), code="X", exclusive=True)
        decision = self.next_of(contract, recurring((1, "months"), clause_id="monthly"), time_clause())
        assert [one.clause for one in decision.recurrences] == ["yearly"]
        assert decision.obligation("arrival") is not None
        assert codes(decision.losers) == ["lost.exclusive"]


def test_a_long_rhythm_is_found_at_once():
    """Given a daily call since 1990, when today's is asked for, then nobody counts all those before it."""
    clause = recurring((1, "days"), action="phone_call")
    known = Facts(dates={"accepted": date(1990, 1, 1)})
    found = occurrences(clause, known, OFFICE, since=NOW, count=3)
    days_since = (date(2026, 3, 2) - date(1990, 1, 1)).days
    assert [one.index for one in found] == [days_since, days_since + 1, days_since + 2]
    assert [last_date(one) for one in islice(found, 1)] == [date(2026, 3, 2)]
    assert decide([commitment(clause)], known, CALENDARS, NOW).recurrences[0].next.occurrence == days_since

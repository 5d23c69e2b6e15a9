"""More never makes less: time, limits, pauses, repairs."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jiannuo.rules import (
    CalendarError,
    Condition,
    Facts,
    Limit,
    ObligationPlan,
    Pause,
    decide,
    due,
    due_with_pauses,
    elapsed,
    limit_due,
    next_opening,
    plan,
    replanned,
)
from jiannuo.rules.tests.case_strategies import (
    ALL_CALENDARS,
    CALENDARS,
    commitments,
    days_of_events,
    facts,
    instants,
    sets_of_commitments,
)
from jiannuo.rules.tests.clause_parts import limits
from jiannuo.rules.tests.clause_strategies import clauses
from jiannuo.rules.tests.favour import FOREVER, lost_cover, lost_remedies
from jiannuo.rules.tests.strategies import calendar_of, case_of, definitions
from jiannuo.rules.tests.vocabulary import COUNTED

calendars = st.sampled_from(sorted(ALL_CALENDARS)).map(ALL_CALENDARS.__getitem__)
lengths = st.timedeltas(timedelta(minutes=-600), timedelta(days=12))


@st.composite
def pauses(draw: st.DrawFn, start: datetime) -> list[Pause]:
    """Up to three pauses around the time after a start; now and then one is still open."""
    found = []
    for _ in range(draw(st.integers(0, 3))):
        begin = start + draw(lengths)
        end = begin + timedelta(minutes=draw(st.sampled_from((0, 20, 300, 1440, 5000))))
        found.append(Pause(begin, draw(st.sampled_from((end, end, end, end, None)))))
    return found


def at_the_latest(instant: datetime | None) -> datetime:
    """What is not due yet comes after everything."""
    return FOREVER if instant is None else instant


class TestALargerLimit:
    @settings(max_examples=120)
    @given(limits, st.sampled_from(("0", "1", "2", "5", "31")), calendars, instants, st.data())
    def test_never_gives_an_earlier_due(self, limit, more, calendar, start, data):
        # A limit that ends on a holiday moves behind it and past the rest days there; one that ends on such a
        # rest day does not move where only holidays count. So these two are not compared.
        assume(limit.roll_forward != "holiday")
        larger = replace(limit, amount=limit.amount + Decimal(more))
        breaks = data.draw(pauses(start))
        first, second = (at_the_latest(limit_due(one, calendar, start, breaks)) for one in (limit, larger))
        assert first <= second

    @settings(max_examples=60)
    @given(definitions(), st.integers(0, 2**32), st.integers(0, 3000), st.integers(0, 3000))
    def test_also_on_odd_calendars(self, definition, seed, minutes, more):
        calendar = calendar_of(*definition)
        start, _, breaks = case_of(Random(seed))
        first = at_the_latest(due(calendar, start, minutes, breaks))
        assert first <= at_the_latest(due(calendar, start, minutes + more, breaks))


class TestAPause:
    @settings(max_examples=120)
    @given(limits, calendars, instants, st.data())
    def test_never_gives_an_earlier_due(self, limit, calendar, start, data):
        breaks, one_more = data.draw(pauses(start)), data.draw(pauses(start))
        before = at_the_latest(limit_due(limit, calendar, start, breaks))
        assert before <= at_the_latest(limit_due(limit, calendar, start, [*breaks, *one_more]))

    @settings(max_examples=120)
    @given(clauses("time", flaws=False), instants, st.data())
    def test_moves_what_is_counted_from_the_start_only_backwards(self, clause, start, data):
        commitment = data.draw(commitments("A", st.just(clause), plain=True, most=2))
        owed = plan(clause, commitment, ALL_CALENDARS[clause.calendar], start)
        moved = replanned(owed, ALL_CALENDARS[clause.calendar], data.draw(pauses(start)))
        assert at_the_latest(owed.due_at) <= at_the_latest(moved.due_at)
        if owed.warn_at is not None and clause.warn.anchor == "start" and owed.warn_at <= owed.due_at:
            assert at_the_latest(owed.warn_at) <= at_the_latest(moved.warn_at)
        if moved.due_at is None:
            assert (moved.warn_at, moved.steps) == (None, ())
        else:
            assert len(moved.steps) == len(clause.ladder)
            assert list(moved.steps) == sorted(moved.steps, key=lambda step: step.at)

    @settings(max_examples=100)
    @given(limits, calendars, instants, st.data())
    def test_that_begins_at_the_due_or_after_it_moves_nothing(self, limit, calendar, start, data):
        due_at = limit_due(limit, calendar, start)
        begin = due_at + timedelta(minutes=data.draw(st.sampled_from((0, 1, 5000))))
        end = data.draw(st.sampled_from((begin + timedelta(days=1), None)))
        assert limit_due(limit, calendar, start, [Pause(begin, end)]) == due_at

    @settings(max_examples=100)
    @given(limits, calendars, instants, st.data())
    def test_lies_in_the_plan_as_it_lies_in_the_limit(self, limit, calendar, start, data):
        breaks = data.draw(pauses(start))
        owed = ObligationPlan(
            metric="repair",
            clause="c",
            commitment="A",
            version=1,
            text="",
            source=None,
            calendar=calendar.name,
            started_at=start,
            due_at=None,
            limit=limit,
        )
        assert due_with_pauses(owed, calendar, breaks) == limit_due(limit, calendar, start, breaks)


def lateness(owed: ObligationPlan, now: datetime) -> timedelta:
    """How late an obligation is, nothing while it is in time."""
    return max(now - owed.due_at, timedelta(0))


class TestMoreTime:
    @settings(max_examples=100)
    @given(sets_of_commitments(clauses("time", "coverage")), facts(), instants, instants)
    def test_never_makes_an_obligation_less_late(self, several, known, now, later):
        assume(known.instant("requested") is not None)
        now, later = sorted((now, later))
        first, second = (decide(several, known, CALENDARS, at).obligations for at in (now, later))
        assert [owed.metric for owed in first] == [owed.metric for owed in second]
        for early, late in zip(first, second, strict=True):
            assert lateness(early, now) <= lateness(late, later)
            assert {step.role for step in early.steps if step.at <= now} <= {
                step.role for step in late.steps if step.at <= later
            }

    @settings(max_examples=120)
    @given(calendars, instants, st.integers(0, 3000), instants)
    def test_uses_a_limit_up_exactly_at_its_due(self, calendar, start, minutes, now):
        """Given a limit of working minutes, when one asks at any time, then as many have passed as the due says."""
        start, now = sorted((start, now))
        due_at = due(calendar, start, minutes)
        assert (elapsed(calendar, start, now) >= timedelta(minutes=minutes)) == (
            now >= due_at
        ) or minutes == 0
        assert next_opening(calendar, start) >= start
        later = now + timedelta(hours=7)
        assert elapsed(calendar, start, now) <= elapsed(calendar, start, later) <= later - start

    @settings(max_examples=120)
    @given(
        sets_of_commitments(clauses("coverage"), plain=True),
        facts(component=True),
        instants,
        instants,
    )
    def test_never_brings_a_cover_back(self, several, known, now, later):
        """Given a cover that ends with its days, when it is over at one request, then also at a later one."""
        now, later = sorted((now, later))
        dates = {event: at for event, at in known.dates.items() if event in ("invoiced", "accepted")}
        first, second = (
            decide(several, replace(known, dates={**dates, "requested": at}), CALENDARS, at).coverage
            for at in (now, later)
        )
        for early, late in zip(first, second, strict=True):
            began = early.begins is None or early.begins <= now.date()
            if late.in_warranty and began and late.clause == early.clause:
                assert early.in_warranty, (early, late)


def at_least_conditions() -> st.SearchStrategy[tuple[Condition, ...]]:
    """Conditions on the history that ask for so many times or days at least."""
    one = st.builds(
        Condition, fact=st.sampled_from(COUNTED), low=st.sampled_from([Decimal(n) for n in (1, 2, 3, 30)])
    )
    return st.lists(one, max_size=2, unique_by=lambda each: each.fact).map(tuple)


@st.composite
def remedies_from_a_number_on(draw: st.DrawFn):
    clause = draw(clauses("remedy"))
    return replace(clause, when=draw(at_least_conditions()))


plain_covers = clauses("coverage", flaws=False).map(lambda clause: replace(clause, when=()))


class TestMoreRepairs:
    @settings(max_examples=100)
    @given(
        sets_of_commitments(st.one_of(remedies_from_a_number_on(), plain_covers), plain=True),
        facts(component=True, warranty=(None,)),
        instants,
        st.lists(st.integers(0, 40), min_size=len(COUNTED), max_size=len(COUNTED)),
    )
    def test_never_lose_a_remedy_that_a_threshold_gave(self, several, known: Facts, now, more):
        history = {name: getattr(known, name) or 0 for name in COUNTED}
        fewer = replace(known, **history)
        further = replace(known, **{n: history[n] + extra for n, extra in zip(COUNTED, more, strict=True)})
        before, after = (decide(several, each, CALENDARS, now) for each in (fewer, further))
        assert list(lost_cover(after, before)) == []
        assert list(lost_remedies(after, before)) == []


class TestTheRequest:
    @settings(max_examples=60)
    @given(clauses("time", flaws=False), instants, st.timedeltas(timedelta(0), timedelta(days=40)))
    def test_of_somebody_who_calls_later_is_never_due_earlier(self, clause, start, later):
        assume(clause.limit.roll_forward != "holiday")
        calendar = ALL_CALENDARS[clause.calendar]
        first, second = (
            at_the_latest(limit_due(clause.limit, calendar, at)) for at in (start, start + later)
        )
        assert first <= second

    @settings(max_examples=60)
    @given(calendars, st.data())
    def test_on_a_date_is_due_no_earlier_than_at_its_first_instant(self, calendar, data):
        limit = data.draw(limits)
        day = data.draw(days_of_events)
        start = datetime(day.year, day.month, day.day, tzinfo=calendar.zone)
        assert limit_due(limit, calendar, start) >= start


def test_a_limit_is_never_negative():
    with pytest.raises(ValueError, match="cannot be negative"):
        Limit(amount=Decimal(-1), unit="hours")
    with pytest.raises(CalendarError):
        calendar_of({"name": "shut", "tz": "Asia/Shanghai", "weekly": {}, "observes_holidays": False}, None)

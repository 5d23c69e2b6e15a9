"""Versions of a commitment: what starts while one is in force stays decided by it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiannuo.rules import CommitmentInForce, Decision, Facts, decide
from jiannuo.rules.tests.building import (
    CALENDARS,
    OFFICE,
    approval,
    charge,
    commitment,
    cover,
    decided,
    hours,
    money,
    recurring,
    remedy,
    settlement,
    target,
    time_clause,
)
from jiannuo.rules.tests.case_strategies import CALENDARS as SEVERAL_CALENDARS
from jiannuo.rules.tests.case_strategies import days_of_events, facts, instants, sets_of_commitments
from jiannuo.rules.tests.clause_strategies import clauses

LAST = date(2026, 2, 28)
OUTCOMES = {
    "time": (time_clause(limit=hours(5, "days")), "requested", "obligations"),
    "kept": (time_clause("retain", hours(2, "years"), keeps=("record",)), "requested", "retentions"),
    "counted back": (time_clause(before="appointed", limit=hours(1, "days")), "requested", "obligations"),
    "coverage": (cover(), "invoiced", "coverage"),
    "charge": (charge("free"), "requested", "charges"),
    "remedy": (remedy("refund", days=(1, 900)), "sold", "remedies"),
    "recurring": (recurring((1, "months")), "accepted", "recurrences"),
    "target": (target(), "requested", "targets"),
    "approval": (approval(), "requested", "approvals"),
    "settlement": (settlement(), "completed", "settlements"),
}


def midday(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@pytest.mark.parametrize("kind", OUTCOMES)
@pytest.mark.parametrize(("after", "version"), [(-40, 1), (0, 1), (1, 2), (40, 2)])
def test_each_kind_of_clause_counts_in_the_version_of_its_start_event(kind, after, version):
    """Given a version in force to 28 February and its successor from 1 March, when the event falls before or after."""
    clause, event, name = OUTCOMES[kind]
    old = commitment(clause, version=1, valid_to=LAST)
    new = commitment(clause, version=2, valid_from=LAST + timedelta(days=1))
    day = LAST + timedelta(days=after)
    dates = {
        "requested": midday(LAST + timedelta(days=99)),
        "invoiced": date(2025, 5, 1),
        "appointed": LAST + timedelta(days=60),
        event: midday(day),
    }
    decision = decided(
        old, new, dates=dates, figures=money(satisfaction=96), now=midday(LAST + timedelta(days=100))
    )
    assert {one.version for one in getattr(decision, name) if one.clause} == {version}
    assert [loser.code for loser in decision.losers] == ["lost.not_in_force"]
    assert decision.losers[0].params["day"] == day.isoformat()


def told_apart(decision: Decision) -> list:
    """The outcomes of a decision without the argument."""
    several = (decision.coverage, decision.remedies, decision.recurrences, decision.retentions)
    return [*decision.obligations, *(replace(one, reasons=()) for each in several for one in each)]


@settings(max_examples=80)
@given(
    sets_of_commitments(
        clauses("time", "coverage", "remedy", "recurring", about_warranty=False), plain=True, most=1
    ),
    sets_of_commitments(clauses(), plain=True, most=1),
    facts(),
    instants,
)
def test_a_later_version_changes_nothing_that_has_begun_before(old, new, known: Facts, now):
    """Given events before a day and a decision on that day, when a version from the next day on is published."""
    now = now.replace(hour=4)
    day = now.date()
    moved = {
        event: min(at, midday(day) if isinstance(at, datetime) else day) for event, at in known.dates.items()
    }
    known = replace(known, dates={"requested": now, **moved})
    new = [replace(one, version=2, valid_from=day + timedelta(days=1)) for one in new]
    before = decide(old, known, SEVERAL_CALENDARS, now)
    assert told_apart(decide([*old, *new], known, SEVERAL_CALENDARS, now)) == told_apart(before)


@given(st.lists(days_of_events, min_size=1, max_size=4, unique=True), days_of_events)
def test_of_the_versions_in_force_the_newest_counts(begins, day):
    """Given versions that begin on some days and have no end, the one that began last before the event counts."""
    versions = [
        commitment(time_clause(), version=number, valid_from=first)
        for number, first in enumerate(sorted(begins), 1)
    ]
    decision = decide(versions, Facts(dates={"requested": midday(day)}), CALENDARS, midday(day))
    in_force = sum(first <= day for first in begins)
    assert [owed.version for owed in decision.obligations] == ([in_force] if in_force else [])
    assert len(decision.losers) == len(versions) - bool(in_force)


def test_the_day_of_an_event_is_that_of_the_calendar():
    """Given a version from 1 March on, when somebody calls at 01:00 of that day in Shanghai."""
    new = commitment(time_clause(calendar="office"), valid_from=date(2026, 3, 1))
    called = datetime(2026, 2, 28, 17, 0, tzinfo=UTC)
    for at, obligations in ((called, 1), (called - timedelta(hours=2), 0)):
        found = decide([new], Facts(dates={"requested": at}), {"office": OFFICE}, at)
        assert len(found.obligations) == obligations


@pytest.mark.parametrize(
    ("first", "last", "day", "valid"),
    [
        (None, None, date(1999, 1, 1), True),
        (date(2026, 1, 1), None, date(2026, 1, 1), True),
        (date(2026, 1, 1), None, date(2025, 12, 31), False),
        (None, date(2026, 1, 1), date(2026, 1, 1), True),
        (None, date(2026, 1, 1), date(2026, 1, 2), False),
    ],
)
def test_both_ends_of_validity_are_included(first, last, day, valid):
    assert CommitmentInForce(code="A", valid_from=first, valid_to=last).is_valid_on(day) is valid

"""Everything goes to JSON and comes back as it was."""

from __future__ import annotations

import json
import pickle

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiannuo.rules import (
    Calendar,
    CommitmentInForce,
    Decision,
    Engine,
    Facts,
    ObligationPlan,
    clause_from_json,
    clause_to_json,
    decide,
    read_facts,
)
from jiannuo.rules.tests.case_strategies import ALL_CALENDARS, CALENDARS, facts, instants, sets_of_commitments
from jiannuo.rules.tests.clause_strategies import MAKERS, clauses
from jiannuo.rules.tests.strategies import calendar_of, definitions


def sent(data: object) -> object:
    """What arrives when JSON is written and read."""
    return json.loads(json.dumps(data, ensure_ascii=False))


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=60)
@given(data=st.data())
def test_clauses(kind, data):
    clause = data.draw(clauses(kind))
    written = clause_to_json(clause)
    assert written["kind"] == kind
    assert clause_from_json(sent(written)) == clause


@settings(max_examples=60)
@given(sets_of_commitments())
def test_commitments(several):
    assert [CommitmentInForce.from_json(sent(one.to_json())) for one in several] == several


@given(facts())
def test_facts(known):
    assert Facts.from_json(sent(known.to_json())) == known
    dates = {
        event: at for event, at in known.dates.items() if event not in ("arrived", "completed", "accepted")
    }
    assert (
        read_facts(sent({**known.to_json(), "dates": Facts(dates=dates).to_json().get("dates", {})})).dates
        == dates
    )


@settings(max_examples=80)
@given(sets_of_commitments(), facts(), instants)
def test_decisions(several, known, now):
    for decision in (decide(several, known, CALENDARS, now), Engine(several, CALENDARS).decide(known, now)):
        back = Decision.from_json(sent(decision.to_json()))
        assert back == decision
        assert decision == back
        assert back.to_json() == decision.to_json()
        for owed in decision.obligations:
            assert ObligationPlan.from_json(sent(owed.to_json())) == owed


@settings(max_examples=40)
@given(sets_of_commitments(), facts(), instants)
def test_decisions_can_be_sent_to_another_process(several, known, now):
    decision = Engine(several, CALENDARS).decide(known, now)
    assert pickle.loads(pickle.dumps(decision)) == decision


@settings(max_examples=60)
@given(definitions())
def test_calendars(definition):
    calendar = calendar_of(*definition)
    assert Calendar.from_json(sent(calendar.to_json()), definition[1]) == calendar


def test_what_is_at_its_default_is_left_out():
    assert Facts().to_json() == {}
    assert Decision.from_json({"decided_at": "2026-03-02T01:00:00+00:00"}).to_json() == {
        "decided_at": "2026-03-02T01:00:00+00:00"
    }
    assert set(ALL_CALENDARS["24x7"].to_json()) == {"name", "tz", "weekly", "observes_holidays"}

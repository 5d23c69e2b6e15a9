"""An engine decides as the plain rules do, word for word, whatever it was asked before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jiannuo.rules import CommitmentInForce, Engine, Facts, bookindex, decide
from jiannuo.rules.tests.case_strategies import CALENDARS, facts, instants, rivals, sets_of_commitments
from jiannuo.rules.tests.clause_strategies import MAKERS, clauses

cases = st.lists(st.tuples(facts(), instants), min_size=2, max_size=5)


def agree(commitments: list[CommitmentInForce], several: list[tuple[Facts, object]]) -> None:
    engine = Engine(commitments, CALENDARS)
    for known, now in several:
        told, plain = engine.decide(known, now), decide(commitments, known, CALENDARS, now)
        assert told == plain
        assert told.to_json() == plain.to_json()


@settings(max_examples=80)
@given(sets_of_commitments(), cases)
def test_an_engine_gives_the_same_decision_with_its_reasons_and_losers(commitments, several):
    agree(commitments, several)


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=40)
@given(data=st.data())
def test_also_where_many_clauses_of_one_kind_meet(kind, data):
    """Cover comes with them, for much depends on the warranty."""
    kinds = (kind, kind, "coverage") if kind in ("charge", "remedy", "recurring") else (kind,)
    commitments = data.draw(sets_of_commitments(clauses(*kinds), most=4, most_clauses=9))
    agree(commitments, data.draw(cases))


@pytest.mark.parametrize("kind", ["time", "coverage", "charge", "remedy", "recurring"])
@settings(max_examples=120)
@given(data=st.data())
def test_also_where_promises_differ_in_a_figure_only(kind, data):
    """Here an engine leaves out what can never count; it must not leave out more."""
    agree(data.draw(rivals(kind)), data.draw(cases))


@settings(max_examples=25)
@given(sets_of_commitments(clauses("time", "coverage", "charge")), cases)
def test_an_engine_that_forgets_decides_no_differently(commitments, several):
    """Given an index that holds a single set of words, when cases with other words come in turn."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bookindex, "_MOST_PAGES", 1)
        agree(commitments, [*several, *several])


@settings(max_examples=40)
@given(sets_of_commitments(), facts(), instants)
def test_reasons_can_be_asked_for_in_any_order_and_again(commitments, known, now):
    engine = Engine(commitments, CALENDARS)
    told, plain = engine.decide(known, now), decide(commitments, known, CALENDARS, now)
    assert list(told.losers) == list(plain.losers)
    assert told.all_reasons == plain.all_reasons
    assert tuple(told.reasons[1:]) == tuple(plain.reasons)[1:]
    assert (len(told.reasons), repr(told.losers)) == (len(plain.reasons), repr(tuple(plain.losers)))

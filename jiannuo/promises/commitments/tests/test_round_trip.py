"""Clauses of the rules written as a pack, dumped as YAML, checked and read again are the same clauses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jiannuo.promises.commitments.packs import (
    check_pack,
    dump_pack,
    load_pack,
    pack_from_content,
    to_content,
    to_rules,
)
from jiannuo.rules import (
    PERIOD_UNITS,
    AnyClause,
    CommitmentInForce,
    Condition,
    CoverageClause,
    clause_to_json,
)
from jiannuo.rules.tests.case_strategies import CALENDARS, HOLIDAYS, ZONES
from jiannuo.rules.tests.clause_strategies import MAKERS, clauses

CODE = "round"
CANNOT_COME_TRUE = ("after the due instant", "never comes")
"""What the check may say of a single random clause: that it cannot come true, not that it cannot be read."""


def can_be_written(condition: Condition) -> bool:
    """A pack asks a fact in one way: for words, against words, for all of them, or for a range."""
    ways = (condition.any_of, condition.none_of, condition.all_of, condition.low or condition.high)
    return sum(bool(way) for way in ways) == 1


@st.composite
def writable(draw: st.DrawFn, *kinds: str) -> AnyClause:
    """A clause of such a form as a pack has."""
    clause = draw(clauses(*kinds, flaws=False))
    clause = replace(clause, when=tuple(filter(can_be_written, clause.when)))
    if isinstance(clause, CoverageClause):
        by_unit = {period.unit: period for period in clause.term.periods}
        ordered = tuple(by_unit[unit] for unit in reversed(PERIOD_UNITS) if unit in by_unit)
        clause = replace(clause, term=replace(clause.term, periods=ordered))
    return clause


def written(clause: AnyClause) -> dict[str, Any]:
    """A clause as a pack has it: conditions by fact, terms by unit, paths with strokes."""
    data = clause_to_json(clause)
    if "when" in data:
        data["when"] = {condition.fact: _match(condition) for condition in clause.when}
    for name in ("components", "besides"):
        if name in data:
            data[name] = ["/".join(path) for path in data[name]]
    if "term" in data:
        term = dict(data["term"])
        periods = term.pop("periods", [])
        data["term"] = {**term, **{period["unit"]: period["amount"] for period in periods}}
    return data


def _match(condition: Condition) -> Any:
    if condition.any_of:
        return list(condition.any_of)
    if condition.none_of:
        return {"none_of": list(condition.none_of)}
    if condition.all_of:
        return {"all_of": list(condition.all_of)}
    bounds = {"min": condition.low, "max": condition.high}
    return {name: str(bound) for name, bound in bounds.items() if bound is not None}


def pack_content(*several: AnyClause) -> dict[str, Any]:
    calendars = {}
    for name, calendar in CALENDARS.items():
        calendars[name] = {key: value for key, value in calendar.to_json().items() if key != "name"}
    return {
        "code": CODE,
        "name": "Round trip",
        "zones": {name: list(prefixes) for name, prefixes in ZONES.items()},
        "calendars": calendars,
        "clauses": [written(clause) for clause in several],
    }


def at_home(clause: AnyClause) -> AnyClause:
    """The clause with its calendar called as outside its pack."""
    name = getattr(clause, "calendar", "")
    return replace(clause, calendar=f"{CODE}/{name}") if name in CALENDARS else clause


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=12)
@given(data=st.data())
def test_a_clause_of_each_kind_comes_back_as_it_was_and_is_found_right(kind, data):
    clause = data.draw(writable(kind))
    pack = load_pack(dump_pack(pack_from_content(pack_content(clause))))
    assert pack == pack_from_content(pack_content(clause))
    assert to_rules(pack).commitment.clauses == (at_home(clause),)
    errors = [error for error in check_pack(pack) if error.severity == "error"]
    assert all(error.message.endswith(CANNOT_COME_TRUE) for error in errors), errors


@settings(max_examples=12)
@given(st.lists(writable(), min_size=2, max_size=6), st.booleans())
def test_a_whole_pack_comes_back_with_its_calendars_zones_and_validity(several, is_floor):
    several = [replace(clause, id=f"{clause.kind}-{place}") for place, clause in enumerate(several)]
    content = {**pack_content(*several), "floor": is_floor, "kind": "statute", "valid_from": "2026-01-01"}
    pack = load_pack(dump_pack(pack_from_content(content)))
    rules = to_rules(pack, version=3, holidays=HOLIDAYS)
    assert rules.commitment.clauses == tuple(map(at_home, several))
    assert (rules.commitment.zones, rules.commitment.floor) == (ZONES, is_floor)
    assert rules.commitment.valid_from.isoformat() == "2026-01-01"
    assert rules.calendars == {
        f"{CODE}/{name}": replace(calendar, name=f"{CODE}/{name}") for name, calendar in CALENDARS.items()
    }
    kept = {key: value for key, value in to_content(pack).items() if key not in ("calendars", "labels")}
    assert CommitmentInForce.from_json(kept).clauses == tuple(several)


@settings(max_examples=12)
@given(writable("time", "charge", "remedy", "recurring", "target", "approval", "settlement"))
def test_a_figure_to_be_verified_stays_off_until_somebody_confirms_it(clause):
    pack = load_pack(dump_pack(pack_from_content(pack_content(replace(clause, verify=True)))))
    assert [one.verify for one in to_rules(pack).commitment.clauses] == [True]
    assert to_rules(pack, confirmed=[clause.id]).commitment.clauses == (at_home(clause),)


@settings(max_examples=12)
@given(writable(), st.sampled_from(("kind", "id", "text", "source")))
def test_what_every_clause_needs_is_asked_for_by_name(clause, name):
    content = pack_content(clause)
    assume(name in content["clauses"][0])
    del content["clauses"][0][name]
    with pytest.raises(ValueError, match=name if name != "kind" else "discriminator"):
        pack_from_content(content)

"""Every reason names the clause and the source; what lost is really not better, and lost for what is said."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from hypothesis import given, settings

from jiannuo.rules import (
    REASON_TEMPLATES,
    AnyClause,
    CommitmentInForce,
    CoverageClause,
    Decision,
    Reason,
    decide,
    in_english,
)
from jiannuo.rules.matching import answer
from jiannuo.rules.tests.case_strategies import (
    ALL_CALENDARS,
    CALENDARS,
    facts,
    instants,
    sets_of_commitments,
)
from jiannuo.rules.tests.clause_strategies import clauses
from jiannuo.rules.tests.favour import worse

NOTHING_INCLUDES_IT = "coverage.item_excluded"


def cited(
    reason: Reason, commitments: Sequence[CommitmentInForce]
) -> list[tuple[CommitmentInForce, AnyClause]]:
    """The commitments and the clause that a reason names; several versions may have such a clause."""
    return [
        (one, clause)
        for one in commitments
        for clause in one.clauses
        if (one.code, clause.id, clause.source) == (reason.commitment, reason.clause, reason.source)
    ]


def told(decision: Decision) -> list[Reason]:
    return [*decision.all_reasons, *decision.losers]


@settings(max_examples=100)
@given(sets_of_commitments(), facts(), instants)
def test_every_reason_names_its_clause_and_its_source_in_a_sentence(several, known, now):
    for reason in told(decide(several, known, CALENDARS, now)):
        sentence = in_english(reason)
        assert sentence.endswith(".")
        assert "{" not in sentence
        assert "None" not in sentence.removeprefix("None of the events").replace("none of the events", "")
        if reason.code != NOTHING_INCLUDES_IT:
            assert cited(reason, several)
            assert reason.params["clause"] == reason.clause


@settings(max_examples=100)
@given(sets_of_commitments(), facts(), instants)
def test_every_outcome_says_why_and_cites_the_clause_that_it_names(several, known, now):
    decision = decide(several, known, CALENDARS, now)
    for name in ("coverage", "charges", "remedies", "recurrences", "targets", "approvals", "settlements"):
        for one in getattr(decision, name):
            assert one.reasons
            cites = {(reason.commitment, reason.clause) for reason in one.reasons}
            # What recurs may be chosen for another clause of the same commitment, which is then cited beside it.
            assert (one.commitment, one.clause) in cites
    for owed in decision.obligations:
        chosen = [
            one
            for one in decision.reasons
            if one.code == "time.chosen" and one.params["metric"] == owed.metric
        ]
        assert [(one.commitment, one.clause) for one in chosen] == [(owed.commitment, owed.clause)]


@settings(max_examples=80)
@given(sets_of_commitments(), facts(), instants)
def test_what_lost_lost_for_the_reason_that_is_told(several, known, now):
    decision = decide(several, known, CALENDARS, now)
    exclusive = {one.code for one in several if one.exclusive}
    for loser in decision.losers:
        clauses_cited = [clause for _, clause in cited(loser, several)]
        versions = [one for one in several if one.code == loser.commitment]
        if loser.code == "lost.unverified":
            assert any(clause.verify for clause in clauses_cited)
        elif loser.code == "lost.calendar_missing":
            assert loser.params["calendar"] in {getattr(clause, "calendar", "") for clause in clauses_cited}
            assert loser.params["calendar"] not in ALL_CALENDARS
        elif loser.code == "lost.exclusive":
            assert loser.params["winner"] in exclusive
            assert not all(one.exclusive or one.floor for one in versions)
        elif loser.code == "lost.newer_version":
            assert max(one.version for one in versions) > int(loser.params["version"])
        elif loser.code == "lost.not_in_force":
            day = date.fromisoformat(loser.params["day"])
            assert not all(one.is_valid_on(day) for one in versions)


@settings(max_examples=80)
@given(sets_of_commitments(plain=True), facts(), instants)
def test_a_fact_that_kept_a_clause_out_is_really_not_known(several, known, now):
    decision = decide(several, known, CALENDARS, now)
    for loser in decision.losers:
        if loser.code != "lost.fact_missing":
            continue
        ((commitment, clause),) = cited(loser, several)
        fact = loser.params["fact"]
        if fact == "in_warranty":
            assert known.in_warranty is None
        elif fact.startswith(("figures.", "amounts.")):
            group, name = fact.split(".")
            assert name not in getattr(known, group)
        else:
            unknown = [one for one in clause.when if answer(one, known, commitment.zones) == "unknown"]
            assert fact in {one.fact for one in unknown}


@settings(max_examples=100)
@given(
    sets_of_commitments(
        clauses("time", "coverage", "remedy", "recurring", about_warranty=False), plain=True, most=4
    ),
    facts(component=True, warranty=(None,)),
    instants,
)
def test_what_promises_less_is_really_not_better(several, known, now):
    """Given a decision, when a clause that lost is asked alone, then it gives nothing more."""
    decision = decide(several, known, CALENDARS, now)
    for loser in decision.losers:
        if loser.code == "lost.less_favourable":
            ((commitment, clause),) = cited(loser, several)
            if isinstance(
                clause, CoverageClause
            ):  # for other items a closer clause of its commitment may speak
                clause = replace(clause, includes=(loser.params["subject"].rpartition(": ")[2],))
            alone = [replace(commitment, clauses=(clause,))]
            assert worse(decision, decide(alone, known, CALENDARS, now), several, charges=False) == []


def test_every_sentence_has_only_parameters_that_are_words():
    for code, template in REASON_TEMPLATES.items():
        names = [name for _, name, _, _ in string.Formatter().parse(template) if name is not None]
        assert all(name.isidentifier() for name in names), code
        assert template.endswith(".")

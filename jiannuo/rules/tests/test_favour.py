"""Which promise counts: the most favourable, never below the law, and alone what is exclusive."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from jiannuo.rules import AnyClause, CommitmentInForce, Decision, Facts, decide
from jiannuo.rules.tests.case_strategies import CALENDARS, commitments, facts, instants, sets_of_commitments
from jiannuo.rules.tests.clause_strategies import clauses
from jiannuo.rules.tests.favour import worse

OUTCOMES = (
    "coverage",
    "obligations",
    "charges",
    "remedies",
    "recurrences",
    "targets",
    "approvals",
    "settlements",
)
untold = facts(component=True, warranty=(None,))
"""Cases about one component of which nobody says whether it is in warranty."""
told = facts(component=True, warranty=(True, False))
"""Cases about one component whose side of the warranty is known, so that the same charges speak in every decision."""
outside = facts(component=True, warranty=(False,))
"""Cases out of warranty, where no cover pays instead of a charge."""
unconditional = clauses(about_warranty=False)


def outcomes(decision: Decision, *names: str) -> dict[str, list]:
    """What a decision says, in no particular order and without the argument."""
    return {
        name: sorted(
            (replace(one, reasons=()) if hasattr(one, "reasons") else one for one in getattr(decision, name)),
            key=repr,
        )
        for name in names or OUTCOMES
    }


class TestTheMostFavourable:
    @settings(max_examples=120)
    @given(sets_of_commitments(unconditional, plain=True, most=4), untold, instants)
    def test_several_commitments_give_no_less_than_each_of_them_alone(self, several, known, now):
        decision = decide(several, known, CALENDARS, now)
        for one in several:
            assert worse(decision, decide([one], known, CALENDARS, now), several, charges=False) == []

    @settings(max_examples=120)
    @given(sets_of_commitments(clauses("charge", "charge", "coverage")), told, instants)
    def test_and_ask_no_more_for_anything(self, several, known, now):
        several = [replace(one, exclusive=False, floor=False) for one in several if one.version == 1]
        decision = decide(several, known, CALENDARS, now)
        for one in several:
            assert worse(decision, decide([one], known, CALENDARS, now), several) == []

    @settings(max_examples=60)
    @given(
        sets_of_commitments(
            clauses("target", "approval", "settlement", about_warranty=False), plain=True, most=4
        ),
        facts(),
        instants,
    )
    def test_targets_approvals_and_settlements_add_up(self, several, known, now):
        """Here nothing is chosen by favour: each commitment speaks as it does alone."""
        names = ("targets", "approvals", "settlements")
        alone = [decide([one], known, CALENDARS, now) for one in several]
        for name in names:
            together = outcomes(decide(several, known, CALENDARS, now), name)[name]
            assert together == sorted((o for one in alone for o in outcomes(one, name)[name]), key=repr)


class TestTheOrderDoesNotMatter:
    @settings(max_examples=80)
    @given(sets_of_commitments(), facts(), instants, st.randoms(use_true_random=False))
    def test_of_commitments(self, several, known, now, random):
        shuffled = random.sample(several, len(several))
        assert decide(shuffled, known, CALENDARS, now) == decide(several, known, CALENDARS, now)

    @settings(max_examples=80)
    @given(sets_of_commitments(most_clauses=9), facts(), instants, st.randoms(use_true_random=False))
    def test_of_clauses(self, several, known, now, random):
        shuffled = [
            replace(one, clauses=tuple(random.sample(one.clauses, len(one.clauses)))) for one in several
        ]
        decision, other = (decide(each, known, CALENDARS, now) for each in (several, shuffled))
        assert outcomes(decision) == outcomes(other)
        for name in ("reasons", "losers"):
            texts = [sorted(map(repr, getattr(each, name))) for each in (decision, other)]
            assert texts[0] == texts[1]


def floors(of: st.SearchStrategy[AnyClause] = unconditional) -> st.SearchStrategy[CommitmentInForce]:
    """Commitments of the law, below which nothing may go."""
    return commitments("LAW", of, plain=True).map(lambda law: replace(law, kind="statute", floor=True))


class TestTheLaw:
    @settings(max_examples=120)
    @given(floors(), sets_of_commitments(unconditional), untold, instants)
    def test_no_contract_gives_less_than_the_law_not_even_an_exclusive_one(self, law, others, known, now):
        others = [replace(others[0], exclusive=True), *others[1:]]
        decision = decide([law, *others], known, CALENDARS, now)
        alone = decide([law], known, CALENDARS, now)
        assert worse(decision, alone, [law, *others], charges=False) == []

    @settings(max_examples=80)
    @given(
        floors(clauses("charge", "charge", "coverage")),
        sets_of_commitments(clauses("charge", "coverage")),
        told,
        instants,
    )
    def test_nor_asks_more(self, law, others, known, now):
        others = [replace(others[0], exclusive=True), *others[1:]]
        decision = decide([law, *others], known, CALENDARS, now)
        assert worse(decision, decide([law], known, CALENDARS, now), [law, *others]) == []

    @settings(max_examples=60)
    @given(floors(), sets_of_commitments(clauses("target", "approval", "settlement")), facts(), instants)
    def test_nor_does_one_silence_what_the_law_says_of_consent_and_pay(self, law, others, known, now):
        others = [replace(one, exclusive=True) for one in others]
        for name in ("targets", "approvals", "settlements"):
            alone = outcomes(decide([law], known, CALENDARS, now), name)[name]
            together = outcomes(decide([law, *others], known, CALENDARS, now), name)[name]
            assert all(one in together for one in alone)


ending = st.one_of(
    clauses("time", "coverage", "charge", about_warranty=False),
    clauses("remedy", about_warranty=False, while_covered=False),
    clauses("recurring", about_warranty=False, while_covered=False),
)
"""Clauses that say nothing different because another commitment covers more or less."""


class TestAnExclusiveContract:
    """Given an exclusive contract and other commitments, none of them law."""

    @settings(max_examples=150)
    @given(commitments("X", ending, plain=True), sets_of_commitments(ending, plain=True), outside, instants)
    def test_counts_where_it_speaks_and_nowhere_else(self, contract, others, known, now):
        contract = replace(contract, exclusive=True, kind="contract")
        together = decide([contract, *others], known, CALENDARS, now)
        mine, theirs = (decide(each, known, CALENDARS, now) for each in ([contract], others))
        for name, subject in SUBJECTS.items():
            expected = spoken(mine, name, subject)
            expected = {**spoken(theirs, name, subject), **expected}
            assert spoken(together, name, subject) == expected, name

    @settings(max_examples=80)
    @given(
        commitments("X", clauses("target", "approval", "settlement"), plain=True),
        sets_of_commitments(clauses("target", "approval", "settlement"), plain=True),
        facts(),
        instants,
    )
    def test_silences_targets_consents_and_pay_about_the_same(self, contract, others, known, now):
        contract = replace(contract, exclusive=True)
        together, mine, theirs = (
            decide(each, known, CALENDARS, now) for each in ([contract, *others], [contract], others)
        )
        for name, is_same in SAME.items():
            own = getattr(mine, name)
            heard = [one for one in getattr(theirs, name) if not any(is_same(one, x) for x in own)]
            expected = sorted((replace(one, reasons=()) for one in (*own, *heard)), key=repr)
            assert outcomes(together, name)[name] == expected


SUBJECTS = {
    "obligations": lambda one: one.metric,
    "coverage": lambda one: (one.component, one.item),
    "charges": lambda one: (one.component, one.item),
    "remedies": lambda one: one.remedy,
}
SAME = {
    "targets": lambda one, other: (
        (one.measure, one.whom, one.over) == (other.measure, other.whom, other.over)
    ),
    "approvals": lambda one, other: one.subject == other.subject,
    "settlements": lambda one, other: one.payee == other.payee and bool(set(one.items) & set(other.items)),
}


def spoken(decision: Decision, name: str, subject) -> dict:
    """What a decision says by subject; cover that no clause speaks of is not said."""
    return {subject(one): one for one in outcomes(decision, name)[name] if name != "coverage" or one.clause}


class TestAnExclusiveContractAndWhatComesAgain:
    @settings(max_examples=60)
    @given(
        commitments("X", clauses("recurring", about_warranty=False, while_covered=False), plain=True, most=3),
        sets_of_commitments(
            clauses("recurring", about_warranty=False, while_covered=False), plain=True, most_clauses=3
        ),
        facts(),
        instants,
    )
    def test_all_its_clauses_about_an_action_count_and_no_others(self, contract, others, known: Facts, now):
        contract = replace(contract, exclusive=True)
        together, mine, theirs = (
            decide(each, known, CALENDARS, now) for each in ([contract, *others], [contract], others)
        )
        bare = {
            (one.code, clause.id): bool(clause.offsets)
            for one in (contract, *others)
            for clause in one.clauses
        }
        spoken_of = {(one.action, bare[one.commitment, one.clause]) for one in mine.recurrences}
        others_left = [
            one
            for one in theirs.recurrences
            if (one.action, bare[one.commitment, one.clause]) not in spoken_of
        ]
        expected = sorted((replace(one, reasons=()) for one in (*mine.recurrences, *others_left)), key=repr)
        assert outcomes(together, "recurrences")["recurrences"] == expected

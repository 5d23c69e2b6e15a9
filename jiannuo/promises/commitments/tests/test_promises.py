"""Every promise of the packs decides what its document says: the cases of ``packs/cases``."""

from __future__ import annotations

from collections import Counter

import pytest

from jiannuo.promises.commitments.tests.promise_cases import (
    PACKS,
    CaseError,
    decided,
    differences,
    pack_files,
    read_case,
    read_cases,
)

FEWEST = 3
CASES = [case for file in sorted((PACKS / "cases").glob("*.yaml")) for case in read_cases(file)]


@pytest.mark.parametrize("case", CASES, ids=[f"{case.code} {case.name}" for case in CASES])
def test_a_promise_decides_what_its_document_says(case):
    assert differences(case) == []


def test_every_pack_has_at_least_three_cases():
    counted = Counter(case.code for case in CASES)
    assert {code: counted[code] for code in pack_files() if counted[code] < FEWEST} == {}


def test_every_promise_of_the_sources_has_a_pack():
    wanted = {f"P{number:02d}" for number in range(1, 56)}
    assert sorted(wanted - set(pack_files())) == []


GOOD = {"name": "two hours", "given": {"dates": {"requested": "2026-03-02T09:00+08:00"}}, "then": {"due": {}}}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"than": {}}, "unknown key 'than': did you mean 'then'"),
        ({"then": {}}, "'then' is missing or empty"),
        ({"then": {"dues": {}}}, "unknown key 'dues': did you mean 'due'"),
    ],
)
def test_a_case_that_is_not_written_right_is_refused(change, message):
    with pytest.raises(CaseError, match=message):
        read_case("P12", {**GOOD, **change}, "p12.yaml")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"given": {"produkt": "x"}}, "unknown key 'produkt': did you mean 'product'"),
        ({"given": {"dates": {"request": "2026-03-02T09:00+08:00"}}}, "did you mean 'requested'"),
        ({"given": {"dates": {"sold": "2026-03-02"}}}, "give the instant of the decision"),
        ({"given": {"dates": {"requested": "2026-03-02T09:00"}}}, "no time zone"),
        ({"parameters": {"warranty_month": 1}}, "did you mean 'warranty_months'"),
        ({"confirmed": ["respons"]}, "unknown key 'respons'"),
        ({"then": {"due": {"respons": None}}}, "did you mean 'response'"),
        ({"then": {"cover": {"parts": {"cover": True}}}}, "did you mean 'covered'"),
        ({"then": {"remedies": ["refunds"]}}, "did you mean 'refund'"),
    ],
)
def test_names_that_a_case_gets_wrong_are_corrected(change, message):
    with pytest.raises(CaseError, match=message):
        differences(read_case("P12", {**GOOD, **change}, "p12.yaml"))


def test_a_case_that_differs_says_what_was_decided():
    case = read_case(
        "P12",
        {
            **GOOD,
            "given": {**GOOD["given"], "product": "machinery/equipment", "request_kind": "repair"},
            "then": {"due": {"response": "2026-03-02T11:00+08:00", "arrival": "2026-03-02T22:00+08:00"}},
        },
        "p12.yaml",
    )
    assert decided(case).decision.obligation("response")
    assert differences(case) == [
        "due.arrival: expected '2026-03-02T22:00:00+08:00', decided '2026-03-02T21:00:00+08:00'"
    ]

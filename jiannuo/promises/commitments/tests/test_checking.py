"""What ``packs check`` finds in clauses of every kind: each with line, clause and mend."""

from __future__ import annotations

import pytest

from jiannuo.promises.commitments.packs import check_pack, load_pack

HEAD = """\
code: T
name: test
parameters:
  limit: {label: limit, value: 3}
clauses:
"""


def clause(kind: str, clause_id: str = "", **fields: str) -> str:
    """A clause as YAML; ``fields`` are written as they are."""
    lines = [
        f"  - id: {clause_id or kind}",
        f"    kind: {kind}",
        "    text: words",
        '    source: {document: Letter, article: "1"}',
        *(f"    {key}: {value}" for key, value in fields.items()),
    ]
    return "\n".join(lines) + "\n"


def found(*clauses: str, head: str = HEAD, floors=(), **more) -> list[tuple[str, str, str]]:
    """Severity, clause and message of everything that the check finds; each with line and mend."""
    errors = check_pack(load_pack(head + "".join(clauses)), floors, **more)
    assert all(error.line and error.mend for error in errors)
    return [(error.severity, error.clause, error.message) for error in errors]


LABOUR = {"items": "[labour]", "basis": "fixed", "amount": "50"}
REFUND = {
    "offers": "[refund]",
    "window": "{begins: {events: [sold]}, to_day: 7}",
    "price": "{rule: invoice}",
}
VISIT = {"action": "visit", "begins": "{events: [accepted]}", "every": "{amount: 6, unit: months}"}
SCORE = {"measure": "satisfaction", "comparison": "at_least", "value": "98"}
CONSENT = {"subject": "cost", "approvers": "[general_manager]", "above": "1000"}
FEE = {"payee": "dealer", "basis": "fixed", "amount": "60"}
GOOD = {
    "charge": LABOUR,
    "remedy": REFUND,
    "recurring": VISIT,
    "target": SCORE,
    "approval": CONSENT,
    "settlement": FEE,
}


@pytest.mark.parametrize(("kind", "fields"), GOOD.items())
def test_a_clause_without_fault_passes(kind, fields):
    assert found(clause(kind, **fields)) == []


@pytest.mark.parametrize(
    ("kind", "first", "second", "severity"),
    [
        ("charge", LABOUR, {**LABOUR, "amount": "60"}, "error"),
        ("charge", {**LABOUR, "applies": "always"}, {**LABOUR, "amount": "60"}, "error"),
        ("target", SCORE, {**SCORE, "value": "95"}, "error"),
        ("approval", CONSENT, {**CONSENT, "approvers": "[owner]"}, "error"),
        ("settlement", FEE, {**FEE, "amount": "70"}, "warning"),
        ("recurring", VISIT, {**VISIT, "every": "{amount: 1, unit: years}"}, "warning"),
    ],
)
def test_two_clauses_about_one_case_need_an_order(kind, first, second, severity):
    result = found(clause(kind, "one", **first), clause(kind, "two", **second))
    assert result == [(severity, "two", "speaks of the same case as 'one' with no order between")]
    told_apart = {**second, "when": "{severity: major}"}
    assert found(clause(kind, "one", **first), clause(kind, "two", **told_apart)) == []


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({**LABOUR, "applies": "in_warranty"}, []),
        ({**LABOUR, "components": "[board]"}, []),
        ({**LABOUR, "items": "[travel, labour]"}, ["error"]),
    ],
)
def test_charges_of_other_items_components_and_sides_do_not_meet(second, expected):
    result = found(clause("charge", "one", **LABOUR), clause("charge", "two", **second))
    assert [severity for severity, _, _ in result] == expected


WINDOW = "{begins: {events: [sold]}, from_day: %s, to_day: %s}"


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        ({"window": WINDOW % (8, 15)}, []),
        (
            {"window": WINDOW % (5, 15), "bearer": "customer"},
            [("error", "offers refund on days 5 to 7 as 'one' does")],
        ),
        ({"window": WINDOW % (1, 15)}, [("warning", "offers refund on days 1 to 7 as 'one' does")]),
        ({"price": "{rule: share, rate: 2}"}, [("warning", "offers refund on days 1 to 7 as 'one' does")]),
        ({"window": "{begins: {events: [delivered]}, to_day: 7}"}, []),
        ({"offers": "[exchange]"}, []),
        ({"when": "{symptom: performance_fault}"}, []),
        (
            {
                "window": "{begins: {events: [sold]}, within: {amount: 1, unit: weeks}, counts_start_day: false}"
            },
            [("warning", "offers refund on days 1 to 7 as 'one' does")],
        ),
    ],
)
def test_windows_of_one_remedy_do_not_overlap(second, expected):
    result = found(clause("remedy", "one", **REFUND), clause("remedy", "two", **{**REFUND, **second}))
    assert [(severity, message) for severity, _, message in result] == expected


def test_a_remedy_without_window_is_open_every_day():
    always = {key: value for key, value in REFUND.items() if key != "window"} | {"bearer": "customer"}
    result = found(clause("remedy", "one", **always), clause("remedy", "two", **REFUND))
    assert [message for _, _, message in result] == ["offers refund on days 1 to 7 as 'one' does"]
    both = found(clause("remedy", "one", **always), clause("remedy", "two", **always))
    assert [message for _, _, message in both] == ["offers refund from day 1 on as 'one' does"]


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("charge", {"items": "[labour]", "basis": "fixed"}, "a fixed charge needs an amount"),
        ("charge", {"items": "[labour]", "basis": "discount"}, "a discount needs a rate, such as 0.8"),
        ("remedy", {**REFUND, "price": "{rule: depreciated}"}, "the price rule depreciated needs a rate"),
        ("remedy", {**REFUND, "window": WINDOW % (9, 8)}, "the window from day 9 to day 8 is empty"),
        ("target", {**SCORE, "comparison": "between"}, "a target between two figures needs an upper one"),
        ("settlement", {"payee": "dealer", "basis": "fixed"}, "a fixed settlement needs an amount or tiers"),
        ("recurring", {**VISIT, "times": "0"}, "something that recurs happens at least once"),
        ("recurring", {**VISIT, "times": "1.5"}, "cannot read 1.5 as int"),
        ("recurring", {**VISIT, "lasts": "{amount: 5, unit: months}"}, "visit never comes"),
        ("recurring", {**VISIT, "count": "0"}, "visit never comes"),
        (
            "recurring",
            {**VISIT, "warn": "{anchor: start, amount: 9000, unit: hours}"},
            "the warning comes after the due instant",
        ),
        (
            "recurring",
            {**VISIT, "ladder": "[{at: {amount: 9000, unit: hours}, role: manager}]"},
            "an escalation comes after the due instant",
        ),
        (
            "recurring",
            {
                "action": "visit",
                "begins": "{events: [accepted]}",
                "seasons": "[{begins: 11-15, ends: 02-28}, {begins: 02-01, ends: 03-15}]",
            },
            "seasons overlap",
        ),
        (
            "target",
            {**SCORE, "steps": "[{low: 98, points: 10}, {low: 90, high: 95, points: 5}]"},
            "no step holds from 95 to 98",
        ),
        (
            "target",
            {**SCORE, "steps": "[{high: 91, points: 0}, {low: 90, points: 5}]"},
            "the steps from below and from 90 overlap",
        ),
        (
            "target",
            {**SCORE, "steps": "[{low: 95, high: 95, points: 0}]"},
            "the step from 95 to 95 is empty",
        ),
        (
            "settlement",
            {"payee": "dealer", "basis": "fixed", "tiers": "[{high: 100, amount: 5}, {low: 101, amount: 6}]"},
            "no step holds from 100 to 101",
        ),
        ("charge", {**LABOUR, "amount": '"{limmit}"'}, "unknown parameter 'limmit'"),
        ("charge", {**LABOUR, "when": '{division: ["99"]}'}, "unknown division code '99'"),
    ],
)
def test_a_clause_that_cannot_come_true_is_an_error(kind, fields, message):
    (one,) = found(clause(kind, **fields))
    assert one[:2] == ("error", kind)
    assert message in one[2]


def test_grades_are_tiers_of_their_own():
    tiers = "[{grade: A, low: 0, high: 10, amount: 5}, {grade: B, low: 0, amount: 4}, {grade: A, low: 10, amount: 6}]"
    assert found(clause("settlement", payee="dealer", basis="fixed", tiers=tiers)) == []


def test_parameters_that_refer_to_each_other_have_no_value():
    circle = HEAD.replace(
        "  limit: {label: limit, value: 3}",
        '  limit: {label: limit, value: "{other}"}\n  other: {label: other, value: "{limit}"}',
    )
    messages = [message for _, _, message in found(clause("charge", **LABOUR), head=circle)]
    assert messages == [
        "parameters refer to each other: limit → other → limit",
        "parameters refer to each other: other → limit → other",
    ]
    nobody = HEAD.replace("value: 3", 'value: "{other}"')
    assert found(clause("charge", **LABOUR), head=nobody)[0][2] == "unknown parameter 'other'"
    chain = HEAD.replace("value: 3}", 'value: "{other}"}\n  other: {label: other, value: 7}')
    assert found(clause("charge", **{**LABOUR, "amount": '"{limit}"'}), head=chain) == []


@pytest.mark.parametrize(
    ("code", "severity"),
    [
        ("31", None),
        ("310115", None),
        ("3", "error"),
        ("310", "error"),
        ("990000", "error"),
        ("310199", "warning"),
    ],
)
def test_divisions_have_the_shape_of_a_code_and_are_among_those_loaded(code, severity):
    head = HEAD.replace("clauses:", f'zones:\n  near: ["{code}"]\nclauses:')
    result = found(clause("charge", **LABOUR), head=head, divisions={"31", "310115"})
    assert [one[0] for one in result] == ([severity] if severity else [])
    without_table = found(clause("charge", **LABOUR), head=head)
    assert [one[0] for one in without_table] == (["error"] if severity == "error" else [])


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        ("compressor", []),
        ("compressor/valve", []),
        ("rest", []),
        ("compresor", [("error", "unknown component 'compresor'")]),
        ("refrigerant", [("warning", "unknown component 'refrigerant'")]),
    ],
)
def test_components_that_the_pack_does_not_name(component, expected):
    head = HEAD.replace("parameters:", "components: [compressor]\nparameters:")
    cover = clause(
        "coverage",
        components="[compressor]",
        term="{years: 1}",
        begins="{events: [sold]}",
        includes="[parts]",
    )
    charge = clause("charge", **LABOUR, components=f"[{component}]")
    assert [(severity, message) for severity, _, message in found(cover, charge, head=head)] == expected


LAW = HEAD.replace("code: T", "code: LAW\nfloor: true\nkind: statute")


@pytest.mark.parametrize(
    ("kind", "mine", "law", "is_less"),
    [
        ("remedy", {"window": WINDOW % (1, 5)}, REFUND, True),
        ("remedy", {"window": WINDOW % (1, 8)}, REFUND, False),
        ("remedy", {"bearer": "customer"}, REFUND, True),
        ("remedy", {"window": WINDOW % (8, 9)}, REFUND, False),
        ("remedy", {"offers": "[exchange]", "window": WINDOW % (1, 5)}, REFUND, False),
        ("remedy", {"window": "{begins: {events: [delivered]}, to_day: 5}"}, REFUND, False),
        ("remedy", {"window": WINDOW % (1, 5), "when": "{severity: minor}"}, REFUND, False),
        ("recurring", {"every": "{amount: 7, unit: months}"}, VISIT, True),
        ("recurring", {"every": "{amount: 1, unit: quarters}"}, VISIT, False),
        ("recurring", {"count": "2"}, VISIT, True),
        ("recurring", {"action": "training", "count": "2"}, VISIT, False),
    ],
)
def test_no_promise_is_below_the_law(kind, mine, law, is_less):
    floor = load_pack(LAW + clause(kind, **law))
    result = found(clause(kind, **{**law, **mine}), floors=[floor])
    assert [(severity, one) for severity, one, _ in result] == ([("error", kind)] if is_less else [])


def test_a_number_of_a_parameter_is_a_number():
    from jiannuo.promises.commitments.packs import to_content

    pack = load_pack(HEAD + clause("charge", **{**LABOUR, "amount": '"{limit}"'}))
    assert to_content(pack)["clauses"][0]["amount"] == 3
    assert to_content(pack, parameters={"limit": "2.50"})["clauses"][0]["amount"] == 2.5
    with pytest.raises(ValueError, match="the parameter 'limit' needs a number, not 'two'"):
        to_content(pack, parameters={"limit": "two"})

"""A pack goes through the forms and comes back as it was."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import QueryDict

from jiannuo.promises.commitments import packs
from jiannuo.promises.commitments.drafts import read_pack
from jiannuo.promises.commitments.editing.dictionary import Dictionary
from jiannuo.promises.commitments.editing.nodes import Node, Surroundings, nodes_of
from jiannuo.promises.commitments.editing.shapes import CLAUSE_PARTS, shape_of
from jiannuo.promises.commitments.editing.typed import typed_in
from jiannuo.promises.commitments.packs import schema

PACKS = sorted((Path(__file__).resolve().parents[4] / "packs").glob("s*/*.yaml"))
HEAD = [name for name in schema.Pack.model_fields if name not in ("clauses", "kind")] + ["kind"]


def posted(nodes: list[Node]) -> QueryDict:
    """What a browser sends when nobody touches the form."""
    data = QueryDict(mutable=True)
    for node in nodes:
        _post(node, data)
    return data


def _post(node: Node, data: QueryDict) -> None:
    for inner in [*node.nodes, *(one for row in node.rows for one in row)]:
        _post(inner, data)
    if node.nodes or node.kind in ("parts", "named", "table", "lists", "texts", "when", "week"):
        return
    if node.kind == "choices":
        data.setlist(node.name, list(node.value))
    elif node.kind == "flag":
        if node.value:
            data[node.name] = "on"
    else:
        data[node.name] = str(node.value)


@pytest.mark.parametrize("path", PACKS, ids=lambda path: path.stem)
def test_a_pack_that_is_opened_and_saved_untouched_stays_the_same(path):
    pack = packs.load_pack(path)
    content = pack.content()

    again = typed_in(
        schema.Pack, posted(nodes_of(schema.Pack, content, Surroundings(), only=HEAD)), only=HEAD
    )
    again["clauses"] = []
    for clause in content["clauses"]:
        part = CLAUSE_PARTS[clause["kind"]]
        typed = posted(nodes_of(part, clause, Surroundings()))
        again["clauses"].append({"kind": clause["kind"], **typed_in(part, typed, before=clause)})

    assert packs.pack_from_content(again).content() == content


def test_a_mistake_is_shown_at_its_field_with_its_mend_and_what_was_typed_stays(db):
    clause = {
        "kind": "time",
        "id": "arrive",
        "text": "两小时到场",
        "source": {"document": "承诺书"},
        "metric": "arival",
        "limit": {"amount": "zwei", "unit": "hours"},
        "warn": {"fraction": "0.5", "amount": "30"},
    }
    _pack, found = read_pack({"code": "T1", "name": "T", "clauses": [clause]})
    around = Surroundings(mistakes=found)

    fields = {node.name: node for node in nodes_of(CLAUSE_PARTS["time"], clause, around, ("clauses", 0))}

    assert "arrival" in fields["metric"].mistakes[0].mend
    assert ("arival", "arival") in fields["metric"].choices
    amount = next(node for node in fields["limit"].nodes if node.name == "limit.amount")
    assert amount.value == "zwei"
    assert len(amount.mistakes) == 1
    assert fields["warn"].mistakes
    assert around.mistakes == []


def test_conditions_are_rows_in_the_reader_s_words():
    names = {"appliance/air-conditioner": "空调"}
    when = {
        "product": ["appliance/air-conditioner"],
        "severity": {"none_of": ["minor", "normal"]},
        "amounts.material": {"max": 200},
    }
    around = Surroundings(names=names)
    node = nodes_of(CLAUSE_PARTS["time"], {"when": when}, around, only=["when"])[0]

    assert node.rows[0][3].value == "空调"
    assert [one.value for one in node.rows[2][:3]] == ["amounts", "material", "range"]
    assert typed_in(CLAUSE_PARTS["time"], posted([node]), known=Dictionary(names), only=["when"]) == {
        "when": when
    }


def test_a_row_that_was_emptied_is_gone():
    data = QueryDict(
        "ladder.0.role=&ladder.0.at.anchor=start&ladder.0.at.unit=minutes&ladder.1.role=dispatcher"
    )

    assert typed_in(CLAUSE_PARTS["time"], data, only=["ladder"]) == {
        "ladder": [{"at": {}, "role": "dispatcher"}]
    }


def test_every_kind_of_clause_of_the_schema_has_a_form():
    for kind, part in CLAUSE_PARTS.items():
        shapes = {name: shape_of(info).kind for name, info in part.model_fields.items()}
        assert shapes["when"] == "when", kind
        assert shapes["source"] == "part", kind

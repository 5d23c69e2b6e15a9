"""What the checks of packs and facts find reaches the clerk in their own words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jiannuo import rules
from jiannuo.promises.commitments import mistakewords, packs
from jiannuo.promises.commitments.drafts import read_pack
from jiannuo.promises.commitments.mistakewords import facts_problem, in_words

ARRIVE: dict[str, Any] = {
    "kind": "time",
    "id": "arrival",
    "text": "2小时内到场。",
    "source": {"document": "承诺书"},
    "metric": "arrival",
    "limit": {"amount": 2, "unit": "hours"},
}
COVER: dict[str, Any] = {
    "kind": "coverage",
    "id": "cover",
    "text": "整机一年。",
    "source": {"document": "承诺书"},
    "term": {"years": 1},
    "begins": {"events": ["sold"]},
}


def broken(*clauses: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"code": "B1", "name": "有错的承诺书", "clauses": list(clauses), **fields}


WRONG = {
    "unknown field": broken({**ARRIVE, "metrics": "x"}),
    "unknown word": broken({**ARRIVE, "metric": "arival"}),
    "missing field": broken({key: value for key, value in ARRIVE.items() if key != "text"}),
    "no amount": broken({**ARRIVE, "limit": {"amount": "two", "unit": "hours"}}),
    "negative amount": broken({**ARRIVE, "limit": {"amount": -1, "unit": "hours"}}),
    "number used twice": broken(ARRIVE, {**ARRIVE, "metric": "repair"}),
    "unknown blank": broken({**ARRIVE, "limit": {"amount": "{hours}", "unit": "hours"}}),
    "blank without a value": broken(
        {**ARRIVE, "limit": {"amount": "{hours}", "unit": "hours"}}, parameters={"hours": {"label": "小时数"}}
    ),
    "unknown calendar": broken({**ARRIVE, "calendar": "nights"}),
    "unknown zone": broken({**ARRIVE, "when": {"zone": ["near"]}}),
    "no date": broken(ARRIVE, valid_from="2026-02-30"),
    "ends before it begins": broken(ARRIVE, valid_from="2026-03-02", valid_to="2026-03-01"),
    "no term": broken({**COVER, "term": {}}),
    "component without a term": broken({**COVER, "components": ["main"]}, components=["main", "side"]),
    "bad hours": broken(ARRIVE, calendars={"nights": {"weekly": {"mon": ["8-25"]}}}),
}


@pytest.mark.django_db
@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG)
def test_every_mistake_is_said_in_the_words_of_the_clerk(content):
    found = read_pack(content)[1]
    assert found
    for raw, said in zip(found, in_words(found), strict=True):
        assert said.message != raw.message
        assert said.mend != raw.mend or not raw.mend
        assert said.place == raw.place


@pytest.mark.parametrize(
    "facts",
    [
        {"severty": "critical"},
        {"dates": {"requsted": "2026-03-02"}},
        {"dates": {"sold": "2026-02-30"}},
        {"same_symptom_repairs": "two"},
        {"amounts": {"cost": "viel"}},
    ],
)
def test_what_is_wrong_with_facts_is_said_in_the_words_of_the_clerk(facts):
    with pytest.raises(rules.FactsError) as error:
        rules.read_facts(facts)
    for problem in error.value.problems:
        said = facts_problem(problem)
        assert said != problem
        assert "facts" not in said.lower()
        assert "cannot read" not in said


def test_sentences_that_need_no_other_words_are_those_of_the_checks():
    folders = (Path(packs.__file__).parent, Path(rules.__file__).parent)
    code = "\n".join(file.read_text() for folder in folders for file in folder.rglob("*.py"))
    for one in mistakewords._AS_THEY_ARE:
        assert one in code or f"{one[:1].lower()}{one[1:]}" in code, one

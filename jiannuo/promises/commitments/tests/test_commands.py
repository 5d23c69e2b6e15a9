"""``packs diff``, ``packs export`` and ``packs coverage``."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from jiannuo.promises.commitments import packs
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.commitments.tests.promise_cases import PACKS, pack_of

TWO_HOURS = """\
code: T02
name: two hours
parameters:
  months: {label: term}
clauses:
  - id: arrive
    kind: time
    text: on site within two hours
    source: {document: Letter, article: "1"}
    metric: arrival
    limit: {amount: 2, unit: hours}
  - id: cover
    kind: coverage
    text: a term to be agreed
    source: {document: Letter, article: "2"}
    term: {months: "{months}"}
    begins: {events: [invoiced]}
"""


def said(*arguments: str) -> str:
    out = StringIO()
    call_command("packs", *map(str, arguments), stdout=out)
    return out.getvalue()


@pytest.fixture
def old(tmp_path):
    file = tmp_path / "old.yaml"
    file.write_text(TWO_HOURS, encoding="utf-8")
    return file


def changed(tmp_path, *pairs: tuple[str, str]):
    text = TWO_HOURS
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after, 1)
    file = tmp_path / "new.yaml"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ((), ["Nothing differs."]),
        (
            (("amount: 2", "amount: 4"),),
            ["~ arrive: on site within two hours", "promise: within 2 hours → within 4 hours"],
        ),
        (
            (("metric: arrival", "metric: arrival\n    when: {severity: major}"),),
            ["~ arrive: on site within two hours", "when: – → severity: major"],
        ),
        (
            (('"{months}"', '"{months}"\n      repair_extends: true'.replace("\n      ", ", ")),),
            ["~ cover: a term to be agreed", "term.repair_extends: – → True"],
        ),
        ((("name: two hours", "name: four hours"),), ["~ name", "value: two hours → four hours"]),
        ((("label: term", "label: months"),), ["~ parameters", "months.label: term → months"]),
        (
            (("id: arrive", "id: come"),),
            ["- arrive: on site within two hours", "+ come: on site within two hours"],
        ),
    ],
)
def test_a_difference_is_told_clause_by_clause_in_words(tmp_path, old, pairs, expected):
    with override("en"):
        lines = [line.strip() for line in said("diff", old, changed(tmp_path, *pairs)).splitlines()]
    assert lines == expected


def test_published_versions_are_compared_and_exported(db, tmp_path, old):
    load_pack(old, by=None)
    load_pack(changed(tmp_path, ("amount: 2", "amount: 4")), by=None)
    with override("en"):
        assert "within 2 hours → within 4 hours" in said("diff", "T02@1", "T02")
        assert said("diff", "T02@1", old) == "Nothing differs.\n"
    assert packs.load_pack(said("export", "T02", "--version", "1")) == packs.load_pack(TWO_HOURS)
    assert "amount: 4" in said("export", "T02")
    for name in ("T02@7", "T99"):
        with pytest.raises(CommandError, match=name):
            said("diff", name, old)
    with pytest.raises(CommandError, match="T02@last"):
        said("diff", "T02@last", old)


@pytest.mark.parametrize("code", ["P06", "P13", "P16", "STAT-THREE-GUARANTEES"])
def test_what_is_exported_is_what_was_published(db, code):
    pack = pack_of(code)
    version = load_pack(pack, by=None)
    exported = packs.load_pack(said("export", code))
    assert exported == pack
    assert in_order(packs.to_content(exported)) == in_order(version.content)


def in_order(content):
    """The content with its conditions by fact: which of them is written first means nothing."""

    def by_fact(conditions):
        return sorted(conditions, key=lambda condition: condition["fact"])

    clauses = [{**clause, "when": by_fact(clause.get("when", ()))} for clause in content["clauses"]]
    return {**content, "scope": by_fact(content.get("scope", ())), "clauses": clauses}


def test_a_version_without_a_pack_is_exported_from_its_rules(db, old):
    version = load_pack(old, by=None)
    type(version).objects.filter(pk=version.pk).update(pack={})
    assert packs.to_content(packs.load_pack(said("export", "T02"))) == version.content


def test_the_page_of_the_packs_is_what_the_command_writes(tmp_path):
    page = tmp_path / "COVERAGE.md"
    said("coverage", "--folder", PACKS, "--to", page)
    assert page.read_text(encoding="utf-8") == (PACKS / "COVERAGE.md").read_text(encoding="utf-8"), (
        "write it anew with: python -m jiannuo packs coverage"
    )


def test_a_pack_that_cannot_be_read_stops_the_page(tmp_path):
    (tmp_path / "bad.yaml").write_text("code: X\n", encoding="utf-8")
    with pytest.raises(CommandError, match="'name' is missing"):
        said("coverage", "--folder", tmp_path, "--to", tmp_path / "page.md")
    with pytest.raises(CommandError, match="'name' is missing"):
        said("diff", tmp_path / "bad.yaml", tmp_path / "bad.yaml")

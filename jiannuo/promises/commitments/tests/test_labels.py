"""No word of a pack is shown as the rules write it: each has a label, and Chinese letters and reasons are Chinese."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import translation

from jiannuo.promises.commitments import factwords, wordlist
from jiannuo.promises.commitments.engine import Loaded, calendars_of, read
from jiannuo.promises.commitments.letter import clause_texts, condition_text
from jiannuo.promises.commitments.packs import Pack, load_pack, to_content
from jiannuo.promises.commitments.packs.schema import ClausePart, RangePart, When
from jiannuo.promises.commitments.reading import Reader
from jiannuo.promises.commitments.services import load_pack as load_pack_of_house
from jiannuo.promises.commitments.simulating import Result, simulate
from jiannuo.promises.commitments.tests.promise_cases import (
    PACKS,
    Case,
    decided,
    pack_of,
    read_cases,
)
from jiannuo.testing import factories

FILES = sorted(PACKS.glob("s*/*.yaml"))
CASES = sorted((PACKS / "cases").glob("*.yaml"))
TABLES = {
    "measure": wordlist.MEASURES,
    "paper": wordlist.PAPERS,
    "certificate": wordlist.CERTIFICATES,
    "flag": wordlist.CIRCUMSTANCES,
    "cause": wordlist.CAUSES,
    "subject": wordlist.MATTERS,
    "symptom": wordlist.MATTERS,
    "step": {"notify", *wordlist.STEPS},
    "component": {"rest"},
}
_ENGLISH = re.compile(r"[A-Za-z]+")
_BLANK = re.compile(r"\{\w+\}")


def free_words(pack: Pack) -> Iterator[tuple[str, str]]:
    """Every word of the pack that no list of the rules knows, with the kind of word it is."""
    yield from _asked(pack.scope)
    for zone in pack.zones:
        yield "zone", zone
    for component in pack.components:
        yield "component", component
    for clause in pack.clauses:
        yield from _asked(clause.when)
        yield from _in_clause(clause)


def _asked(when: When) -> Iterator[tuple[str, str]]:
    for fact, match in when.items():
        group, dot, name = fact.partition(".")
        if dot:
            yield group, name
        elif not isinstance(match, RangePart):
            values = match if isinstance(match, tuple) else getattr(match, "none_of", ()) or match.all_of
            yield from ((fact, value) for value in values)


def _in_clause(clause: ClausePart) -> Iterator[tuple[str, str]]:
    fields = {
        "components": "component",
        "besides": "component",
        "excluded_causes": "cause",
        "evidence": "paper",
        "documents": "paper",
        "keeps": "paper",
        "certificates": "certificate",
    }
    for name, kind in fields.items():
        yield from ((kind, word) for word in getattr(clause, name, ()))
    if clause.kind == "target":
        yield "measure", clause.measure
    if clause.kind == "coverage":
        yield from (("meters", name) for name in clause.term.meters)
    if clause.kind == "settlement":
        yield from (("flag", one.flag) for one in (*clause.refusals, clause.late) if one)
        yield from (("grade", one.grade) for one in clause.tiers if one.grade)
    yield from (("step", one.kind) for one in getattr(clause, "ladder", ()))


def test_every_word_of_a_pack_is_labelled_there_or_in_the_words_of_the_house():
    missing = {
        pack.code: sorted(words_without)
        for pack in map(load_pack, FILES)
        if (
            words_without := {
                f"{kind}: {word}" for kind, word in free_words(pack) if not _known(pack, kind, word)
            }
        )
    }
    assert missing == {}


def _known(pack: Pack, kind: str, word: str) -> bool:
    return (
        not word.isascii() or word in pack.labels or word in TABLES.get(kind, factwords.VALUES.get(kind, {}))
    )


def test_no_pack_labels_a_word_that_it_does_not_use():
    idle = {
        pack.code: sorted(left)
        for pack in map(load_pack, FILES)
        if (left := set(pack.labels) - {word for _, word in free_words(pack)})
    }
    assert idle == {}


def test_the_content_of_a_version_carries_the_labels_of_its_pack():
    pack = pack_of("P53")
    content = to_content(pack)
    assert content["labels"] == pack.labels
    assert read(content, number=1).labels["hard_diagnosis"] == "诊断有疑难"
    assert "labels" not in to_content(pack.model_copy(update={"labels": {}}))


def whole(pack: Pack) -> Loaded:
    """The pack as published, with every blank filled and every figure confirmed."""
    filled = {name: part.value or Decimal(1) for name, part in pack.parameters.items()}
    confirmed = [clause.id for clause in pack.clauses if clause.verify]
    return read(to_content(pack, parameters=filled, confirmed=confirmed), number=1)


def english(texts: Iterable[str], source: str) -> list[str]:
    """The texts with words in Latin letters that do not stand in the Chinese of the document."""
    known = set(_ENGLISH.findall(source))
    return sorted({text for text in texts if set(_ENGLISH.findall(text)) - known})


def document(pack: Pack) -> str:
    """What the document itself says."""
    said = (f"{one.text} {one.source.document} {one.source.article}" for one in pack.clauses)
    return _BLANK.sub("", " ".join([pack.name, *pack.labels.values(), *said]))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_letter_of_a_pack_is_chinese(file: Path):
    pack = load_pack(file)
    version = whole(pack)
    with translation.override("zh-hans"):
        letter = clause_texts(version, calendars_of([version]))
        scope = [condition_text(one, version.labels) for one in version.commitment.scope]
    texts = [
        text
        for one in letter
        for text in (
            one.subject,
            one.headline,
            *one.conditions,
            *(part for pair in one.details for part in pair),
        )
    ]
    assert len(letter) == len(pack.clauses)
    assert english([*scope, *texts], document(pack)) == []


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_the_reasons_of_a_decision_are_chinese(file: Path):
    cases = read_cases(file)
    with translation.override("zh-hans"):
        found = {
            case.name: english(_told(case), f"{document(pack_of(case.code))} {_strange(case)}")
            for case in cases
        }
    assert {name: told for name, told in found.items() if told} == {}


def _told(case: Case) -> list[str]:
    """All that the decision of a case says to its reader."""
    result = decided(case)
    version = Loaded(0, result.rules.commitment, result.rules.calendars, pack_of(case.code).labels)
    reader = Reader([version])
    cover = [
        text for line in reader.cover(result.decision) for text in (line.component, line.item, line.payer)
    ]
    return [*cover, *(one.text for one in reader.reasons(result.decision))]


def _strange(case: Case) -> str:
    """The paths and the cause of the case that its pack does not speak of: their names are those of the catalogue."""
    labels = pack_of(case.code).labels
    given = [case.given.get(fact, "") for fact in ("product", "component", "cause")]
    named = [str(one) for value in given for one in (value if isinstance(value, list) else [value])]
    return " ".join(one for one in named if not any(one.startswith(known) for known in labels))


def test_the_simulator_and_the_command_name_targets_and_grounds_as_the_pack_does():
    targets = next(case for case in read_cases(PACKS / "cases" / "p52.yaml") if "figures" in case.given)
    settled = [case for case in read_cases(PACKS / "cases" / "p03.yaml") if "settlement" in case.then]
    told = " ".join(one.title for one in _simulated(targets).targets)
    assert "重大投诉占客户比例" in told
    assert "equipment" not in told
    grounds = [
        value for case in settled for one in _simulated(case).settlements for _, value in one.details if value
    ]
    assert any("回执卡弄虚作假" in value for value in grounds)


def _simulated(case: Case) -> Result:
    result = decided(case)
    version = Loaded(0, result.rules.commitment, result.rules.calendars, pack_of(case.code).labels)
    at = result.facts.instant("requested")
    assert at is not None
    with translation.override("zh-hans"):
        return simulate([version], result.facts, at)


def test_a_word_is_read_as_the_commitment_that_is_cited_reads_it():
    versions = [whole(pack_of("P30")), whole(pack_of("STAT-PASSENGER-CAR"))]
    reader = Reader(versions)
    assert reader.component("body", "P30") == "秤体与钢结构"
    assert reader.component("body", "STAT-PASSENGER-CAR") == "车身"
    assert Reader(versions, {"body": "秤台"}).component("body", "P30") == "秤台"


@pytest.mark.django_db
def test_the_page_of_a_commitment_shows_labels_for_its_scope_zones_and_conditions(client):
    office = factories.organization()
    load_pack_of_house(pack_of("P05"), by=None)
    client.force_login(factories.person("general_manager", at=office))
    page = client.get(reverse("commitments:detail", args=["P05"]))
    assert page.context["zones"] == [("市区", "")]
    assert page.context["letter"].scope[0].endswith("存折和报表打印机")
    assert "另行商定抵达时间" in page.content.decode()

"""Every word of the rules and of the packs can be read, in English and in Chinese."""

from __future__ import annotations

import string
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils.translation import override

from jiannuo import rules
from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments import words
from jiannuo.promises.commitments.packs.schema import NonePart
from jiannuo.promises.commitments.tests.promise_cases import pack_files, pack_of

LOCALE = Path(words.__file__).parents[2] / "locale"
SAME_IN_EVERY_LANGUAGE = {"%", "‰"}
TABLES = {
    "METRICS": rules.METRICS,
    "ACTIONS": rules.ACTIONS,
    "PARTIES": rules.PARTIES,
    "ITEMS": rules.ITEMS,
    "REMEDIES": rules.REMEDIES,
    "CONSEQUENCES": rules.CONSEQUENCES,
    "CHARGE_BASES": rules.CHARGE_BASES,
    "SETTLEMENT_BASES": rules.SETTLEMENT_BASES,
    "PRICE_RULES": rules.PRICE_RULES,
    "UNITS": (*rules.CHARGE_UNITS, *rules.SETTLEMENT_UNITS),
    "TARGET_UNITS": rules.TARGET_UNITS,
    "OVER": rules.OVER,
    "COMPARISONS": rules.COMPARISONS,
    "APPROVAL_SUBJECTS": rules.APPROVAL_SUBJECTS,
    "EVENTS": rules.EVENTS,
    "FACTS": rules.MATCHABLE_FACTS,
    "CHANNELS": rules.CHANNELS,
    "PAYERS": rules.PAYERS,
    "PAUSE_REASONS": rules.PAUSE_REASONS,
    "CLAUSE_KINDS": tuple(rules.CLAUSE_KINDS),
    "LIMITS": rules.LIMIT_UNITS,
    "PERIODS": rules.PERIOD_UNITS,
}


@cache
def chinese() -> dict[tuple[str | None, str], str]:
    """What the catalogue and its parts translate."""
    files = [LOCALE / "zh_Hans" / "LC_MESSAGES" / "django.po", *sorted((LOCALE / "parts").glob("*.po"))]
    found = {}
    for file in files:
        with file.open("rb") as stream:
            for message in read_po(stream, locale="zh_Hans"):
                if message.id and message.string and not message.fuzzy:
                    ids = (message.id,) if isinstance(message.id, str) else message.id
                    found[message.context, ids[0]] = message.string
    return found


def key_of(lazy) -> tuple[str | None, str]:
    """Context and message of a lazy text."""
    arguments = lazy._args
    return (arguments[0], arguments[1]) if len(arguments) == 2 else (None, arguments[0])


@pytest.mark.parametrize(("table", "known"), TABLES.items())
def test_every_word_has_a_label_in_both_languages(table, known):
    labels = getattr(words, table)
    assert [word for word in known if word not in labels] == []
    texts = [labels[word] for word in known]
    assert all(str(text).strip() for text in texts)
    untranslated = [
        str(text)
        for text in texts
        if str(text) not in SAME_IN_EVERY_LANGUAGE and key_of(text) not in chinese()
    ]
    assert untranslated == []


@pytest.mark.parametrize("code", rules.REASON_TEMPLATES)
def test_every_reason_has_a_chinese_sentence_with_the_same_parameters(code):
    template = rules.REASON_TEMPLATES[code]
    translated = chinese()[None, template]
    assert {name for _, name, _, _ in string.Formatter().parse(translated) if name} <= {
        name for _, name, _, _ in string.Formatter().parse(template) if name
    }


def words_of_packs() -> dict[str, set[str]]:
    """The words of the packs that are their own: of measures, circumstances, papers, causes and people."""
    found: dict[str, set[str]] = {"MEASURES": set(), "CIRCUMSTANCES": set(), "PAPERS": set(), "CAUSES": set()}
    for code in pack_files():
        pack = pack_of(code)
        for clause in pack.clauses:
            own = set(pack.labels)
            match = clause.when.get("flag") or ()
            flags = match.none_of if isinstance(match, NonePart) else match
            found["CIRCUMSTANCES"] |= set(flags) - own
            found["MEASURES"] |= {clause.measure} - own if clause.kind == "target" else set()
            found["PAPERS"] |= {*getattr(clause, "evidence", ()), *getattr(clause, "documents", ())} - own
            found["CAUSES"] |= set(getattr(clause, "excluded_causes", ())) - own
    return found


def test_every_word_of_the_packs_can_be_read():
    missing = {
        table: sorted(word for word in used if word not in getattr(words, table))
        for table, used in words_of_packs().items()
    }
    assert missing == {table: [] for table in missing}


def test_approvers_and_ladders_name_parties_or_roles():
    named = set()
    for code in pack_files():
        for clause in pack_of(code).clauses:
            named |= {step.role for step in getattr(clause, "ladder", ())} | set(
                getattr(clause, "approvers", ())
            )
    assert {who for who in named if who not in words.PARTIES and who not in Role.values} == set()
    with override("en"):
        assert words.party_label("general_manager") == "general manager"
        assert words.party_label("insurer") == "insurer"
        assert words.party_label("night_watch") == "night watch"
        assert words.party_label("night_watch", {"night_watch": "porter"}) == "porter"


@pytest.mark.parametrize(
    ("fact", "label"),
    [
        ("severity", "severity"),
        ("meters.km", "meter kilometre"),
        ("amounts.parts_list", "amount parts by the price list"),
        ("amounts.hour", "amount hour"),
        ("amounts.cost", "amount cost"),
        ("amounts.dead_lamp_percent", "amount dead lamp percent"),
        ("figures.satisfaction", "figures satisfaction"),
        ("dates.sold", "dates sale"),
    ],
)
def test_facts_are_named(fact, label):
    with override("en"):
        assert words.fact_label(fact) == label

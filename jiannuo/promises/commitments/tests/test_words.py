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
from jiannuo.promises.commitments import amountwords, factwords, fieldwords, words
from jiannuo.promises.commitments.tests.promise_cases import pack_files, pack_of

LOCALE = Path(words.__file__).parents[2] / "locale"
SAME_IN_EVERY_LANGUAGE = {"%", "‰"}
TABLES = {
    "words.METRICS": (words.METRICS, rules.METRICS),
    "words.ACTIONS": (words.ACTIONS, rules.ACTIONS),
    "words.PARTIES": (words.PARTIES, rules.PARTIES),
    "words.ITEMS": (words.ITEMS, rules.ITEMS),
    "words.REMEDIES": (words.REMEDIES, rules.REMEDIES),
    "words.CONSEQUENCES": (words.CONSEQUENCES, rules.CONSEQUENCES),
    "amountwords.CHARGE_BASES": (amountwords.CHARGE_BASES, rules.CHARGE_BASES),
    "amountwords.SETTLEMENT_BASES": (amountwords.SETTLEMENT_BASES, rules.SETTLEMENT_BASES),
    "amountwords.PRICE_RULES": (amountwords.PRICE_RULES, rules.PRICE_RULES),
    "amountwords.UNITS": (amountwords.UNITS, (*rules.CHARGE_UNITS, *rules.SETTLEMENT_UNITS)),
    "amountwords.TARGET_UNITS": (amountwords.TARGET_UNITS, rules.TARGET_UNITS),
    "amountwords.OVER": (amountwords.OVER, rules.OVER),
    "amountwords.COMPARISONS": (amountwords.COMPARISONS, rules.COMPARISONS),
    "words.APPROVAL_SUBJECTS": (words.APPROVAL_SUBJECTS, rules.APPROVAL_SUBJECTS),
    "words.EVENTS": (words.EVENTS, rules.EVENTS),
    "factwords.FACTS": (factwords.FACTS, rules.MATCHABLE_FACTS),
    "words.CHANNELS": (words.CHANNELS, rules.CHANNELS),
    "words.PAYERS": (words.PAYERS, rules.PAYERS),
    "words.PAUSE_REASONS": (words.PAUSE_REASONS, rules.PAUSE_REASONS),
    "fieldwords.CLAUSE_KINDS": (
        {kind: title for kind, (title, _about, _icon) in fieldwords.CLAUSE_KINDS.items()},
        tuple(rules.CLAUSE_KINDS),
    ),
    "amountwords.LIMITS": (amountwords.LIMITS, rules.LIMIT_UNITS),
    "amountwords.PERIODS": (amountwords.PERIODS, rules.PERIOD_UNITS),
}


@cache
def chinese() -> dict[tuple[str | None, str], str]:
    """What the catalogues translate."""
    found = {}
    for file in sorted((LOCALE / "zh_Hans").glob("*.po")):
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


@pytest.mark.parametrize(("labels", "known"), TABLES.values(), ids=TABLES)
def test_every_word_has_a_label_in_both_languages(labels, known):
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


def test_a_label_of_a_pack_is_for_its_own_words_and_leaves_those_of_the_rules_alone():
    own = {"owner": "园区管委会原因", "rodents": "鼠害", "dead_lamp_percent": "不亮灯泡比例（%）"}
    with override("en"):
        assert factwords.value_label("cause", "owner", own) == "园区管委会原因"
        assert words.party_label("owner", own) == "owner"
        assert factwords.value_label("request_kind", "delivery", {"delivery": "别的"}) == "delivery"
        assert factwords.fact_label("amounts.dead_lamp_percent", own) == "amount 不亮灯泡比例（%）"


def test_a_component_without_a_name_is_read_as_what_holds_it():
    names = {"main": "主要部件", "main/motor": "风扇电机"}
    assert words.component_label("main/motor", names) == "风扇电机"
    assert words.component_label("main/board", names) == "主要部件"
    assert words.component_label("valve/seat", names) == "seat"


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
        assert factwords.fact_label(fact) == label

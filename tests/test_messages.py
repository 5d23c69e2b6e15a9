"""Whoever reads Chinese never meets English: every message has a translation that says the same."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from babel.messages import Catalog

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "scripts"))

import messages


def test_every_message_is_translated_into_chinese():
    gaps = messages.gaps(messages.collect(), messages.merged())

    assert not gaps, "\n".join(["make messages lists what is missing:", *map(str, gaps)])


def test_messages_are_found_in_templates_and_code(tmp_path):
    folder = tmp_path / "jiannuo"
    folder.mkdir()
    (folder / "page.html").write_text(
        """{% load i18n %}<h1 title="it's">{% translate "Hello" %} {{ _("Dear (customer)") }}</h1>
        {% blocktranslate count n=x trimmed %}one {{ n }}
        'thing' {% plural %}{{ n }} things{% endblocktranslate %}
        <c-button label="{% translate 'Open' context "verb" %}" :value="{{ y|default:_('none') }}" />"""
    )
    (folder / "code.py").write_text(
        "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
        'a = _("Long " "message"); b = ngettext("%(n)d day", "%(n)d days", 3); c = pgettext("noun", "Open")\n'
    )
    found = {(message.context, message.id) for message in messages.collect(tmp_path) if message.id}

    assert found == {
        (None, "Hello"),
        (None, "Dear (customer)"),
        (None, ("one %(n)s 'thing'", "%(n)s things")),
        ("verb", "Open"),
        (None, "none"),
        (None, "Long message"),
        (None, ("%(n)d day", "%(n)d days")),
        ("noun", "Open"),
    }


@pytest.mark.parametrize(
    ("chinese", "flags", "reason"),
    [
        ("", (), "not translated"),
        ("%(count)s 张工单", ("fuzzy",), "fuzzy"),
        ("工单", (), "placeholders differ (%(count)s)"),
        ("%(number)s 张工单", (), "placeholders differ (%(count)s, %(number)s)"),
        ("%(count)s 张工单", (), None),
    ],
)
def test_a_bad_translation_is_named(chinese, flags, reason):
    code, catalog = Catalog(), Catalog(locale="zh_Hans")
    code.add("%(count)s work orders", locations=[("a.py", 1)])
    catalog.add("%(count)s work orders", chinese, flags=flags)

    assert [gap.reason for gap in messages.gaps(code, catalog)] == ([reason] if reason else [])


def test_traditional_chinese_comes_from_the_simplified():
    catalog = Catalog(locale="zh_Hans")
    catalog.add("Work order %(number)s", "维修工单 %(number)s")

    assert messages.traditional(catalog).get("Work order %(number)s").string == "維修工單 %(number)s"

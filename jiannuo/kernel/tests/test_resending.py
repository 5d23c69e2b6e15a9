"""What was sent before is known by its contents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest
from django import forms
from django.http import QueryDict

from jiannuo.kernel.resending import SentDifferently, digest_of, refuse_other_contents, reopen


@dataclass(frozen=True)
class Person:
    name: str


def test_the_same_contents_give_the_same_word_whatever_their_order_and_their_zone() -> None:
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    there = noon.astimezone(timezone(timedelta(hours=8)))
    one = {"who": Person("王芳"), "at": noon, "text": " 漏水 ", "note": ""}
    same = {"text": "漏水", "at": there, "who": Person("王芳"), "place": None}
    assert digest_of(one) == digest_of(same)


@pytest.mark.parametrize("other", [{"text": "不制冷"}, {"who": Person("王丽")}, {"files": ["a"]}])
def test_other_contents_give_another_word(other: dict[str, object]) -> None:
    contents = {"who": Person("王芳"), "text": "漏水"}
    assert digest_of(contents) != digest_of({**contents, **other})


def test_other_contents_are_refused_and_what_was_kept_without_a_word_says_nothing() -> None:
    refuse_other_contents("a", "a")
    refuse_other_contents("", "a")
    with pytest.raises(SentDifferently):
        refuse_other_contents("a", "b")


def test_the_form_keeps_what_was_typed_and_can_be_sent_once_more() -> None:
    class AskForm(forms.Form):
        text = forms.CharField()
        client_key = forms.CharField(widget=forms.HiddenInput)

    form = AskForm(QueryDict("text=漏水&client_key=abc"))
    assert form.is_valid()
    reopen(form, SentDifferently())
    assert form["text"].value() == "漏水"
    assert form["client_key"].value() not in ("", "abc")
    assert form.non_field_errors()

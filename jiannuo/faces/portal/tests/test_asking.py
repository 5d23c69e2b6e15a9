"""The form of the website for somebody without a machine on file."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from jiannuo.faces.portal import tokens
from jiannuo.faces.portal.tests.test_portal import solved
from jiannuo.kernel.files.tests.test_files import picture
from jiannuo.operations.channels.models import InboxItem
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> Any:
    cache.clear()
    return factories.organization(name="总部")


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "name": "许美玲",
        "phone": "138 1234 5678",
        "text": "想买一台空压机，机身上没有二维码",
        "website": "",
        "client_key": "abc",
        "token": tokens.make("ask", "form", tokens.FORM_LASTS),
        "altcha": solved(),
        **changed,
    }


def test_it_lands_in_the_inbox_once_with_its_photos(client: Client, house: Any) -> None:
    assert client.get("/ask").status_code == 200
    for _turn in range(2):
        answer = client.post("/ask", typed(photos=picture()))
        assert answer.status_code == 302
    item = InboxItem.objects.get()
    assert (item.channel, item.organization, item.sender_phone) == ("web", house, "+8613812345678")
    assert item.files.count() == 1
    assert client.get(answer["Location"]).status_code == 200


def test_sent_again_with_other_words_it_is_refused_and_they_are_kept(client: Client, house: Any) -> None:
    client.post("/ask", typed())
    page = client.post("/ask", typed(text="还想问保养"))
    assert page.status_code == 409
    assert "还想问保养" in page.content.decode()
    assert page.context["form"]["client_key"].value() != "abc"
    assert InboxItem.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"name": ""}, 422),
        ({"phone": "12"}, 422),
        ({"phone": "call me"}, 422),
        ({"text": ""}, 422),
        ({"altcha": ""}, 422),
        ({"token": "made up"}, 410),
    ],
)
def test_what_cannot_be_is_refused(client: Client, wrong: dict[str, str], status: int) -> None:
    assert client.post("/ask", typed(**wrong)).status_code == status
    assert not InboxItem.objects.exists()


def test_who_fills_in_the_hidden_field_is_thanked_and_nothing_is_kept(client: Client) -> None:
    assert client.post("/ask", typed(website="https://spam.example", altcha="")).status_code == 302
    assert not InboxItem.objects.exists()


def test_too_many_in_a_short_time_are_refused(client: Client) -> None:
    answers = [client.post("/ask", typed(name="")).status_code for _turn in range(8)]
    assert answers[-1] == 429

"""A suggestion from the code of a slip that lies in a public place."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from jiannuo.faces.portal.tests.test_portal import solved
from jiannuo.operations.complaints.models import Suggestion
from jiannuo.operations.complaints.slips import slip_token
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def house() -> Any:
    cache.clear()
    return factories.organization(name="宁波特约站")


@pytest.fixture
def address(house: Any) -> str:
    return reverse("portal:suggest", args=[slip_token(house, "维修大厅")])


def typed(**changed: Any) -> dict[str, Any]:
    return {
        "text": "大厅里希望放一台饮水机",
        "name": "",
        "phone": "",
        "website": "",
        "client_key": "abc",
        "altcha": solved(),
        **changed,
    }


def test_it_is_taken_once_with_its_place_and_without_a_name(client: Client, house: Any, address: str) -> None:
    page = client.get(address)
    assert "宁波特约站" in page.content.decode()

    for _turn in range(2):
        answer = client.post(address, typed())
        assert answer.status_code == 302

    taken = Suggestion.objects.get()
    assert (taken.organization, taken.channel, taken.place) == (house, "slip", "维修大厅")
    assert (taken.text, taken.name, taken.created_by) == ("大厅里希望放一台饮水机", "", None)
    assert client.get(answer["Location"]).status_code == 200


def test_sent_again_with_other_words_it_is_refused_and_they_are_kept(client: Client, address: str) -> None:
    client.post(address, typed())
    page = client.post(address, typed(text="再放几把椅子"))
    assert page.status_code == 409
    assert "再放几把椅子" in page.content.decode()
    key = page.context["form"]["client_key"].value()
    assert client.post(address, typed(text="再放几把椅子", client_key=key)).status_code == 302
    assert Suggestion.objects.count() == 2


@pytest.mark.parametrize("wrong", [{"text": " "}, {"phone": "12"}, {"altcha": ""}, {"client_key": ""}])
def test_what_cannot_be_is_refused(client: Client, address: str, wrong: dict[str, str]) -> None:
    assert client.post(address, typed(**wrong)).status_code == 422
    assert not Suggestion.objects.exists()


def test_machines_are_thanked_and_a_flood_is_stopped(client: Client, address: str) -> None:
    assert client.post(address, typed(website="https://spam.example", altcha="")).status_code == 302
    answers = [client.post(address, typed(text="")).status_code for _turn in range(8)]
    assert answers[-1] == 429
    assert not Suggestion.objects.exists()


def test_a_made_up_slip_and_that_of_a_closed_unit_lead_nowhere(
    client: Client, house: Any, address: str
) -> None:
    assert client.get(reverse("portal:suggest", args=["made-up"])).status_code == 404
    house.active = False
    house.save()
    assert client.get(address).status_code == 404

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse

from jiannuo.promises.commitments.models import Commitment
from jiannuo.promises.commitments.services import load_content
from jiannuo.testing import factories

from .samples import content, load

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return factories.organization()


@pytest.fixture
def manager(client, office):
    person = factories.person("general_manager", at=office)
    client.force_login(person)
    return person


def test_the_list_shows_each_commitment_with_its_version_in_force(
    client, office, manager, django_assert_max_num_queries
):
    load()
    load_content(content(name="第二版"), by=None)
    load_content(content("T02"), by=None, publish=False)
    client.get(reverse("commitments:list"))
    with django_assert_max_num_queries(12):
        page = client.get(reverse("commitments:list"), {"kind": "maker"})
    text = page.content.decode()
    assert "第二版" in text
    assert "T02" in text


def test_clauses_are_shown_as_a_customer_reads_them(client, office, manager, django_assert_max_num_queries):
    load()
    clauses = [{**content()["clauses"][0], "verify": True}]
    load_content(content(clauses=clauses), by=None)
    with django_assert_max_num_queries(25):
        page = client.get(reverse("commitments:detail", args=["T01"]))
    assert "response within 0.5 hours" in page.content.decode()
    assert page.context["unverified"] == 1
    old = client.get(reverse("commitments:detail", args=["T01"]), {"version": "1"}).content.decode()
    assert "整机免费保修两年" in old
    assert "提供同档次备机" in old
    assert client.get(reverse("commitments:detail", args=["T01"]), {"version": "9"}).status_code == 404
    assert client.get(reverse("commitments:detail", args=["none"])).status_code == 404


def test_a_dealers_commitment_is_seen_where_it_binds(client, office):
    dealer = factories.organization(office, kind="dealer")
    load_content(content("D01"), by=None, organization=dealer)
    client.force_login(factories.person("dealer_clerk", at=dealer))
    assert client.get(reverse("commitments:detail", args=["D01"])).status_code == 200
    client.force_login(factories.person("dealer_clerk", at=factories.organization(office, kind="dealer")))
    assert client.get(reverse("commitments:detail", args=["D01"])).status_code == 404


@pytest.mark.once
def test_every_pack_of_the_house_can_be_shown(client, office, manager):
    folder = Path(__file__).resolve().parents[4] / "packs"
    call_command("packs", "load", str(folder), stdout=StringIO())
    for commitment in Commitment.objects.all():
        assert client.get(commitment.get_absolute_url()).status_code == 200

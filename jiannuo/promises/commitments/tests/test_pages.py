from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from jiannuo.kernel.regions.services import load_sample
from jiannuo.promises.commitments.fieldwords import CLAUSE_KINDS
from jiannuo.promises.commitments.models import Commitment
from jiannuo.promises.commitments.services import load_content, load_pack
from jiannuo.testing import factories

from .samples import content, load

pytestmark = pytest.mark.django_db
PACKS = Path(__file__).resolve().parents[4] / "packs"


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


def test_every_clause_is_shown_by_kind_with_its_source_and_what_is_still_blank(
    client, office, manager, django_assert_max_num_queries
):
    # Given a pack with all eight kinds of clauses, three of which wait for a figure
    version = load_pack(PACKS / "samples/p02-dealer-repair-agreement.yaml", by=None)
    assert {one["kind"] for one in version.pack["clauses"]} == set(CLAUSE_KINDS)

    # When somebody opens it
    with django_assert_max_num_queries(25):
        page = client.get(reverse("commitments:detail", args=["P02"]))
    text, letter = page.content.decode(), page.context["letter"]

    # Then every clause stands under its kind, in the words of the letter, with its place in the document
    assert [part.title for part in letter.parts] == [str(title) for title, *_ in CLAUSE_KINDS.values()]
    assert len(letter.clauses) == len(version.pack["clauses"])
    assert all(escape(one.text) in text and escape(one.source) in text for one in letter.clauses)
    assert all(one.subject for one in letter.clauses)
    # And the blanks are named, and mark the clauses that they keep off
    blank = [one for one in letter.clauses if one.blanks]
    assert page.context["off"] == len(blank) > 0
    assert {label for one in blank for label in one.blanks} <= {
        one["label"] for one in page.context["parameters"] if one.get("value") is None
    }


def test_zones_are_told_by_the_names_of_their_divisions(client, office, manager):
    load_sample()
    load_content(content("Z01", zones={"near": ["33", "9999"]}), by=None)
    page = client.get(reverse("commitments:detail", args=["Z01"]))
    assert page.context["zones"] == [("near", "浙江省、9999")]


def test_the_list_says_which_version_holds_today(client, office, manager):
    load_content(content("T02", valid_from="2099-01-01"), by=None)
    load_content(content("T03", valid_from="2020-01-01", valid_to="2020-12-31"), by=None)
    load_content(content("T04"), by=None)
    table = client.get(reverse("commitments:list")).context["table"]
    said = {row.record.code: (row.get_cell_value("state"), row.get_cell("valid_from")) for row in table.rows}
    assert [said[code][0] for code in ("T02", "T03", "T04")] == [
        _("not yet in force"),
        _("expired"),
        _("in force"),
    ]
    assert said["T04"][1] == _("no first day named")


def test_a_dealers_commitment_is_seen_where_it_binds(client, office):
    dealer = factories.organization(office, kind="dealer")
    load_content(content("D01"), by=None, organization=dealer)
    client.force_login(factories.person("dealer_clerk", at=dealer))
    assert client.get(reverse("commitments:detail", args=["D01"])).status_code == 200
    client.force_login(factories.person("dealer_clerk", at=factories.organization(office, kind="dealer")))
    assert client.get(reverse("commitments:detail", args=["D01"])).status_code == 404


@pytest.mark.once
def test_every_pack_of_the_house_can_be_shown(client, office, manager):
    call_command("packs", "load", str(PACKS), stdout=StringIO())
    for commitment in Commitment.objects.all():
        assert client.get(commitment.get_absolute_url()).status_code == 200

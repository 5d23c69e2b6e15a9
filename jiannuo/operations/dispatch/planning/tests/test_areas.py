"""Areas of technicians in planning: a hard limit, a cost or nothing, as the manager says; warned of elsewhere."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from jiannuo.kernel.regions.models import Division
from jiannuo.operations.dispatch.planning import services
from jiannuo.operations.dispatch.planning.models import PlanningSettings
from jiannuo.operations.dispatch.planning.tests.town import given, order, propose
from jiannuo.operations.dispatch.queries import suitable
from jiannuo.operations.dispatch.suitability import Need

pytestmark = pytest.mark.django_db


def district():
    """西湖区, in which the orders are."""
    return Division.objects.get_or_create(code="330106", defaults={"name": "西湖区", "level": 3})[0]


@pytest.fixture
def west(town):
    """Everybody serves another district than the one in which the orders are."""
    for person in (town.technician, town.colleague):
        person.technician.areas = ["330200"]
        person.technician.save()
    return town


def rule(name, cost=300):
    PlanningSettings.objects.update(area_rule=name, outside_area=cost)


def test_without_a_rule_areas_are_left_for_a_cost_and_marked(west, client):
    order(west, division=district())

    proposal = propose(west)

    assert proposal.items.get().technician is not None
    assert proposal.score["outside_area"] == 1
    client.force_login(west.dispatcher)
    page = client.get(proposal.get_absolute_url())
    assert [item.outside for day in page.context["days"] for item in day.items] == [True]
    assert "跨区工单数" in page.content.decode()


def test_who_serves_the_district_gets_the_order_where_the_cost_says_so(west):
    near, far = west.technician.technician, west.colleague.technician
    near.home_latitude, far.home_latitude = 30.25, 30.30
    far.areas = ["330106"]
    near.save()
    far.save()
    order(west, division=district())

    rule("costs", 5000)
    assert propose(west).items.get().technician == west.colleague
    rule("free", 5000)
    assert propose(west).items.get().technician == west.technician


def test_a_hard_limit_leaves_the_order_out_and_says_why(west, client):
    order(west, division=district())
    rule("never")

    proposal = propose(west)

    assert [item.reason for item in proposal.items.all()] == ["area"]
    client.force_login(west.dispatcher)
    assert "负责区域" in client.get(proposal.get_absolute_url()).context["left"][0][1]
    with pytest.raises(ValidationError):
        services.publish(proposal, by=west.dispatcher)


def test_what_a_dispatcher_locked_outside_stays_in_spite_of_the_limit(west):
    one = given(west, order(west, division=district()))
    one.visits.update(locked=True)
    rule("never")

    assert propose(west).items.get().technician == west.technician


def test_without_own_areas_those_of_the_organisation_hold_here_and_on_the_board(west):
    for person in (west.technician, west.colleague):
        person.technician.areas = []
        person.technician.save()
    one = order(west, division=district())
    rule("never")
    need = Need(category=one.category.code_path, division="330106")

    def notes():
        return {note.code for fit in suitable(one, need, user=west.dispatcher) for note in fit.notes}

    west.dealer.areas = ["330200"]
    west.dealer.save()
    assert propose(west).items.get().reason == "area"
    assert "area_outside" in notes()
    west.dealer.areas = ["330100"]
    west.dealer.save()
    assert propose(west).items.get().technician is not None
    assert "area_outside" not in notes()
    west.dealer.areas = []
    west.dealer.save()
    assert "area_everywhere" in notes()


def test_the_manager_chooses_the_rule(town, client):
    client.force_login(town.manager)
    path = reverse("planning:setting_new", args=["costs"])
    values = {
        name: value for name, value in client.get(path).context["form"].initial.items() if value is not None
    }
    values |= {
        "organization": town.dealer.pk,
        "lunch_from": "11:30",
        "lunch_to": "13:30",
        "area_rule": "never",
    }

    assert client.post(path, {**values, "area_rule": "sometimes"}).status_code == 422
    assert client.post(path, values).status_code == 302
    assert PlanningSettings.objects.get(organization=town.dealer).area_rule == "never"
    assert "不得跨区" in client.get(reverse("planning:settings")).content.decode()

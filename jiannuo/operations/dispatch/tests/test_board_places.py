"""Orders without coordinates on the board: drawn and warned of from the centre of their area, and marked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.regions.models import Division
from jiannuo.operations.dispatch.board.services import Placement, assess, place
from jiannuo.operations.dispatch.board.trips import Outing, propose
from jiannuo.operations.dispatch.models import GroupTrip
from jiannuo.operations.dispatch.planning.models import PlanningSettings, RoadLeg
from jiannuo.operations.dispatch.planning.models.roads import number_of
from jiannuo.operations.dispatch.planning.places import centres
from jiannuo.operations.dispatch.tests.many import fill
from jiannuo.operations.workforce.models import Shift, Skill, Technician
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tests import scene
from jiannuo.registry.customers.models import Address
from jiannuo.testing import factories

WEST, EAST = "330106", "330104"


def known_address(firm, code, east):
    Division.objects.get_or_create(code=code, defaults={"name": code, "level": 3})
    Address.objects.create(customer=firm.customer, division_id=code, latitude=30.25, longitude=east)


@pytest.fixture
def area(firm):
    """Two districts with known addresses, a technician who lives in the first, orders known by district only."""
    for code, east in ((WEST, 120.10), (EAST, 120.30)):
        for number in range(2):
            known_address(firm, code, east + number / 50)
    profile = firm.technician.technician
    profile.home_latitude, profile.home_longitude = 30.25, 120.11
    profile.save()
    Skill.objects.create(technician=profile, category=firm.unit.model.category, level=3)
    Shift.objects.create(technician=profile, starts_at=scene.tomorrow(8), ends_at=scene.tomorrow(18))
    return firm


def rough(area, code=EAST, **fields):
    return area.order(division=Division.objects.get(code=code), latitude=None, longitude=None, **fields)


def given(area, order, hour, minutes=60):
    begins = scene.tomorrow(hour)
    return place(
        order,
        Placement(area.technician, begins, begins + timedelta(minutes=minutes)),
        by=area.dispatcher,
        confirmed=[f"area_outside:{area.technician.pk}"],
        reason="就近",
    )


def board_of(client, area):
    client.force_login(area.dispatcher)
    day = timezone.localtime(scene.tomorrow(8)).date().isoformat()
    return client.get(reverse("dispatch:board_data"), {"day": day, "days": "1"}).json()


def test_journeys_are_drawn_from_the_centre_of_the_area_and_marked(area, client):
    near, far = given(area, rough(area, WEST), 9), given(area, rough(area), 14)
    waiting, lost = rough(area), area.order(latitude=None, longitude=None, division=None)

    found = board_of(client, area)

    jobs = {job["n"]: job for job in found["jobs"]}
    queue = {one["n"]: one for one in found["queue"]}
    assert jobs[near.number]["rough_place"] == jobs[far.number]["rough_place"] == 1
    assert "way" not in jobs[near.number]  # the technician lives in the middle of it
    assert jobs[far.number]["way"] > 40
    assert queue[waiting.number]["rough_place"] == 1
    assert "nowhere" not in queue[waiting.number]
    assert queue[lost.number]["nowhere"] == 1
    assert "rough_place" not in queue[lost.number]


def test_a_journey_that_is_too_short_is_warned_of(area):
    given(area, rough(area, WEST), 9)
    begins = scene.tomorrow(10)
    tried = Placement(area.technician, begins, begins + timedelta(hours=1))
    assert "journey" in {one.code for one in assess(rough(area), tried, by=area.dispatcher).warnings}


def test_the_stops_of_a_group_trip_leave_time_for_the_way(area):
    outing = Outing(area.technician, scene.tomorrow(9), (rough(area, WEST), rough(area)))
    found = propose(outing, by=area.dispatcher, minutes=dict.fromkeys((one.pk for one in outing.orders), 60))
    gap = found.stops[1].slot.begins - found.stops[0].slot.ends
    assert gap > timedelta(minutes=40)
    assert "journey" not in {one.code for one in found.warnings}
    assert found.kilometres is None  # the length of a trip is said only where it is known
    assert not GroupTrip.objects.exists()


def test_the_panel_of_an_order_says_that_the_place_is_only_rough(area, client):
    client.force_login(area.dispatcher)
    page = client.get(reverse("dispatch:board_order", args=[rough(area).number])).content.decode()
    assert "地点只是大概" in page


@pytest.mark.parametrize(
    ("where", "words", "counts"),
    [
        ("own", "", True),
        ("organisation", "从机构地点出发", True),
        ("area", "从区域中心出发", True),
        ("nowhere", "首程不计：出发地不明", False),
    ],
)
def test_where_somebody_sets_out_is_said(area, client, where, words, counts):
    profile = area.technician.technician
    if where != "own":
        Technician.objects.filter(pk=profile.pk).update(home_latitude=None, home_longitude=None)
    if where == "organisation":
        PlanningSettings.objects.create(organization=area.head, latitude=30.25, longitude=120.11)
    if where == "area":
        type(area.dealer).objects.filter(pk=area.dealer.pk).update(areas=[WEST])
    job = given(area, rough(area), 9)

    found = board_of(client, area)

    people = {person["id"]: person for group in found["groups"] for person in group["people"]}
    assert people[area.technician.pk].get("from", "") == words
    drawn = next(one for one in found["jobs"] if one["n"] == job.number)
    assert (drawn.get("way", 0) > 0) is counts


def test_places_by_the_centre_and_known_roads_keep_to_the_fifteen_queries(
    firm, client, django_assert_max_num_queries
):
    fill(firm, technicians=40, waiting=150, planned=150)
    for code in (WEST, EAST):
        known_address(firm, code, 120.15)
    keys = list(WorkOrder.objects.values_list("pk", flat=True))
    WorkOrder.objects.filter(pk__in=keys[::2]).update(latitude=None, longitude=None, division=WEST)
    Technician.objects.update(home_latitude=None, home_longitude=None)
    type(firm.dealer).objects.filter(pk=firm.dealer.pk).update(areas=[EAST])
    PlanningSettings.objects.create(organization=firm.head, journeys="roads")
    client.force_login(factories.person("dispatcher", at=firm.head))
    day = timezone.localtime(scene.tomorrow(8)).date().isoformat()

    with django_assert_max_num_queries(15):
        found = client.get(reverse("dispatch:board_data"), {"day": day, "days": "1"}).json()

    assert len(found["jobs"]) == 150
    assert sum(job.get("rough_place", 0) for job in found["jobs"]) == 75


def test_a_known_road_counts_on_the_board_and_nobody_is_asked(area, client, settings):
    settings.ROAD_MATRIX_URL = "http://127.0.0.1:9"  # where nobody answers
    settings.ROAD_MATRIX_TIMEOUT = 30.0
    PlanningSettings.objects.create(organization=area.head, journeys="roads", handling_minutes=5)
    given(area, area.order(latitude=30.25, longitude=120.31, division=Division.objects.get(code=EAST)), 14)
    by_speed = board_of(client, area)["jobs"][0]["way"]

    home, there = (302_500, 1_201_100), (302_500, 1_203_100)
    RoadLeg.objects.create(
        origin=number_of(home),
        destination=number_of(there),
        seconds=70 * 60,
        metres=40_000,
        asked_at=timezone.now(),
    )

    assert by_speed != 75
    assert board_of(client, area)["jobs"][0]["way"] == 75


def test_the_centre_is_that_of_the_smallest_division_with_a_known_address(area, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = centres([WEST, EAST, "330106001"])
    assert found == {
        WEST: pytest.approx((30.25, 120.11)),
        EAST: pytest.approx((30.25, 120.31)),
        "330106001": pytest.approx((30.25, 120.11)),
    }
    with django_assert_num_queries(2):
        assert centres(["330203", "110101"]) == {"330203": pytest.approx((30.25, 120.21))}
    with django_assert_num_queries(0):
        assert centres(["", ""]) == {}

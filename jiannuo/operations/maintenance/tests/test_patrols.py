"""Routes, rounds point by point, and what was missed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.models import Notice
from jiannuo.operations.maintenance import measured
from jiannuo.operations.maintenance.models import Finding, PatrolRound
from jiannuo.operations.maintenance.services import (
    PointEntry,
    PointRecorded,
    add_point,
    close_past_rounds,
    do_round,
    move_point,
    plan_round,
    plan_special,
    record_point,
    remove_point,
    save_route,
    skip_point,
)


def answers(point, *, terminals="yes", current="450"):
    return {c.pk: terminals if c.kind == "yes_no" else current for c in point.checks.all()}


def test_a_round_is_planned_once_a_day_on_the_days_of_its_route(plant):
    route = plant.route()
    assert plan_round(route) is not None
    assert plan_round(route) is None
    weekday = str((plant.today.weekday() + 1) % 7)
    assert plan_round(plant.route(name="隔日", weekdays=weekday)) is None
    with pytest.raises(IntegrityError), transaction.atomic():
        PatrolRound.objects.create(
            route=route, day=plant.today, customer=route.customer, organization=route.organization, number="X"
        )


def test_a_round_is_walked_point_by_point_and_finished_when_all_are_checked(plant):
    one = plant.round()
    first, second = one.points.all()
    assert record_point(first, answers(first), by=plant.technician) == []
    with pytest.raises(ValidationError):
        do_round(one, "finish", by=plant.technician)
    skip_point(second, by=plant.technician, reason="门锁着")
    one = do_round(one, "finish", by=plant.technician, data={"remark": "2号次日补"})
    assert (one.state, one.person) == ("finished", plant.technician)


def test_a_point_recorded_twice_stays_as_it_was_and_the_same_record_again_is_no_error(plant):
    one = plant.round()
    first = one.points.first()
    record_point(first, answers(first), by=plant.technician, key="phone-1")
    assert record_point(first, answers(first), by=plant.technician, key="phone-1") == []
    with pytest.raises(PointRecorded) as again:
        record_point(first, answers(first, current="500"), by=plant.second, key="phone-2")
    assert "吴建国" in str(again.value)
    with pytest.raises(PointRecorded):
        skip_point(first, by=plant.second, reason="x")
    assert first.checks.get(kind="number").value == "450"
    with pytest.raises(ActionNotAllowed):
        do_round(one, "start", by=plant.second)


def test_missing_and_impossible_answers_are_refused_by_check_and_nothing_is_kept(plant):
    one = plant.round()
    first = one.points.first()
    yes_no, number = first.checks.all()
    with pytest.raises(ValidationError) as refused:
        record_point(first, {yes_no.pk: "maybe", number.pk: ""}, by=plant.technician)
    assert set(refused.value.message_dict) == {f"check-{yes_no.pk}", f"check-{number.pk}"}
    first.refresh_from_db()
    assert first.state == "open"


def test_what_is_out_of_its_limits_becomes_one_finding_until_it_is_solved(plant):
    one = plant.round(plant.route((plant.unit,)))
    point = one.points.get()
    (finding,) = record_point(point, answers(point, current="560"), by=plant.technician)
    assert (finding.unit, finding.owner, finding.state) == (plant.unit, plant.dispatcher, "open")
    assert "560" in finding.value
    assert finding.found_in_id == one.pk
    special = plan_special(one.route, day=plant.today, occasion="台风", by=plant.dispatcher)
    special = do_round(special, "start", by=plant.second)
    point = special.points.get()
    assert record_point(point, answers(point, current="570"), by=plant.second) == []
    assert Finding.objects.count() == 1
    assert "570" in finding.timeline.first().text
    assert measured.of_unit(plant.unit)[0].style == "danger"


def test_a_point_taken_off_in_the_middle_of_a_round_is_shown_as_taken_off(plant):
    one = plant.round()
    first, second = one.points.all()
    record_point(first, answers(first), by=plant.technician)
    remove_point(second.point, by=plant.dispatcher)
    second.refresh_from_db()
    assert second.state == "removed"
    with pytest.raises(ValidationError):
        record_point(second, answers(second), by=plant.technician)
    assert do_round(one, "finish", by=plant.technician).state == "finished"
    with pytest.raises(ValidationError):
        remove_point(first.point, by=plant.dispatcher)


def test_a_point_added_during_a_round_is_for_the_next_one(plant):
    one = plant.round()
    add_point(one.route, PointEntry(place="3号高杆灯"), by=plant.dispatcher)
    assert one.points.count() == 2
    move_point(one.route.points.last(), up=True, by=plant.dispatcher)
    places = list(one.route.points.values_list("place", flat=True))
    assert places == ["1号高杆灯", "3号高杆灯", "2号高杆灯"]


def test_rounds_of_a_day_that_is_over_are_missed_or_incomplete_and_told(plant):
    yesterday = plant.ago(1)
    nobody = plan_round(plant.route(name="甲"), today=yesterday)
    begun = plan_round(plant.route(name="乙"), today=yesterday)
    do_round(begun, "start", by=plant.technician, at=plant.moment(1))
    assert close_past_rounds() == 2
    nobody.refresh_from_db()
    begun.refresh_from_db()
    assert (nobody.state, begun.state) == ("missed", "incomplete")
    assert Notice.objects.filter(person=plant.dispatcher, kind="maintenance.round_missed").count() == 2
    assert close_past_rounds() == 0


def test_a_round_of_another_day_and_one_called_off_cannot_be_started(plant):
    route = plant.route()
    tomorrow = plan_round(route, today=plant.today + timedelta(days=1))
    with pytest.raises(ValidationError):
        do_round(tomorrow, "start", by=plant.technician)
    today = plan_round(route)
    do_round(today, "call_off", by=plant.dispatcher, data={"reason": "台风停工"})
    with pytest.raises(ActionNotAllowed):
        do_round(today, "start", by=plant.technician)


def test_bad_routes_points_and_special_rounds_are_refused(plant):
    for fields in ({"weekdays": ""}, {"ends_on": plant.ago(30)}):
        with pytest.raises(ValidationError):
            plant.route(**fields)
    with pytest.raises(ValidationError):
        plant.route(())
    route = plant.route()
    for entry in (PointEntry(), PointEntry(unit=plant.foreign)):
        with pytest.raises(ValidationError):
            add_point(route, entry, by=plant.dispatcher)
    plan_special(route, day=plant.today, occasion="国庆", by=plant.dispatcher)
    for day, occasion in ((plant.today, "国庆"), (plant.today, " "), (plant.ago(1), "台风")):
        with pytest.raises(ValidationError):
            plan_special(route, day=day, occasion=occasion, by=plant.dispatcher)
    with pytest.raises(PermissionDenied):
        save_route(route, by=plant.technician)
    with pytest.raises(PermissionDenied):
        do_round(plan_round(route), "start", by=plant.finance)


def test_the_values_of_a_point_show_where_they_go(plant):
    route = plant.route(starts_on=plant.ago(60))
    for days, value in ((40, 460), (30, 475), (20, 490), (10, 505)):
        one = plan_round(route, today=plant.ago(days))
        at = timezone.now() - timedelta(days=days)
        one = do_round(one, "start", by=plant.technician, at=at)
        point = one.points.first()
        record_point(point, answers(point, current=str(value)), by=plant.technician, at=at)
    (current,) = measured.of_point(route.points.first())
    assert current.style == "warning"
    assert current.trend.limit == 520
    assert "<svg" in current.chart
    assert "520" in current.chart

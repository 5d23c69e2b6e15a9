"""Files of technicians: skills, shifts, absences, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.regions.models import Division
from jiannuo.operations.workforce.models import Shift, Technician
from jiannuo.operations.workforce.services import (
    ShiftPlan,
    add_absence,
    add_shifts,
    save_technician,
    set_skill,
)
from jiannuo.testing import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)


@pytest.fixture
def technician(firm):
    return firm.technician.technician


@pytest.fixture
def as_dispatcher(client, firm):
    client.force_login(firm.dispatcher)
    return client


def plan(**changes):
    values = {
        "first": MONDAY,
        "last": MONDAY + timedelta(days=6),
        "weekdays": [0, 1, 2, 3, 4],
        "begins": time(8, 30),
        "ends": time(17, 30),
        **changes,
    }
    return ShiftPlan(**values)


def test_shifts_of_a_week_are_planned_at_once(firm, technician):
    assert add_shifts(technician, plan(), by=firm.dispatcher) == 5

    first = technician.shifts.first()
    assert first.starts_at == datetime(2026, 11, 23, 8, 30, tzinfo=SHANGHAI)


def test_a_night_shift_ends_on_the_next_day(firm, technician):
    add_shifts(technician, plan(last=MONDAY, begins=time(20), ends=time(2)), by=firm.dispatcher)

    shift = technician.shifts.get()
    assert shift.ends_at - shift.starts_at == timedelta(hours=6)


REFUSED_PLANS = [
    ({"last": MONDAY - timedelta(days=1)}, "last"),
    ({"last": MONDAY + timedelta(days=92)}, "last"),
    ({"last": MONDAY, "weekdays": [6]}, "weekdays"),
    ({"begins": time(1), "ends": time(20)}, "ends"),
    ({"begins": time(8), "ends": time(8)}, "ends"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED_PLANS)
def test_an_impossible_plan_is_refused(firm, technician, change, field):
    with pytest.raises(ValidationError) as refused:
        add_shifts(technician, plan(**change), by=firm.dispatcher)
    assert field in refused.value.message_dict
    assert not technician.shifts.exists()


OVERLAPS = [
    (time(17), time(19), True),
    (time(17, 30), time(19), False),
    (time(6), time(8, 30), False),
    (time(9), time(10), True),
]


@pytest.mark.parametrize(("begins", "ends", "refused"), OVERLAPS)
def test_overlapping_shifts_are_refused_and_the_day_is_named(firm, technician, begins, ends, refused):
    add_shifts(technician, plan(last=MONDAY), by=firm.dispatcher)
    other = plan(begins=begins, ends=ends)

    if refused:
        with pytest.raises(ValidationError, match="2026-11-23"):
            add_shifts(technician, other, by=firm.dispatcher)
        assert technician.shifts.count() == 1
    else:
        assert add_shifts(technician, other, by=firm.dispatcher) == 5


def test_night_shifts_that_run_into_each_other_are_refused(firm, technician):
    with pytest.raises(ValidationError):
        add_shifts(technician, plan(begins=time(20), ends=time(19)), by=firm.dispatcher)


def moment(day, hour=0):
    return datetime(2026, 11, day, hour, tzinfo=SHANGHAI)


REFUSED_ABSENCES = [
    (moment(24), moment(23), "leave", "ends_at"),
    (moment(24), moment(24), "leave", "ends_at"),
    (moment(24), moment(24) + timedelta(days=400), "leave", "ends_at"),
    (moment(20), moment(22), "leave", "starts_at"),
    (moment(25), moment(26), "party", "reason"),
]


@pytest.mark.parametrize(("starts", "ends", "reason", "field"), REFUSED_ABSENCES)
def test_an_impossible_absence_is_refused(firm, technician, starts, ends, reason, field):
    add_absence(technician, moment(21), moment(23), "training", by=firm.dispatcher)

    with pytest.raises(ValidationError) as refused:
        add_absence(technician, starts, ends, reason, by=firm.dispatcher)
    assert field in refused.value.message_dict


@pytest.fixture
def divisions(db):
    for code, name in (("330106", "西湖区"), ("330108", "滨江区")):
        Division.objects.get_or_create(code=code, defaults={"name": name, "level": 3})


def test_unknown_divisions_are_refused_by_their_code(firm, technician, divisions):
    with pytest.raises(ValidationError, match="999999"):
        save_technician(technician, {"areas": ["330106", "999999"]}, by=firm.dispatcher)

    save_technician(technician, {"areas": ["330106", "330108"]}, by=firm.dispatcher)
    assert Technician.objects.get(pk=technician.pk).areas == ["330106", "330108"]


def test_half_a_home_point_is_refused(firm, technician):
    with pytest.raises(ValidationError):
        save_technician(technician, {"home_latitude": 30.2, "home_longitude": None}, by=firm.dispatcher)


def test_a_person_without_the_role_gets_no_file(firm):
    clerk = factories.person("service_agent", at=firm.dealer)

    with pytest.raises(ValidationError) as refused:
        save_technician(Technician(user=clerk, organization=firm.dealer), {}, by=firm.dispatcher)
    assert "user" in refused.value.message_dict


@pytest.mark.parametrize("level", [0, 6])
def test_a_level_out_of_its_range_is_refused(firm, technician, level):
    with pytest.raises(ValidationError):
        set_skill(technician, factories.category(), level, by=firm.dispatcher)


def test_a_skill_for_the_same_category_is_replaced(firm, technician):
    category = factories.category()
    set_skill(technician, category, 2, by=firm.dispatcher)
    set_skill(technician, category, 4, by=firm.dispatcher, certificate="特种作业")

    assert technician.skills.get().level == 4


def test_files_of_another_dealer_are_not_touched(firm, client):
    theirs = firm.stranger.technician

    with pytest.raises(PermissionDenied):
        add_shifts(theirs, plan(), by=firm.dispatcher)
    with pytest.raises(PermissionDenied):
        set_skill(theirs, factories.category(), 3, by=firm.dispatcher)
    with pytest.raises(PermissionDenied):
        save_technician(firm.technician.technician, {"organization": firm.other_dealer}, by=firm.dispatcher)
    client.force_login(firm.dispatcher)
    for name in ("workforce:detail", "workforce:edit", "workforce:shifts_new"):
        assert client.get(reverse(name, args=[theirs.pk])).status_code == 404


def test_technicians_do_not_see_the_files(firm, client):
    client.force_login(firm.technician)

    assert client.get(reverse("workforce:list")).status_code == 403


def test_the_list_and_a_file_keep_their_budgets(
    firm, as_dispatcher, technician, django_assert_max_num_queries
):
    add_shifts(
        technician,
        plan(first=timezone.localdate(), last=timezone.localdate() + timedelta(days=7)),
        by=firm.dispatcher,
    )
    set_skill(technician, factories.category(), 3, by=firm.dispatcher)

    with django_assert_max_num_queries(12):
        assert as_dispatcher.get(reverse("workforce:list")).status_code == 200
    with django_assert_max_num_queries(25):
        assert as_dispatcher.get(reverse("workforce:detail", args=[technician.pk])).status_code == 200
    for week in ("2026-11-25", "garbage", "9999-99-99", "0001-01-01"):
        assert (
            as_dispatcher.get(reverse("workforce:detail", args=[technician.pk]), {"week": week}).status_code
            == 200
        )


def test_a_file_is_made_and_changed_on_its_pages(firm, as_dispatcher, divisions):
    person = factories.person("technician", at=firm.dealer)
    data = {
        "user": person.pk,
        "organization": firm.dealer.pk,
        "areas": "330106，330108",
        "daily_minutes": 420,
        "active": "on",
    }

    assert as_dispatcher.post(reverse("workforce:create"), data).status_code == 302
    made = Technician.objects.get(user=person)
    assert made.areas == ["330106", "330108"]
    bad = as_dispatcher.post(reverse("workforce:edit", args=[made.pk]), {**data, "areas": "123"})
    assert bad.status_code == 422
    assert (
        as_dispatcher.post(
            reverse("workforce:edit", args=[made.pk]), {**data, "daily_minutes": 5}
        ).status_code
        == 422
    )


def test_parts_of_a_file_are_kept_in_dialogs(firm, as_dispatcher, technician):
    shifts = {
        "first": "2026-11-23",
        "last": "2026-11-27",
        "weekdays": [0, 1],
        "begins": "08:00",
        "ends": "17:00",
    }
    address = reverse("workforce:shifts_new", args=[technician.pk])
    assert as_dispatcher.get(address, headers={"HX-Request": "true"}).status_code == 200
    assert as_dispatcher.post(address, shifts).status_code == 302
    assert as_dispatcher.post(address, shifts).status_code == 422
    shift = Shift.objects.first()
    assert as_dispatcher.post(reverse("workforce:shift_remove", args=[shift.pk])).status_code == 302
    assert technician.shifts.count() == 1

    skill = {"category": factories.category().pk, "level": 4}
    assert as_dispatcher.post(reverse("workforce:skill_new", args=[technician.pk]), skill).status_code == 302
    taken = technician.skills.get()
    assert as_dispatcher.post(reverse("workforce:skill_remove", args=[taken.pk])).status_code == 302

    absence = {"starts_at": "2026-11-24T08:00", "ends_at": "2026-11-24T12:00", "reason": "leave"}
    assert (
        as_dispatcher.post(reverse("workforce:absence_new", args=[technician.pk]), absence).status_code == 302
    )
    gone = technician.absences.get()
    assert as_dispatcher.post(reverse("workforce:absence_remove", args=[gone.pk])).status_code == 302

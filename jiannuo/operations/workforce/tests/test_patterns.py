"""Patterns of weeks made into shifts, days that differ, certificates that gate work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.calendars.services import create_calendar
from jiannuo.office.notices.models import Notice
from jiannuo.operations.dispatch.queries import need_of, suitable
from jiannuo.operations.workforce.certificates import lacking
from jiannuo.operations.workforce.models import Certificate, CertificateKind, ShiftException, ShiftPattern
from jiannuo.operations.workforce.services import (
    PatternDayPlan,
    ShiftPlan,
    add_shifts,
    assign_pattern,
    end_assignment,
    make_shifts,
    remind_of_certificates,
    save_certificate,
    save_exception,
    save_pattern,
)
from jiannuo.operations.workorders.services import do
from jiannuo.operations.workorders.tests.scene import drawing
from jiannuo.testing import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")
LUNCH = (time(12), time(13))
WEEK = tuple(PatternDayPlan(day, time(8, 30), time(17, 30), LUNCH) for day in range(5))


@pytest.fixture
def technician(firm):
    return firm.technician.technician


@pytest.fixture
def as_dispatcher(client, firm):
    client.force_login(firm.dispatcher)
    return client


def make_pattern(firm, days=WEEK, **values):
    values = {"organization": firm.dealer, "name": "白班", "days_ahead": 14, **values}
    return save_pattern(ShiftPattern(), values, days, by=firm.dispatcher)


def next_monday():
    today = timezone.localdate()
    return today + timedelta(days=7 - today.weekday())


def test_shifts_are_made_ahead_with_lunch_and_only_once(firm, technician):
    monday = next_monday()

    assign_pattern(
        technician, make_pattern(firm), first=monday, last=monday + timedelta(days=6), by=firm.dispatcher
    )

    assert technician.shifts.count() == 5
    first = technician.shifts.first()
    assert first.starts_at == datetime.combine(monday, time(8, 30), SHANGHAI)
    assert (first.break_from, first.break_to) == tuple(datetime.combine(monday, at, SHANGHAI) for at in LUNCH)
    assert make_shifts() == 0


def test_the_scheduler_makes_the_days_that_come_into_reach_and_not_those_taken_away(firm, technician):
    assign_pattern(technician, make_pattern(firm), first=next_monday(), by=firm.dispatcher)
    technician.shifts.last().delete()
    before = technician.shifts.count()

    made = make_shifts(timezone.now() + timedelta(days=7))

    assert made == 5
    assert technician.shifts.count() == before + 5


def test_no_shift_on_a_holiday_and_one_on_a_day_worked_instead(firm, technician):
    # National day 2026: 1–7 October free, 10 October (Saturday) worked instead.
    weekly = {day: ["08:30-17:30"] for day in ("mon", "tue", "wed", "thu", "fri")}
    calendar = create_calendar(
        code="shop", name="办公", definition={"weekly": weekly, "observes_holidays": True}
    )
    pattern = make_pattern(firm, calendar=calendar, days_ahead=30)
    noon = datetime(2026, 9, 25, 12, tzinfo=SHANGHAI)

    assignment = assign_pattern(
        technician, pattern, first=date(2026, 9, 28), last=date(2026, 10, 12), by=firm.dispatcher
    )
    assignment.made_until = None
    assignment.save()
    technician.shifts.all().delete()
    make_shifts(noon)

    days = {timezone.localtime(at).date() for at in technician.shifts.values_list("starts_at", flat=True)}
    assert date(2026, 9, 30) in days
    assert not any(date(2026, 10, 1) <= day <= date(2026, 10, 7) for day in days)
    assert date(2026, 10, 10) in days


def test_a_night_shift_has_its_break_after_midnight(firm, technician):
    night = [PatternDayPlan(0, time(20), time(4), (time(0, 30), time(1)))]

    assign_pattern(technician, make_pattern(firm, night), first=next_monday(), by=firm.dispatcher)

    shift = technician.shifts.first()
    assert shift.ends_at - shift.starts_at == timedelta(hours=8)
    assert shift.break_from - shift.starts_at == timedelta(hours=4, minutes=30)


REFUSED_WEEKS = [
    ([], "没有工作日"),
    ([PatternDayPlan(0, time(1), time(20))], "16"),
    ([PatternDayPlan(0, time(8), time(17)), PatternDayPlan(0, time(18), time(19))], "两次"),
    ([PatternDayPlan(0, time(20), time(9)), PatternDayPlan(1, time(8), time(17))], "重叠"),
    ([PatternDayPlan(6, time(20), time(9)), PatternDayPlan(0, time(8), time(17))], "重叠"),
    ([PatternDayPlan(0, time(8), time(17), (time(17), time(18)))], "午休"),
    ([PatternDayPlan(0, time(8), time(17), (time(13), time(12)))], "午休"),
]


@pytest.mark.parametrize(("days", "word"), REFUSED_WEEKS)
def test_an_impossible_week_is_refused(firm, days, word):
    with pytest.raises(ValidationError, match=word):
        make_pattern(firm, days)
    assert not ShiftPattern.objects.exists()


def test_a_pattern_of_another_dealer_is_not_touched(firm, client):
    theirs = ShiftPattern.objects.create(organization=firm.other_dealer, name="他人")

    with pytest.raises(PermissionDenied):
        save_pattern(theirs, {}, WEEK, by=firm.dispatcher)
    with pytest.raises(ValidationError):
        assign_pattern(firm.technician.technician, theirs, first=next_monday(), by=firm.dispatcher)
    client.force_login(firm.dispatcher)
    assert client.get(reverse("workforce:pattern_edit", args=[theirs.pk])).status_code == 404


def test_shifts_made_by_hand_stay_and_no_other_is_made_over_them(firm, technician):
    monday = next_monday()
    add_shifts(technician, ShiftPlan(monday, monday, [0], time(10), time(12)), by=firm.dispatcher)

    assign_pattern(
        technician, make_pattern(firm), first=monday, last=monday + timedelta(days=6), by=firm.dispatcher
    )

    assert technician.shifts.count() == 5
    assert technician.shifts.first().ends_at == datetime.combine(monday, time(12), SHANGHAI)


def test_another_week_replaces_the_shifts_to_come(firm, technician):
    pattern = make_pattern(firm)
    assign_pattern(technician, pattern, first=next_monday(), by=firm.dispatcher)

    save_pattern(pattern, {}, [PatternDayPlan(2, time(9), time(15))], by=firm.dispatcher)

    assert {timezone.localtime(shift.starts_at).weekday() for shift in technician.shifts.all()} == {2}


def test_a_following_pattern_ends_the_one_before(firm, technician):
    monday = next_monday()
    first = assign_pattern(technician, make_pattern(firm), first=monday, by=firm.dispatcher)
    late = make_pattern(firm, [PatternDayPlan(day, time(13), time(21)) for day in range(5)], name="晚班")

    assign_pattern(technician, late, first=monday + timedelta(days=7), by=firm.dispatcher)

    first.refresh_from_db()
    assert first.last == monday + timedelta(days=6)
    hours = [timezone.localtime(shift.starts_at).hour for shift in technician.shifts.all()]
    assert hours[:5] == [8] * 5
    assert set(hours[5:]) == {13}
    with pytest.raises(ValidationError):
        assign_pattern(technician, late, first=monday, by=firm.dispatcher)


def test_the_end_of_a_pattern_takes_the_later_shifts_away(firm, technician):
    monday = next_monday()
    assignment = assign_pattern(technician, make_pattern(firm), first=monday, by=firm.dispatcher)

    end_assignment(assignment, on=monday + timedelta(days=1), by=firm.dispatcher)

    assert technician.shifts.count() == 2
    assert make_shifts(timezone.now() + timedelta(days=30)) == 0


def test_a_day_off_and_a_day_at_another_time(firm, technician):
    monday = next_monday()
    assign_pattern(
        technician, make_pattern(firm), first=monday, last=monday + timedelta(days=6), by=firm.dispatcher
    )

    save_exception(technician, monday, reason="调休", by=firm.dispatcher)
    save_exception(
        technician,
        monday + timedelta(days=5),
        reason="加班",
        begins=time(9),
        ends=time(12),
        by=firm.dispatcher,
    )

    days = [timezone.localtime(shift.starts_at).weekday() for shift in technician.shifts.all()]
    assert days == [1, 2, 3, 4, 5]


REFUSED_DAYS = [
    ({"day": date(2020, 1, 1)}, "day"),
    ({"begins": time(9)}, "ends"),
    ({"begins": time(1), "ends": time(20)}, "ends"),
    ({"reason": ""}, "reason"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED_DAYS)
def test_an_impossible_exception_is_refused(firm, technician, change, field):
    values = {"day": next_monday(), "reason": "调休", **change}

    with pytest.raises(ValidationError) as refused:
        save_exception(technician, values.pop("day"), by=firm.dispatcher, **values)
    assert field in refused.value.message_dict
    assert not ShiftException.objects.exists()


@pytest.fixture
def refrigeration(firm):
    kind = CertificateKind.objects.create(name="制冷设备维修作业证", remind_days=30)
    kind.categories.add(factories.category("appliance"))
    return kind


def certify(firm, technician, kind, days, number="苏A-001"):
    return save_certificate(
        Certificate(technician=technician),
        kind=kind,
        number=number,
        expires_on=timezone.localdate() + timedelta(days=days),
        by=firm.dispatcher,
    )


def test_without_a_valid_certificate_no_order_is_given(firm, technician, refrigeration):
    order = firm.order()
    certify(firm, technician, refrigeration, -1)

    with pytest.raises(ValidationError, match="制冷设备维修作业证"):
        do(order, "assign", by=firm.dispatcher, data={"technician": firm.technician})

    certify(firm, technician, refrigeration, 5, number="苏A-002")
    assert do(order, "assign", by=firm.dispatcher, data={"technician": firm.technician}).state == "dispatched"


def test_a_certificate_counts_on_the_day_of_the_appointment(firm, technician, refrigeration):
    certify(firm, technician, refrigeration, 5)
    begins = timezone.now() + timedelta(days=8)

    with pytest.raises(ValidationError):
        do(
            firm.order(),
            "assign",
            by=firm.dispatcher,
            data={"technician": firm.technician, "appointment_from": begins},
        )


def test_who_lacks_a_certificate_comes_last_and_the_reason_is_named(firm, technician, refrigeration):
    certify(firm, firm.colleague.technician, refrigeration, 100)
    order = firm.order()

    fits = suitable(order, need_of(order), user=firm.dispatcher)

    assert fits[0].candidate.key == firm.colleague.pk
    assert "certificate_missing" in {note.code for note in fits[-1].warnings}
    assert lacking([technician], factories.category("machinery"), timezone.localdate()) == {}


def test_holder_and_office_are_reminded_once_for_each_end(firm, technician, refrigeration):
    certificate = certify(firm, technician, refrigeration, 20)
    certify(firm, firm.colleague.technician, refrigeration, 200, number="苏A-003")

    assert remind_of_certificates() == 1
    assert remind_of_certificates() == 0
    people = set(Notice.objects.filter(kind="workforce.certificate").values_list("person", flat=True))
    assert people == {firm.technician.pk, firm.dispatcher.pk, firm.manager.pk}
    certificate.expires_on += timedelta(days=3)
    certificate.save()
    assert remind_of_certificates() == 1


def test_dates_the_wrong_way_round_and_numbers_twice_are_refused(firm, technician, refrigeration):
    certify(firm, technician, refrigeration, 20)

    with pytest.raises(ValidationError, match="已登记"):
        certify(firm, technician, refrigeration, 20)
    with pytest.raises(ValidationError, match="不能早于发证日期"):
        save_certificate(
            Certificate(technician=technician),
            kind=refrigeration,
            number="2",
            issued_on=date(2026, 1, 2),
            expires_on=date(2026, 1, 1),
            by=firm.dispatcher,
        )
    with pytest.raises(PermissionDenied):
        certify(firm, firm.stranger.technician, refrigeration, 20, number="3")


def test_pages_of_patterns_and_certificates(
    firm, as_dispatcher, technician, refrigeration, client, django_assert_max_num_queries
):
    week = {f"{name}_0": value for name, value in (("begins", "08:00"), ("ends", "17:00"))}
    data = {"organization": firm.dealer.pk, "name": "周一班", "days_ahead": 14, "active": "on"}
    new = reverse("workforce:pattern_new")
    assert as_dispatcher.get(new).status_code == 200
    assert as_dispatcher.post(new, data).status_code == 422
    assert as_dispatcher.post(new, {**data, "begins_1": "08:00"}).status_code == 422
    assert as_dispatcher.post(new, {**data, **week}).status_code == 302
    pattern = ShiftPattern.objects.get()
    assert (
        as_dispatcher.post(reverse("workforce:pattern_edit", args=[pattern.pk]), {**data, **week}).status_code
        == 302
    )

    assign = reverse("workforce:pattern_assign", args=[technician.pk])
    monday = next_monday().isoformat()
    assert as_dispatcher.post(assign, {"pattern": pattern.pk, "first": monday}).status_code == 302
    end = reverse("workforce:assignment_end", args=[technician.pattern_assignments.get().pk])
    assert as_dispatcher.get(end, headers={"HX-Request": "true"}).status_code == 200
    differs = reverse("workforce:exception_new", args=[technician.pk])
    assert as_dispatcher.post(differs, {"day": monday, "reason": "调休"}).status_code == 302

    upload = SimpleUploadedFile("证.png", drawing(), "image/png")
    entered = {"kind": refrigeration.pk, "number": "浙-9", "expires_on": "2027-01-01", "copy": upload}
    address = reverse("workforce:certificate_new", args=[technician.pk])
    assert as_dispatcher.post(address, entered).status_code == 302
    kept = technician.certificates.get()
    assert kept.copy is not None
    client.force_login(firm.technician)
    assert client.get(reverse("files:serve", args=[kept.copy.pk])).status_code == 200
    client.force_login(firm.stranger)
    assert client.get(reverse("files:serve", args=[kept.copy.pk])).status_code in (403, 404)
    client.force_login(firm.dispatcher)
    for name in ("patterns", "certificates", "certificate_kinds"):
        with django_assert_max_num_queries(12):
            assert as_dispatcher.get(reverse(f"workforce:{name}")).status_code == 200
    with django_assert_max_num_queries(25):
        assert as_dispatcher.get(reverse("workforce:detail", args=[technician.pk])).status_code == 200
    assert as_dispatcher.get(reverse("workforce:certificates"), {"ending": "soon"}).status_code == 200
    assert as_dispatcher.get(reverse("workforce:certificate_kind_new")).status_code == 403
    client.force_login(firm.manager)
    made = {"name": "电工证", "remind_days": 60, "categories": [factories.category().pk]}
    assert client.post(reverse("workforce:certificate_kind_new"), made).status_code == 302
    assert client.post(reverse("workforce:certificate_kind_new"), made).status_code == 422
    assert client.post(reverse("workforce:certificate_remove", args=[kept.pk])).status_code == 302

"""Windows from real capacity, booked by agents and customers, and what becomes of them."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from jiannuo.faces.portal import tokens
from jiannuo.office.notices.models import Delivery, Notice
from jiannuo.operations.appointments.figures import figures_of
from jiannuo.operations.appointments.models import AppointmentRule, Booking, VisitNote, windows_of
from jiannuo.operations.appointments.services import (
    TooLate,
    WindowTaken,
    announce_delay,
    book,
    give_up,
    note_customer_late,
    present_window,
    remind_of_appointments,
)
from jiannuo.operations.appointments.tests.scene import WINDOWS, ask, make_rule, on_shift
from jiannuo.operations.appointments.windows import offers, rule_for, subject_of
from jiannuo.operations.dispatch.services import order_from_requests
from jiannuo.operations.workforce.models import Absence, Certificate, CertificateKind
from jiannuo.operations.workforce.services import add_absence
from jiannuo.operations.workorders.models import Visit
from jiannuo.operations.workorders.services import do, plan_times, set_crew
from jiannuo.operations.workorders.tests import scene
from jiannuo.operations.workorders.tests.scene import tomorrow
from jiannuo.testing import factories


@pytest.fixture
def rule(firm):
    return make_rule(firm)


@pytest.fixture
def staffed(firm, rule):
    on_shift(firm.technician)
    return firm


def hours(subject):
    return [timezone.localtime(one.starts_at).strftime("%H:%M") for one in offers(subject)]


def first(subject):
    one = offers(subject)[0]
    return one.starts_at, one.ends_at


# Offering


def test_windows_within_the_shift_of_who_can_do_it_are_offered(staffed):
    subject = subject_of(ask(staffed))

    assert hours(subject) == ["08:30", "10:30", "13:00", "15:00"]
    assert {one.places for one in offers(subject)} == {1}


def test_without_skill_area_certificate_shift_or_rule_nothing_is_offered(staffed):
    technician = staffed.technician.technician
    subject = subject_of(ask(staffed))
    kind = CertificateKind.objects.create(name="电工证")
    kind.categories.add(factories.category("appliance"))
    assert offers(subject) == []
    kind.delete()
    technician.skills.all().delete()
    assert offers(subject) == []
    on_shift(staffed.colleague)
    assert len(offers(subject)) == 4
    Absence.objects.create(
        technician=staffed.colleague.technician, starts_at=tomorrow(0), ends_at=tomorrow(23), reason="illness"
    )
    assert offers(subject) == []
    Absence.objects.all().delete()
    AppointmentRule.objects.all().delete()
    assert offers(subject) == []


def test_the_rule_of_the_nearest_organisation_counts(firm):
    above = make_rule(firm, organization=firm.head)
    assert rule_for(firm.dealer) == above
    own = make_rule(firm)
    assert rule_for(firm.dealer) == own
    assert rule_for(firm.other_dealer) == above


def test_appointments_and_bookings_take_their_time(staffed):
    subject = subject_of(ask(staffed))
    staffed.step(
        staffed.order_in("ready"),
        "assign",
        appointment_from=tomorrow(9),
        appointment_to=tomorrow(9) + timedelta(hours=1),
    )
    assert "08:30" in hours(subject)  # an hour of work and half an hour of travel still fit before or after

    other = ask(staffed)
    book(
        subject_of(other),
        tomorrow(8) + timedelta(minutes=30),
        tomorrow(10) + timedelta(minutes=30),
        by=staffed.dispatcher,
    )

    assert "08:30" not in hours(subject)
    assert "13:00" in hours(subject)


def test_who_helps_with_a_visit_is_not_free(staffed):
    on_shift(staffed.colleague)
    staffed.technician.technician.skills.all().delete()
    subject = subject_of(ask(staffed))
    assert len(offers(subject)) == 4
    order = staffed.step(staffed.order_in("ready"), "assign")
    plan_times(order, starts_at=tomorrow(8), ends_at=tomorrow(17), by=staffed.dispatcher)

    set_crew(order, [staffed.colleague], by=staffed.dispatcher)

    assert offers(subject) == []


@pytest.mark.parametrize("what", ["skill", "certificate"])
def test_on_each_day_skill_and_certificate_must_be_valid(staffed, what):
    technician = staffed.technician.technician
    later = {
        name: getattr(technician.shifts.get(), name) + timedelta(days=1)
        for name in ("starts_at", "ends_at", "break_from", "break_to")
    }
    technician.shifts.create(**later)
    subject = subject_of(ask(staffed))
    day = timezone.localdate(tomorrow(8))
    days = {timezone.localdate(one.starts_at) for one in offers(subject)}
    assert days == {day, day + timedelta(days=1)}

    if what == "skill":
        technician.skills.update(certificate="A-1", expires_on=day)
    else:
        kind = CertificateKind.objects.create(name="电工证")
        kind.categories.add(factories.category("appliance"))
        Certificate.objects.create(technician=technician, kind=kind, number="A-1", expires_on=day)

    found = offers(subject)
    assert {timezone.localdate(one.starts_at) for one in found} == {day}


def test_a_certificate_that_begins_later_counts_from_then_on(staffed):
    technician = staffed.technician.technician
    day = timezone.localdate(tomorrow(8))
    kind = CertificateKind.objects.create(name="电工证")
    kind.categories.add(factories.category("appliance"))
    Certificate.objects.create(technician=technician, kind=kind, number="A-1", issued_on=day)

    assert len(offers(subject_of(ask(staffed)))) == 4


# Booking


def test_the_window_of_a_request_becomes_the_appointment_of_its_order(
    staffed, django_capture_on_commit_callbacks
):
    request = ask(staffed)
    begins, ends = first(subject_of(request))
    booking = book(subject_of(request), begins, ends, by=staffed.dispatcher)
    assert (booking.state, booking.technician) == ("held", staffed.technician)

    with django_capture_on_commit_callbacks(execute=True):
        order = order_from_requests([request], by=staffed.dispatcher)

    order.refresh_from_db()
    visit = order.visits.get()
    assert (order.state, order.technician) == ("dispatched", staffed.technician)
    assert (visit.appointment_from, visit.appointment_to, visit.agreed_with) == (begins, ends, "张伟")
    booking.refresh_from_db()
    assert booking.state == "used"


def test_when_the_technician_cannot_come_any_more_the_dispatcher_is_told(
    staffed, django_capture_on_commit_callbacks
):
    request = ask(staffed)
    booking = book(subject_of(request), *first(subject_of(request)), by=staffed.dispatcher)
    kind = CertificateKind.objects.create(name="电工证")
    kind.categories.add(factories.category("appliance"))

    with django_capture_on_commit_callbacks(execute=True):
        order = order_from_requests([request], by=staffed.dispatcher)

    order.refresh_from_db()
    assert order.state == "ready"
    booking.refresh_from_db()
    assert (booking.state, booking.order_id) == ("held", order.pk)
    assert "电工证" in Notice.objects.get(kind="appointments.not_given").text


def test_an_order_is_given_at_once_and_another_time_moves_the_visit(staffed):
    order = staffed.order_in("ready")
    subject = subject_of(order)
    some = offers(subject)

    book(subject, some[0].starts_at, some[0].ends_at, by=staffed.dispatcher, agreed_with="李女士")
    order.refresh_from_db()
    assert order.state == "dispatched"
    book(subject_of(order), some[2].starts_at, some[2].ends_at, by=staffed.dispatcher)

    visit = Visit.objects.get(order=order, ended_at__isnull=True)
    assert visit.appointment_from == some[2].starts_at
    assert present_window(subject_of(order)).starts_at == some[2].starts_at


def test_a_free_time_on_the_phone_needs_capacity_too(staffed):
    subject = subject_of(ask(staffed))
    begins = tomorrow(9)

    with pytest.raises(ValidationError, match="不再提供"):
        book(subject, begins, begins + timedelta(hours=1), by=staffed.dispatcher)
    book(subject, begins, begins + timedelta(hours=1), by=staffed.dispatcher, free=True)
    with pytest.raises(WindowTaken):
        book(subject_of(ask(staffed)), tomorrow(20), tomorrow(21), by=staffed.dispatcher, free=True)


REFUSED = [
    (lambda: (timezone.now() - timedelta(hours=2), timezone.now() - timedelta(hours=1))),
    (lambda: (tomorrow(10), tomorrow(9))),
    (lambda: (tomorrow(10), tomorrow(10) + timedelta(days=2))),
]


@pytest.mark.parametrize("window", REFUSED)
def test_an_impossible_window_is_refused(staffed, window):
    with pytest.raises(ValidationError):
        book(subject_of(ask(staffed)), *window(), by=staffed.dispatcher, free=True)
    assert not Booking.objects.exists()


def test_who_may_not_agree_is_refused(staffed):
    subject = subject_of(ask(staffed))
    window = first(subject)

    for person in (staffed.technician, staffed.stranger):
        with pytest.raises(PermissionDenied):
            book(subject, *window, by=person)
        with pytest.raises(PermissionDenied):
            give_up(subject, by=person)


def test_a_settled_matter_gets_no_appointment(staffed):
    order = staffed.order_in("on_site")

    with pytest.raises(ValidationError):
        book(subject_of(order), tomorrow(9), tomorrow(10), by=staffed.dispatcher, free=True)


# The customer


def link(request, name="appointment"):
    return reverse(f"portal:{name}", args=[tokens.make("progress", request.number, tokens.PROGRESS_LASTS)])


def choice(offer):
    return {"window": f"{offer.starts_at.isoformat()}/{offer.ends_at.isoformat()}"}


def test_a_customer_chooses_changes_and_gives_up_by_the_link(
    staffed, client, django_capture_on_commit_callbacks
):
    request = ask(staffed)
    some = offers(subject_of(request))

    page = client.get(link(request)).content.decode()
    assert some[0].starts_at.astimezone(timezone.get_current_timezone()).strftime("%H:%M") in page
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(link(request), choice(some[0])).status_code == 302
    assert present_window(subject_of(request)).starts_at == some[0].starts_at
    assert request.timeline.filter(action="appointment", visible_to_customer=True).exists()
    assert client.post(link(request), choice(some[1])).status_code == 302
    assert Booking.objects.filter(state="held").count() == 1
    shown = client.get(reverse("portal:progress", args=[link(request).split("/")[-2]])).content.decode()
    assert "10:30" in shown
    assert client.post(link(request, "appointment_give_up")).status_code == 302
    assert present_window(subject_of(request)) is None
    assert client.post(link(request, "appointment_give_up")).status_code == 422


def test_a_full_window_disappears_and_choosing_it_is_a_conflict(staffed, client):
    mine, other = ask(staffed), ask(staffed)
    AppointmentRule.objects.update(job_minutes=100)
    taken = offers(subject_of(mine))[0]
    book(subject_of(other), taken.starts_at, taken.ends_at, by=staffed.dispatcher)

    answer = client.post(link(mine), choice(taken))

    assert answer.status_code == 409
    assert taken.starts_at not in [one.starts_at for one in offers(subject_of(mine))]


@pytest.mark.parametrize(
    "window", ["", "x", "x/y", "2026-13-40T00:00/2026-01-01T00:00", "2026-11-23T08:30/2026-11-23T10:30"]
)
def test_garbage_is_answered_with_the_page(staffed, client, window):
    assert client.post(link(ask(staffed)), {"window": window}).status_code == 422


def test_links_that_are_cut_expired_or_of_something_else_show_nothing(staffed, client, settings):
    request = ask(staffed)
    assert client.get(link(request)[:-30] + "/appointment").status_code == 404
    over = tokens.make("progress", request.number, timedelta(seconds=-1))
    assert client.get(reverse("portal:appointment", args=[over])).status_code == 410
    wrong = tokens.make("record", request.number, timedelta(days=1))
    assert client.get(reverse("portal:appointment", args=[wrong])).status_code == 404
    assert client.get(link(ask(staffed, request_kind="complaint"))).status_code == 404


def test_after_the_limit_the_customer_has_to_call(staffed):
    order = staffed.order_in("ready")
    subject = subject_of(order)
    book(subject, *first(subject), by=staffed.dispatcher)
    AppointmentRule.objects.update(change_hours=48)

    with pytest.raises(TooLate):
        give_up(subject_of(order), by_customer=True)
    with pytest.raises(TooLate):
        book(subject_of(order), tomorrow(13), tomorrow(15), by_customer=True)
    give_up(subject_of(order), by=staffed.dispatcher)

    assert Visit.objects.get(order=order).appointment_from is None
    assert Notice.objects.filter(kind="appointments.given_up", person=staffed.technician).exists()
    assert VisitNote.objects.get().kind == "cancelled"


@pytest.mark.django_db(transaction=True)
def test_of_two_customers_who_choose_the_last_place_at_once_one_gets_it():
    firm = scene.build()
    make_rule(firm, windows="08:30-10:30", job_minutes=100, days_ahead=1)
    on_shift(firm.technician)
    subjects = [subject_of(ask(firm)) for _turn in range(2)]
    window = first(subjects[0])
    results: list[str] = []
    barrier = threading.Barrier(2)

    def choose(subject):
        barrier.wait()
        try:
            book(subject, *window, by_customer=True)
            results.append("got it")
        except WindowTaken:
            results.append("taken")
        finally:
            connection.close()

    threads = [threading.Thread(target=choose, args=[subject]) for subject in subjects]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(results) == ["got it", "taken"]
    assert Booking.objects.filter(state="held").count() == 1


# Late, absent, reminded


def appointed(firm, **changes):
    values = {
        "appointment_from": tomorrow(9),
        "appointment_to": tomorrow(11),
        "agreed_with": "张伟",
        **changes,
    }
    return firm.step(firm.order_in("ready"), "assign", **values)


def test_a_delay_is_told_and_counted_and_what_was_agreed_stays(staffed, django_capture_on_commit_callbacks):
    order = appointed(staffed)
    staffed.customer.email = "kunde@example.com"
    staffed.customer.save()

    with django_capture_on_commit_callbacks(execute=True):
        note = announce_delay(order, tomorrow(12), by=staffed.technician, reason="前一单延误")

    assert order.visits.get().appointment_from == tomorrow(9)
    sent = Delivery.objects.filter(document=order.pk, key__contains=f"delay:{note.pk}").get()
    assert "12:00" in sent.title
    assert Notice.objects.filter(kind="appointments.delay", person=staffed.dispatcher).exists()
    for moment in (tomorrow(8), timezone.now() - timedelta(hours=1), tomorrow(9) + timedelta(days=3)):
        with pytest.raises(ValidationError):
            announce_delay(order, moment, by=staffed.dispatcher)
    for person in (staffed.colleague, staffed.stranger):
        with pytest.raises(PermissionDenied):
            announce_delay(order, tomorrow(12), by=person)
    with pytest.raises(ValidationError):
        announce_delay(staffed.order_in("dispatched"), tomorrow(12), by=staffed.dispatcher)


def test_waiting_for_a_customer_is_written_down(staffed):
    order = appointed(staffed)
    with pytest.raises(ValidationError):
        note_customer_late(order, 20, by=staffed.technician)
    order = do(do(order, "accept", by=staffed.technician), "set_out", by=staffed.technician)

    note_customer_late(order, 20, by=staffed.technician)

    assert VisitNote.objects.get().minutes == 20
    for minutes in (0, 2000):
        with pytest.raises(ValidationError):
            note_customer_late(order, minutes, by=staffed.technician)


def test_an_absent_customer_is_asked_for_another_time_and_windows_are_shown(
    staffed, client, django_capture_on_commit_callbacks
):
    order = appointed(staffed)
    staffed.customer.email = "kunde@example.com"
    staffed.customer.save()
    order = do(do(order, "accept", by=staffed.technician), "set_out", by=staffed.technician)

    with django_capture_on_commit_callbacks(execute=True):
        do(order, "customer_absent", by=staffed.technician, data={"reason": "敲门无人"})

    assert Delivery.objects.filter(document=order.pk, key__contains="absent").count() == 1
    client.force_login(staffed.dispatcher)
    page = client.get(reverse("appointments:card", args=[order.number])).content.decode()
    assert "book/?starts_at=" in page


def test_customers_are_reminded_once_for_each_time(staffed, rule, django_capture_on_commit_callbacks):
    begins = timezone.now() + timedelta(hours=20)
    order = appointed(staffed, appointment_from=begins, appointment_to=begins + timedelta(hours=2))
    appointed(staffed, appointment_from=begins + timedelta(days=3), appointment_to=None)
    appointed(staffed, appointment_from=begins, appointment_to=None, agreed_with="")

    assert remind_of_appointments() == 1
    assert remind_of_appointments() == 0
    Visit.objects.filter(order=order).update(appointment_from=begins + timedelta(hours=1))
    assert remind_of_appointments() == 1
    rule.remind_hours = 0
    rule.save()
    Visit.objects.filter(order=order).update(appointment_from=begins + timedelta(minutes=90))
    assert remind_of_appointments() == 0


def test_an_appointment_agreed_on_the_phone_is_confirmed_once(staffed, django_capture_on_commit_callbacks):
    staffed.customer.email = "kunde@example.com"
    staffed.customer.save()

    with django_capture_on_commit_callbacks(execute=True):
        order = appointed(staffed)
        order = do(order, "assign", by=staffed.dispatcher, data={"technician": staffed.colleague})

    assert Delivery.objects.filter(document=order.pk, key__contains="appointment:").count() == 1


def test_the_figures_count_kept_late_absent_and_missed(staffed):
    now = timezone.now()
    begins = now - timedelta(hours=3)
    for arrived, result in ((0.5, ""), (2.5, ""), (None, ""), (1, "customer_absent")):
        order = appointed(staffed)
        at = begins + timedelta(hours=arrived) if arrived is not None else None
        Visit.objects.filter(order=order).update(
            appointment_from=begins,
            appointment_to=begins + timedelta(hours=2),
            arrived_at=at,
            result=result,
            ended_at=begins + timedelta(hours=1, minutes=30) if result else None,
        )
    VisitNote.objects.create(visit=Visit.objects.first(), kind="customer_late", minutes=15)

    total, places, people = figures_of(staffed.dispatcher, now - timedelta(days=1), now + timedelta(days=1))

    assert (total.agreed, total.kept, total.late, total.missed, total.absent) == (4, 1, 1, 1, 1)
    assert (total.customer_late, total.waited, total.share) == (1, 45, 33)
    assert [row.name for row in places] == [str(staffed.dealer)]
    assert [row.agreed for row in people] == [4]
    assert figures_of(staffed.stranger, now - timedelta(days=1), now)[0].agreed == 0


# Pages and the table


def test_pages_of_an_appointment(staffed, client, django_assert_max_num_queries):
    request, order = ask(staffed), staffed.order_in("ready")
    client.force_login(staffed.dispatcher)
    for document in (request, order):
        with django_assert_max_num_queries(25):
            page = client.get(reverse("appointments:card", args=[document.number]))
        assert page.status_code == 200
    new = reverse("appointments:book", args=[order.number])
    assert client.get(new, headers={"HX-Request": "true"}).status_code == 200
    data = {"starts_at": "2020-01-01T08:00", "ends_at": "2020-01-01T10:00"}
    assert client.post(new, data).status_code == 422
    late = {
        "starts_at": tomorrow(20).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": tomorrow(21).strftime("%Y-%m-%dT%H:%M"),
    }
    assert client.post(new, late).status_code == 409
    good = {
        "starts_at": tomorrow(9).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": tomorrow(10).strftime("%Y-%m-%dT%H:%M"),
    }
    assert client.post(new, good).status_code == 302
    delay = reverse("appointments:delay", args=[order.number])
    assert client.get(delay).status_code == 200
    assert client.post(delay, {"in_minutes": "60"}).status_code == 302
    assert VisitNote.objects.filter(kind="delay").count() == 1
    assert client.post(delay, {"expected_at": "2020-01-01T08:00"}).status_code == 422
    assert (
        client.post(reverse("appointments:customer_late", args=[order.number]), {"minutes": 9}).status_code
        == 422
    )
    assert client.post(reverse("appointments:give_up", args=[order.number])).status_code == 302
    assert client.post(reverse("appointments:give_up", args=[order.number])).status_code == 409
    with django_assert_max_num_queries(12):
        assert client.get(reverse("appointments:figures"), {"month": "garbage"}).status_code == 200
    client.force_login(staffed.stranger)
    for name in ("card", "book", "delay"):
        assert client.get(reverse(f"appointments:{name}", args=[order.number])).status_code == 404
    client.force_login(staffed.colleague)
    assert client.get(reverse("appointments:rules")).status_code == 403


def test_a_manager_keeps_the_table(staffed, client):
    client.force_login(staffed.manager)
    present = AppointmentRule.objects.get()
    data = {
        "organization": staffed.dealer.pk,
        "windows": WINDOWS,
        "lead_minutes": 60,
        "days_ahead": 7,
        "job_minutes": 60,
        "travel_minutes": 30,
        "change_hours": 4,
        "remind_hours": 24,
        "most": 12,
    }
    assert client.get(reverse("appointments:rules")).status_code == 200
    edit = reverse("appointments:rule_edit", args=[present.pk])
    assert client.post(edit, data).status_code == 302
    for wrong in (
        {"windows": "morgens"},
        {"windows": "10:00-09:00"},
        {"windows": "08:00-10:00 09:00-11:00"},
        {"days_ahead": 0},
        {"job_minutes": 1},
        {"organization": staffed.other_dealer.pk},
    ):
        assert client.post(edit, {**data, **wrong}).status_code == 422
    assert client.post(reverse("appointments:rule_new"), data).status_code == 422
    assert client.post(reverse("appointments:rule_remove", args=[present.pk])).status_code == 302
    assert len(windows_of(WINDOWS)) == 4


def test_leave_takes_windows_away(staffed):
    subject = subject_of(ask(staffed))

    add_absence(staffed.technician.technician, tomorrow(13), tomorrow(17), "leave", by=staffed.dispatcher)

    assert hours(subject) == ["08:30", "10:30"]

"""The link with the windows of an order that nobody asked for: sent by hand or by the rule, used by the customer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from jiannuo.faces.portal import tokens
from jiannuo.office.notices.models import Delivery
from jiannuo.operations.appointments.models import AppointmentLink, AppointmentRule, Booking
from jiannuo.operations.appointments.services import (
    book,
    give_up,
    invite_customers,
    present_window,
    send_link,
)
from jiannuo.operations.appointments.tests.scene import ask, make_rule, on_shift
from jiannuo.operations.appointments.windows import offers, subject_of
from jiannuo.operations.dispatch.services import order_from_requests
from jiannuo.operations.workforce.models import Shift
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import do
from jiannuo.operations.workorders.tests.scene import tomorrow
from jiannuo.testing import factories

KINDS = ("maintenance", "inspection", "installation", "repair")


@pytest.fixture
def staffed(firm):
    make_rule(firm)
    on_shift(firm.technician)
    firm.customer.email = "kunde@example.com"
    firm.customer.save()
    return firm


def planned(firm, job="maintenance", due=None, **changes):
    """An order that waits, as a plan makes it."""
    order = firm.order(job=job, **changes)
    WorkOrder.objects.filter(pk=order.pk).update(due_at=due or tomorrow(18))
    order.refresh_from_db()
    return order


def page_of(order, name="order_appointment", lasts=tokens.WINDOWS_LAST):
    return reverse(f"portal:{name}", args=[tokens.make("appointment", order.number, lasts)])


def choice(offer, seen=""):
    return {"window": f"{offer.starts_at.isoformat()}/{offer.ends_at.isoformat()}", "seen": seen}


def words_of(answer):
    return answer.content.decode()


# Sending


@pytest.mark.parametrize("job", KINDS)
def test_the_customer_of_every_kind_of_order_is_sent_the_link_and_chooses(
    staffed, client, django_capture_on_commit_callbacks, job
):
    order = planned(staffed, job)

    with django_capture_on_commit_callbacks(execute=True):
        send_link(order, by=staffed.dispatcher)

    sent = Delivery.objects.get(document=order.pk, key__contains="appointment.link")
    assert sent.to == "kunde@example.com"
    assert order.timeline.filter(action="appointment_link", author=staffed.dispatcher).exists()
    page = sent.text.split("http://", 1)[1].split("/", 1)[1].split()[0]
    shown = client.get(f"/{page}")
    assert order.number in words_of(shown)
    some = offers(subject_of(order))
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(f"/{page}", choice(some[0]))
    assert (answer.status_code, answer["Location"]) == (302, f"/{page}")
    order.refresh_from_db()
    assert (order.state, order.technician) == ("dispatched", staffed.technician)
    assert present_window(subject_of(order)).starts_at == some[0].starts_at
    confirmed = Delivery.objects.get(document=order.pk, key__contains=":appointment:")
    assert "/a/" in confirmed.text  # with the link to change it


def test_an_agent_may_send_it_a_technician_or_a_stranger_may_not(staffed):
    agent = factories.person("service_agent", at=staffed.dealer)
    send_link(planned(staffed), by=agent)
    for person in (staffed.technician, staffed.stranger):
        with pytest.raises(PermissionDenied):
            send_link(planned(staffed), by=person)


def under_way(firm):
    return firm.order_in("on_site")


def cancelled(firm):
    return do(firm.order(), "cancel", by=firm.dispatcher, data={"reason": "客户退单"})


def agreed(firm):
    order = firm.order()
    one = offers(subject_of(order))[0]
    book(subject_of(order), one.starts_at, one.ends_at, by=firm.dispatcher)
    return order


def just_sent(firm):
    order = firm.order()
    send_link(order, by=firm.dispatcher)
    return order


def out_of_reach(firm):
    type(firm.customer).objects.update(email="")
    return firm.order()


def unwilling(firm):
    type(firm.customer).objects.update(consent_messages=False)
    return firm.order()


def nobody_there(firm):
    Shift.objects.all().delete()
    return firm.order()


def no_rule(firm):
    AppointmentRule.objects.all().delete()
    return firm.order()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (under_way, "现在不能预约"),
        (cancelled, "现在不能预约"),
        (agreed, "已约好"),
        (just_sent, "刚发过"),
        (out_of_reach, "没有办法书面通知"),
        (unwilling, "没有办法书面通知"),
        (nobody_there, "没有可约时段"),
        (no_rule, "没有可约时段"),
    ],
)
def test_a_link_that_leads_to_nothing_is_not_sent(staffed, make, words):
    order = make(staffed)
    before = AppointmentLink.objects.count()
    with pytest.raises(ValidationError, match=words):
        send_link(order, by=staffed.dispatcher)
    assert AppointmentLink.objects.count() == before


def test_the_card_of_an_order_sends_it_and_shows_that_it_was_sent(
    staffed, client, django_assert_max_num_queries
):
    order = planned(staffed)
    client.force_login(staffed.dispatcher)
    card = reverse("appointments:card", args=[order.number])
    link = reverse("appointments:link", args=[order.number])
    assert link in words_of(client.get(card))
    assert client.get(link).status_code == 200
    assert client.get(link, headers={"HX-Request": "true"}).status_code == 200
    assert client.post(link).status_code == 302
    with django_assert_max_num_queries(25):
        shown = words_of(client.get(card))
    assert "发出预约链接" in shown
    assert client.post(link).status_code == 409
    request = ask(staffed)
    assert client.get(reverse("appointments:link", args=[request.number])).status_code == 404
    assert "发预约链接" not in words_of(client.get(reverse("appointments:card", args=[request.number])))
    do(order, "assign", by=staffed.dispatcher, data={"technician": staffed.technician})
    client.force_login(staffed.technician)
    assert client.post(link).status_code == 403
    assert link not in words_of(client.get(card))
    client.force_login(staffed.stranger)
    assert client.post(link).status_code == 404


def test_the_link_is_sent_over_the_api(staffed):
    order, request = planned(staffed), ask(staffed)
    api = APIClient()
    api.force_authenticate(staffed.dispatcher)

    def send(number, key):
        body = {"document": number}
        return api.post("/api/v1/windows/link/", body, format="json", HTTP_IDEMPOTENCY_KEY=key)

    answer = send(order.number, "one")
    assert answer.status_code == 201
    assert send(order.number, "one").json() == answer.json()
    assert AppointmentLink.objects.count() == 1
    assert send(order.number, "two").status_code == 422
    assert send(request.number, "three").status_code == 422
    assert send("WO-0", "four").status_code == 422
    api.force_authenticate(staffed.stranger)
    assert send(order.number, "five").status_code == 422
    do(order, "assign", by=staffed.dispatcher, data={"technician": staffed.technician})
    api.force_authenticate(staffed.technician)
    assert send(order.number, "six").status_code == 403


# By the rule


def test_customers_of_planned_work_are_sent_the_link_by_the_rule_once(
    staffed, django_capture_on_commit_callbacks
):
    soon, repair = planned(staffed), planned(staffed, "repair")
    undated = staffed.order(job="installation")
    late = planned(staffed, due=timezone.now() + timedelta(days=20))
    given = planned(staffed)
    do(given, "assign", by=staffed.dispatcher, data={"technician": staffed.technician})
    asked = order_from_requests([ask(staffed)], by=staffed.dispatcher)
    WorkOrder.objects.filter(pk=asked.pk).update(due_at=tomorrow(18), job="maintenance")
    assert invite_customers() == 0  # no rule says so

    AppointmentRule.objects.update(invite=True)
    with django_capture_on_commit_callbacks(execute=True):
        assert invite_customers() == 2

    links = AppointmentLink.objects.order_by("order")
    assert [(link.order, link.sent_by) for link in links] == [(soon, None), (undated, None)]
    assert Delivery.objects.filter(key__contains="appointment.link").count() == 2
    assert invite_customers() == 0
    assert not AppointmentLink.objects.filter(order__in=[repair, late, given, asked]).exists()


def test_what_is_in_the_way_is_tried_again_later(staffed):
    AppointmentRule.objects.update(invite=True)
    planned(staffed)
    shift = Shift.objects.get()
    Shift.objects.all().delete()
    assert invite_customers() == 0
    shift.pk = None
    shift.save()
    assert invite_customers() == 1


# The customer


def test_by_the_link_the_customer_moves_and_gives_up_under_the_same_rules(staffed, client):
    order = planned(staffed)
    some = offers(subject_of(order))
    assert client.post(page_of(order), choice(some[0])).status_code == 302
    present = present_window(subject_of(order))

    assert client.post(page_of(order), choice(some[1], present.mark)).status_code == 302

    present = present_window(subject_of(order))
    assert present.starts_at == some[1].starts_at
    AppointmentRule.objects.update(change_hours=72)
    refused = client.post(page_of(order), choice(some[0], present.mark))
    assert refused.status_code == 422
    assert "已过可更改的时限" in words_of(refused)
    gone = page_of(order, "order_appointment_give_up")
    assert client.post(gone, {"seen": present.mark}).status_code == 422
    AppointmentRule.objects.update(change_hours=1)
    assert client.post(gone, {"seen": present.mark}).status_code == 302
    assert present_window(subject_of(order)) is None
    assert client.post(gone).status_code == 422


def test_what_was_agreed_meanwhile_on_the_phone_is_not_moved_by_an_old_page(staffed, client):
    order = planned(staffed)
    some = offers(subject_of(order))
    book(subject_of(order), some[1].starts_at, some[1].ends_at, by=staffed.dispatcher)

    answer = client.post(page_of(order), choice(some[0]))

    assert answer.status_code == 409
    assert "刚刚已约定" in words_of(answer)
    assert present_window(subject_of(order)).starts_at == some[1].starts_at
    gone = client.post(page_of(order, "order_appointment_give_up"), {"seen": some[0].starts_at.isoformat()})
    assert gone.status_code == 409
    mark = present_window(subject_of(order)).mark
    give_up(subject_of(order), by=staffed.dispatcher)
    answer = client.post(page_of(order), choice(some[0], mark))
    assert answer.status_code == 409
    assert "刚刚被取消" in words_of(answer)


def test_a_window_that_is_taken_meanwhile_is_a_conflict(staffed, client):
    AppointmentRule.objects.update(job_minutes=100)
    mine, other = planned(staffed), planned(staffed)
    taken = offers(subject_of(mine))[0]
    book(subject_of(other), taken.starts_at, taken.ends_at, by=staffed.dispatcher)

    answer = client.post(page_of(mine), choice(taken))

    assert answer.status_code == 409
    assert "约满" in words_of(answer)
    assert not Booking.objects.filter(order=mine).exists()


def test_a_cancelled_order_says_so_and_takes_nothing(staffed, client):
    order = planned(staffed)
    window = offers(subject_of(order))[0]
    cancel = {"reason": "客户不需要了"}
    do(order, "cancel", by=staffed.dispatcher, data=cancel)

    for answer in (
        client.get(page_of(order)),
        client.post(page_of(order), choice(window)),
        client.post(page_of(order, "order_appointment_give_up")),
    ):
        assert answer.status_code == 410
        assert "已取消" in words_of(answer)


def test_when_the_work_is_under_way_no_time_is_offered(staffed, client):
    order = planned(staffed)
    window = offers(subject_of(order))[0]
    for step in ("assign", "accept", "set_out", "arrive"):
        order = staffed.step(order, step)

    assert "工作已开始或已完成" in words_of(client.get(page_of(order)))
    assert client.post(page_of(order), choice(window)).status_code == 422


def test_a_link_is_good_for_one_order_and_for_its_time(staffed, client):
    order, other = planned(staffed), planned(staffed)
    over = client.get(page_of(order, lasts=timedelta(seconds=-1)))
    assert over.status_code == 410
    assert "链接已过期" in words_of(over)
    assert client.get(page_of(order)[:-4]).status_code == 404
    for purpose in ("progress", "record", "installation"):
        wrong = tokens.make(purpose, order.number, timedelta(days=1))
        assert client.get(reverse("portal:order_appointment", args=[wrong])).status_code == 404
    nowhere = tokens.make("appointment", "WO-0", timedelta(days=1))
    assert client.get(reverse("portal:order_appointment", args=[nowhere])).status_code == 404
    request = reverse("portal:appointment", args=[page_of(order).split("/")[-1]])
    assert client.get(request).status_code == 404
    assert other.number not in words_of(client.get(page_of(order)))
    assert client.get(page_of(order, "order_appointment_give_up")).status_code == 405


@pytest.mark.parametrize("window", ["", "x", "x/y", "2026-13-40T00:00/2026-01-01T00:00"])
def test_garbage_is_answered_with_the_page(staffed, client, window):
    assert client.post(page_of(planned(staffed)), {"window": window, "seen": "x" * 900}).status_code == 422


def test_the_manager_lets_the_rule_send_it(staffed, client):
    rule = AppointmentRule.objects.get()
    client.force_login(staffed.manager)
    edit = reverse("appointments:rule_edit", args=[rule.pk])
    values = {name: getattr(rule, name) for name in ("windows", "lead_minutes", "days_ahead", "job_minutes")}
    values |= {
        name: getattr(rule, name) for name in ("travel_minutes", "change_hours", "remind_hours", "most")
    }
    assert (
        client.post(edit, {**values, "organization": rule.organization_id, "invite": "on"}).status_code == 302
    )
    rule.refresh_from_db()
    assert rule.invite
    assert "自动" in words_of(client.get(reverse("appointments:rules")))

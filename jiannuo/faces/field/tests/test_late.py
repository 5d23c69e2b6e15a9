"""Late, and the customer late, noted without network: told when there is one, or kept with why nobody was told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.models import Delivery, Notice
from jiannuo.operations.appointments.figures import figures_of
from jiannuo.operations.appointments.models import VisitNote
from jiannuo.operations.workorders.models import Visit
from jiannuo.operations.workorders.services import do
from jiannuo.operations.workorders.tests import scene


@pytest.fixture
def phone(client, firm):
    firm.customer.email = "kunde@example.com"
    firm.customer.save()
    client.force_login(firm.technician)
    return client


def ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


def soon(minutes):
    return timezone.now() + timedelta(minutes=minutes)


@pytest.fixture
def order(firm):
    """An order accepted two hours ago, agreed for an hour ago."""
    order = firm.step(firm.order_in("ready"), "assign", appointment_from=soon(60), agreed_with="张伟")
    order = do(order, "accept", by=firm.technician)
    order.timeline.update(at=ago(120))
    order.visits.update(appointment_from=ago(60), appointment_to=soon(60))
    return order


def take(phone, order):
    return phone.get(reverse("field:take", args=[order.number])).json()


def send(phone, order, step, **data):
    return phone.post(reverse("field:send", args=[order.number, step]), data)


def delay(phone, order, *, at, expected, key="d", **more):
    data = {"expected_at": expected.isoformat(), "at": at.isoformat(), "key": key, **more}
    if "agreed" not in data:
        data["agreed"] = order.visits.get().appointment_from.isoformat()
    return send(phone, order, "delay", **data)


def told(order):
    return Delivery.objects.filter(document=order.pk, key__contains=":delay:").count()


def line(order, action="delay"):
    return TimelineEntry.objects.get(document=order.pk, action=action)


@pytest.fixture
def news(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def test_a_delay_noted_in_a_basement_is_told_when_there_is_a_network(firm, phone, order, news):
    noted, expected = ago(30), soon(45)
    word = phone.get(reverse("field:hello")).json()["jobs"][order.number]
    with news():
        assert delay(phone, order, at=noted, expected=expected, reason="堵车").json()["done"]
    note = VisitNote.objects.get()
    assert (note.at, note.expected_at, note.untold) == (noted, expected, "")
    assert told(order) == 1
    assert Notice.objects.filter(kind="appointments.delay", person=firm.dispatcher).count() == 1
    assert (line(order).at, line(order).visible_to_customer) == (noted, True)
    (shown,) = take(phone, order)["late"]
    assert (shown["kind"], shown["reason"], shown["untold"]) == ("delay", "堵车", "")
    assert phone.get(reverse("field:hello")).json()["jobs"][order.number] != word


def test_sent_again_it_counts_once_and_tells_once(phone, order, news):
    noted, expected = ago(30), soon(45)
    for _turn in range(3):
        with news():
            assert delay(phone, order, at=noted, expected=expected).json()["done"]
    assert VisitNote.objects.count() == 1
    assert told(order) == 1
    other = delay(phone, order, at=noted, expected=soon(90)).json()
    assert other["again"]


def test_of_a_time_that_has_passed_meanwhile_nobody_is_told_and_the_note_says_why(firm, phone, order, news):
    noted = ago(50)
    with news():
        assert delay(phone, order, at=noted, expected=ago(10)).status_code == 200
    note = VisitNote.objects.get()
    assert (note.untold, note.at) == ("past", noted)
    assert told(order) == 0
    assert not Notice.objects.filter(kind="appointments.delay").exists()
    assert (line(order).at, line(order).visible_to_customer) == (noted, False)
    assert "有网络时预计时间已过" in line(order).text
    assert take(phone, order)["late"][0]["untold"] == "有网络时预计时间已过"
    total, _places, _people = figures_of(firm.dispatcher, ago(24 * 60), timezone.now())
    assert (total.agreed, total.told) == (1, 0)


def test_after_the_arrival_nobody_is_told_that_somebody_comes_later(firm, phone, order, news):
    noted = ago(50)
    order = do(do(order, "set_out", by=firm.technician), "arrive", by=firm.technician)
    with news():
        assert delay(phone, order, at=noted, expected=soon(30)).status_code == 200
    assert VisitNote.objects.get().untold == "arrived"
    assert (line(order).at, told(order)) == (noted, 0)
    after = delay(phone, order, at=timezone.now(), expected=soon(30), key="d2")
    assert (after.status_code, after.json()["details"]) == (422, ["技师已经到达。"])


@pytest.mark.parametrize(("change", "why"), [("moved", "moved"), ("newer", "newer"), ("ended", "ended")])
def test_what_became_of_the_appointment_meanwhile_makes_the_news_old(firm, phone, order, news, change, why):
    agreed = order.visits.get().appointment_from.isoformat()
    if change == "moved":
        order.visits.update(appointment_from=soon(120), appointment_to=soon(180))
    elif change == "newer":
        newer = {"visit": order.visits.get(), "kind": "delay", "at": ago(5), "expected_at": soon(90)}
        VisitNote.objects.create(**newer)
    else:
        order.visits.update(ended_at=ago(5))
    with news():
        assert delay(phone, order, at=ago(30), expected=soon(45), agreed=agreed).status_code == 200
    assert VisitNote.objects.order_by("pk").last().untold == why
    assert told(order) == 0


def test_times_that_make_no_sense_when_they_were_noted_are_refused(phone, order):
    agreed = order.visits.get().appointment_from
    for at, expected in (
        (ago(30), ago(40)),
        (ago(70), agreed - timedelta(minutes=1)),
        (ago(30), soon(60 * 25)),
    ):
        answer = delay(phone, order, at=at, expected=expected)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert delay(phone, order, at=ago(1), expected=soon(5), reason="x" * 201).status_code == 422
    assert send(phone, order, "delay", expected_at="bald").status_code == 422
    assert not VisitNote.objects.exists()


def test_a_clock_that_is_wrong_puts_nothing_into_the_future_or_before_the_order_was_given(phone, order, news):
    given = TimelineEntry.objects.filter(document=order.pk, to_state="dispatched").get().at
    with news():
        delay(phone, order, at=soon(24 * 60), expected=soon(30), key="a")
        send(phone, order, "delay", expected_at=soon(30).isoformat(), at=ago(24 * 60).isoformat(), key="b")
    last, first = VisitNote.objects.order_by("-at")
    assert last.at <= timezone.now()
    assert first.at == given


def test_waiting_for_a_customer_keeps_its_time_and_counts_once(firm, phone, order):
    assert send(phone, order, "customer_late", minutes="20", key="w").status_code == 422
    order = do(order, "set_out", by=firm.technician)
    noted = ago(15)
    for _turn in range(2):
        assert send(phone, order, "customer_late", minutes="20", key="w", at=noted.isoformat()).json()["done"]
    note = VisitNote.objects.get()
    assert (note.minutes, note.at, line(order, "customer_late").at) == (20, noted, noted)
    for wrong in ("0", "2000", "viel", ""):
        assert send(phone, order, "customer_late", minutes=wrong).status_code == 422


def test_an_order_given_away_or_cancelled_is_refused_as_every_step_is(firm, phone, order):
    firm.step(order, "assign", technician=firm.colleague)
    answer = delay(phone, order, at=ago(30), expected=soon(45), agreed="")
    assert (answer.status_code, answer.json()["code"]) == (409, "not_yours")
    other = firm.step(firm.order_in("ready"), "assign", appointment_from=scene.tomorrow(9))
    firm.step(other, "cancel", reason="客户取消")
    answer = delay(phone, other, at=timezone.now(), expected=scene.tomorrow(11))
    assert (answer.status_code, answer.json()["code"]) == (409, "state")
    assert not VisitNote.objects.exists()


def test_without_an_appointment_there_is_nothing_to_be_late_for(firm, phone):
    order = firm.order_in("accepted")
    Visit.objects.update(appointment_from=None, appointment_to=None)
    answer = delay(phone, order, at=timezone.now(), expected=soon(30), agreed="")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_the_page_of_the_phone_offers_both_as_well(phone, order):
    page = phone.get(reverse("appointments:card", args=[order.number])).content.decode()
    assert reverse("appointments:delay", args=[order.number]) in page
    assert reverse("appointments:customer_late", args=[order.number]) in page

"""Dividing an order on the board: placed at once, checked like any placement, refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from jiannuo.operations.dispatch.board.services import Placement, place
from jiannuo.operations.dispatch.board.splitting import SplitRefused, SplitToConfirm, split
from jiannuo.operations.dispatch.durations import minutes_of
from jiannuo.operations.workforce.models import Absence, Skill
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import CannotSplit, Portion, change_visit
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.tests import scene
from jiannuo.testing import factories

from .test_board_pages import data_of, desk, placed, shop

__all__ = ["desk", "shop"]

pytestmark = pytest.mark.django_db
REASON = "客户同意"


def portion(purpose: str, hour: int, person: Any = None, minutes: int = 60) -> Portion:
    return Portion(purpose, scene.tomorrow(hour), minutes, person)


def two(shop: Any, *, hours: tuple[int, int] = (9, 14)) -> list[Portion]:
    """The technician in the morning, the colleague in the afternoon."""
    return [portion("拆旧机", hours[0], shop.technician), portion("装新机", hours[1], shop.colleague)]


def body(*portions: Portion, order: WorkOrder, **more: Any) -> dict[str, Any]:
    """What the dialog sends."""
    sent: dict[str, Any] = {"version": order.version, "from": "board", **more}
    for place_, one in enumerate(portions):
        sent |= {
            f"part-{place_}-purpose": one.purpose,
            f"part-{place_}-technician": one.technician.pk if one.technician else "",
            f"part-{place_}-begins": one.begins.strftime("%Y-%m-%dT%H:%M"),
            f"part-{place_}-minutes": one.minutes,
        }
    return sent


def send(client: Client, order: WorkOrder, *portions: Portion, **more: Any) -> Any:
    url = reverse("dispatch:board_split", args=[order.number])
    return client.post(url, body(*portions, order=order, **more), headers={"HX-Request": "true"})


def test_each_technician_has_a_job_of_their_own(shop):
    first, second = split(shop.order(), two(shop), by=shop.dispatcher)

    assert [one.technician for one in (first, second)] == [shop.technician, shop.colleague]
    assert [open_visit(one).planned_from for one in (first, second)] == [
        scene.tomorrow(9),
        scene.tomorrow(14),
    ]
    for person in (shop.technician, shop.colleague):
        assert person.notices.filter(kind="orders.assigned").count() == 1


def test_what_nobody_is_to_do_yet_waits_with_its_time_and_length(shop, desk):
    parts = [portion("拆旧机", 9, shop.technician), portion("装新机", 14, None, 45)]
    _first, second = split(shop.order(), parts, by=shop.dispatcher)

    waiting = data_of(desk)["queue"]

    assert (second.state, minutes_of([second.pk])[second.pk]) == ("ready", 45)
    assert [(one["n"], one["part"], one["for"]) for one in waiting] == [(second.number, "2/2", "装新机")]
    assert "14:00" in waiting[0]["win"]


def test_an_order_that_somebody_has_is_shortened_or_taken_back(shop):
    order = placed(shop, shop.technician, 9, 120)
    first, _second = split(order, two(shop), by=shop.dispatcher, version=order.version)
    assert open_visit(first).planned_to == scene.tomorrow(10)
    assert first.visits.count() == 1

    other = placed(shop, shop.technician, 11)
    parts = [portion("拆旧机", 16), portion("装新机", 17)]
    first, _second = split(other, parts, by=shop.dispatcher)
    assert (first.state, first.technician) == ("ready", None)


def test_an_overlap_is_refused_whatever_reason_is_given(shop):
    before = placed(shop, shop.colleague, 14)
    order = shop.order()

    with pytest.raises(SplitRefused) as refused:
        split(order, two(shop), by=shop.dispatcher, confirmed=None, reason=REASON)

    assert before.number in str(refused.value)
    assert list(refused.value.findings.refusals) == [1]
    assert WorkOrder.objects.count() == 2
    order.refresh_from_db()
    assert order.state == "ready"


def test_the_parts_of_one_technician_must_not_overlap_either(shop):
    parts = [portion("拆旧机", 9, shop.technician, 90), portion("装新机", 10, shop.technician)]

    with pytest.raises(SplitRefused):
        split(shop.order(), parts, by=shop.dispatcher)


def test_other_warnings_are_asked_and_need_a_reason(shop):
    Skill.objects.filter(technician=shop.colleague.technician).delete()
    order = shop.order()

    with pytest.raises(SplitToConfirm) as asked:
        split(order, two(shop), by=shop.dispatcher)
    keys = asked.value.findings.keys
    assert list(asked.value.findings.warnings) == [1]
    with pytest.raises(SplitToConfirm) as again:
        split(order, two(shop), by=shop.dispatcher, confirmed=keys)
    assert again.value.reason_missing
    _first, second = split(order, two(shop), by=shop.dispatcher, confirmed=keys, reason=REASON)

    assert second.timeline.filter(text__contains=REASON).exists()


def test_a_locked_visit_stays_as_it_is(shop):
    order = placed(shop, shop.technician, 9)
    change_visit(order, by=shop.dispatcher, locked=True)

    with pytest.raises(CannotSplit):
        split(order, two(shop), by=shop.dispatcher)


def test_with_telling_the_times_become_appointments(shop):
    parts = split(shop.order(), two(shop), by=shop.dispatcher, tell=True)

    assert [open_visit(one).appointment_from for one in parts] == [scene.tomorrow(9), scene.tomorrow(14)]


def test_a_window_that_the_customer_knows_is_kept(shop):
    window = {
        "appointment_from": scene.tomorrow(9),
        "appointment_to": scene.tomorrow(11),
        "agreed_with": "张伟",
    }
    begins = scene.tomorrow(9)
    placement = Placement(shop.technician, begins, begins + timedelta(hours=2), appointment=window)
    order = place(shop.order(), placement, by=shop.dispatcher)

    first, _second = split(order, two(shop), by=shop.dispatcher, tell=True)

    assert open_visit(first).appointment_to == scene.tomorrow(11)
    assert open_visit(first).agreed_with == "张伟"


# The dialog


def test_the_dialog_suggests_two_halves(shop, desk, django_assert_max_num_queries):
    order = placed(shop, shop.technician, 9, 120)

    with django_assert_max_num_queries(25):
        page = desk.get(reverse("dispatch:board_split", args=[order.number])).content.decode()

    assert page.count('value="60"') == 3  # two parts and the blank one
    assert "T09:00" in page
    assert "T10:00" in page


def test_the_dialog_divides_and_says_so(shop, desk):
    order = shop.order()

    answer = send(desk, order, *two(shop), tell="on")

    assert answer.status_code == 204
    assert "board-changed" in answer["HX-Trigger"]
    assert WorkOrder.objects.count() == 2


def test_from_the_page_of_the_order_it_leads_back_there(shop, desk):
    order = shop.order()
    answer = desk.post(
        reverse("dispatch:board_split", args=[order.number]),
        body(*two(shop), order=order, **{"from": ""}),
    )
    assert answer.status_code == 302


def test_what_was_typed_stays_when_something_is_wrong(shop, desk):
    order = shop.order()
    answer = send(desk, order, portion("拆旧机", 9, shop.technician), portion("", 14, shop.colleague))
    assert answer.status_code == 422
    assert "拆旧机" in answer.content.decode()

    placed(shop, shop.colleague, 14)
    answer = send(desk, order, *two(shop))
    assert answer.status_code == 409
    assert "装新机" in answer.content.decode()
    assert WorkOrder.objects.count() == 2


def test_confirming_in_the_dialog(shop, desk):
    begins, ends = scene.tomorrow(13), scene.tomorrow(18)
    Absence.objects.create(
        technician=shop.colleague.technician, starts_at=begins, ends_at=ends, reason="illness"
    )
    order = shop.order()

    asked = send(desk, order, *two(shop))
    assert asked.status_code == 409
    keys = asked.context["keys"]
    assert keys
    assert send(desk, order, *two(shop), confirmed=keys).status_code == 409  # no reason
    assert send(desk, order, *two(shop), confirmed=keys, reason=REASON).status_code == 204


def test_a_row_in_the_middle_may_be_missing(shop, desk):
    order = shop.order()
    sent = body(*two(shop), order=order)
    sent |= {name.replace("part-1", "part-7"): sent.pop(name) for name in list(sent) if "part-1" in name}

    answer = desk.post(
        reverse("dispatch:board_split", args=[order.number]), sent, headers={"HX-Request": "true"}
    )

    assert answer.status_code == 204


def test_refusals_of_the_dialog(shop, desk):
    order = shop.order()
    url = reverse("dispatch:board_split", args=[order.number])
    stale = send(desk, order, *two(shop), version=order.version + 3)
    assert stale.status_code == 409
    begun = shop.order_in("on_site")
    assert desk.get(reverse("dispatch:board_split", args=[begun.number])).status_code == 409
    assert desk.post(url, {}).status_code == 422  # nothing was sent
    stranger = Client()
    stranger.force_login(factories.person("dispatcher", at=shop.other_dealer))
    assert stranger.get(url).status_code == 404
    technician = Client()
    technician.force_login(shop.technician)
    assert technician.get(url).status_code == 403
    foreign = send(desk, order, portion("拆", 9, shop.technician), portion("装", 14, shop.stranger))
    assert foreign.status_code == 422
    assert WorkOrder.objects.filter(share__isnull=False).count() == 0


# The board


def test_the_board_shows_what_belongs_together(shop, desk, django_assert_max_num_queries):
    first, second = split(shop.order(), two(shop), by=shop.dispatcher)

    at_head = Client()
    at_head.force_login(factories.person("dispatcher", at=shop.head))
    with django_assert_max_num_queries(15):
        jobs = {one["n"]: one for one in data_of(at_head)["jobs"]}
    panel = desk.get(reverse("dispatch:board_order", args=[first.number])).content.decode()

    assert (jobs[first.number]["part"], jobs[second.number]["part"]) == ("1/2", "2/2")
    assert jobs[first.number]["job"] == jobs[second.number]["job"] == first.pk
    assert second.number in panel
    assert "14:00" in panel


def test_the_panel_of_a_part_keeps_its_budget(shop, desk, django_assert_max_num_queries):
    first, second = split(shop.order(), [*two(shop)[:1], portion("装新机", 14)], by=shop.dispatcher)

    for one in (first, second):
        with django_assert_max_num_queries(25):
            desk.get(reverse("dispatch:board_order", args=[one.number]))

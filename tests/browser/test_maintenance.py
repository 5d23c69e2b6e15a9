"""A technician walks a patrol on the phone; what is out of its limits is found and becomes an order."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jiannuo.operations.maintenance.models import Checklist, ChecklistLine, Finding, PatrolRound, PatrolRoute
from jiannuo.operations.maintenance.services import PointEntry, plan_round, save_route
from jiannuo.operations.workorders.models import WorkOrder
from tests.browser.words import zh

pytestmark = pytest.mark.once


def test_a_patrol_on_the_phone_and_a_finding_that_becomes_an_order(visit: Any, town: Any) -> None:
    checklist = Checklist.objects.create(organization=town.office, name="高杆灯巡查")
    ChecklistLine.objects.create(checklist=checklist, position=1, text="灯具全部点亮")
    ChecklistLine.objects.create(
        checklist=checklist, position=2, text="接地电阻", kind="number", unit_of_measure="Ω", maximum=4
    )
    route = PatrolRoute(
        organization=town.branch,
        customer=town.customer,
        name="小区高杆灯",
        weekdays="0123456",
        starts_on=timezone.localdate(),
        checklist=checklist,
    )
    points = [PointEntry(place="1号灯"), PointEntry(unit=town.unit)]
    assert plan_round(save_route(route, points, by=town.dispatcher)) is not None

    phone = visit(town.technician, phone=True)
    phone.goto("/patrols/")
    phone.get_by_text("小区高杆灯").click()
    phone.get_by_role("button", name=zh("Start the round")).click()
    phone.locator("a.btn-primary").click()
    phone.get_by_text(zh("yes"), exact=True).click()
    phone.get_by_label("接地电阻").fill("很低")
    phone.get_by_role("button", name=zh("Record this point"), exact=True).click()
    expect(phone.get_by_role("main")).to_contain_text("接地电阻")
    phone.get_by_label("接地电阻").fill("2.4")
    phone.get_by_role("button", name=zh("Record this point"), exact=True).click()
    expect(phone.get_by_role("heading", level=1)).to_contain_text("KFR2605001")
    phone.get_by_text(zh("yes"), exact=True).click()
    phone.get_by_label("接地电阻").fill("5.2")
    phone.get_by_role("button", name=zh("Record this point"), exact=True).click()
    phone.get_by_role("button", name=zh("Finish the round")).click()
    phone.wait_for_url("**/patrols/")
    assert PatrolRound.objects.get().state == "finished"

    finding = Finding.objects.get()
    office = visit(town.dispatcher)
    office.goto(f"/maintenance/findings/{finding.number}/")
    office.locator("[data-action='order_repair']").first.click()
    office.locator("#modal-content form button[type=submit]").click()
    expect(office.locator("dialog[open]")).to_have_count(0)
    office.wait_for_load_state("networkidle")
    order = WorkOrder.objects.get()
    assert (order.unit, order.job) == (town.unit, "repair")
    expect(office.get_by_role("main")).to_contain_text(order.number)

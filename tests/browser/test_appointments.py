"""A customer chooses on the phone when somebody comes; a technician asks for leave and the deputy takes over."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jiannuo.faces.portal import tokens
from jiannuo.office.notices.models import Delivery
from jiannuo.operations.appointments.models import AppointmentLink, AppointmentRule, Booking
from jiannuo.operations.desk.services.registering import register_request
from jiannuo.operations.maintenance.services import create_plan, do_plan, order_job
from jiannuo.operations.staffing.models import LeaveRequest
from tests.browser.words import zh

pytestmark = pytest.mark.once


def in_days(days: int, hour: int) -> datetime:
    day = timezone.localdate() + timedelta(days=days)
    return timezone.make_aware(datetime.combine(day, time(hour)))


def test_a_customer_chooses_a_window_on_the_phone_and_moves_it(visit: Any, town: Any) -> None:
    AppointmentRule.objects.create(
        organization=town.branch,
        windows="08:30-10:30 13:00-15:00",
        lead_minutes=60,
        days_ahead=2,
        job_minutes=60,
        travel_minutes=30,
        change_hours=2,
        remind_hours=20,
        most=12,
    )
    request = register_request(by=town.agent, customer=town.customer, unit=town.unit, symptom_text="不制冷")
    token = tokens.make("progress", request.number, tokens.PROGRESS_LASTS)

    page = visit(phone=True)
    page.goto(f"/p/{token}")
    page.get_by_role("link", name=zh("Choose when we come")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(zh("When shall we come?"))
    page.get_by_text("08:30–10:30").last.click()
    page.get_by_role("button", name=zh("Choose this time")).click()
    page.wait_for_url(f"**/p/{token}")
    expect(page.locator("main")).to_contain_text("08:30–10:30")
    first = Booking.objects.get(state="held")
    assert (first.starts_at.hour, first.by_customer) == (0, True)  # 8:30 in Shanghai

    page.get_by_role("link", name=zh("Change the time")).click()
    page.get_by_text("13:00–15:00").last.click()
    page.get_by_role("button", name=zh("Move to this time")).click()
    page.wait_for_url(f"**/p/{token}")
    expect(page.locator("main")).to_contain_text("13:00–15:00")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    office = visit(town.dispatcher)
    office.goto(f"/requests/{request.number}/")
    expect(office.locator("#appointment-card")).to_contain_text("13:00–15:00")


def test_leave_is_granted_and_the_deputy_stands_in(visit: Any, town: Any) -> None:
    page = visit(town.technician, phone=True)
    page.goto("/my-work/")
    page.get_by_role("link", name=zh("Ask for leave")).click()
    page.locator("#id_starts_at").fill(timezone.localtime().strftime("%Y-%m-%dT%H:%M"))
    page.locator("#id_ends_at").fill(in_days(1, 18).strftime("%Y-%m-%dT%H:%M"))
    page.locator("#id_deputy").select_option(label=town.novice.name)
    page.locator("#id_text").fill("家中有事")
    page.get_by_role("button", name=zh("Ask for leave")).click()
    page.wait_for_url("**/leave/LV-**")
    leave = LeaveRequest.objects.get()

    office = visit(town.manager)
    office.goto(f"/leave/{leave.number}/")
    expect(office.locator("main")).to_contain_text(zh("Also away"))
    office.locator("[hx-get$='/approve/']").first.click()
    office.locator("#modal-content button[type=submit]").click()
    expect(office.locator("main")).to_contain_text("已批准")

    deputy = visit(town.novice)
    deputy.goto("/my-work/")
    expect(deputy.locator("main")).to_contain_text(town.technician.name)


def test_the_customer_of_a_maintenance_plan_chooses_by_the_link_on_the_phone(visit: Any, town: Any) -> None:
    AppointmentRule.objects.create(
        organization=town.branch,
        windows="08:30-10:30 13:00-15:00",
        lead_minutes=60,
        days_ahead=2,
        job_minutes=60,
        travel_minutes=30,
        change_hours=2,
        remind_hours=20,
        most=12,
    )
    plan = create_plan(
        by=town.dispatcher,
        organization=town.branch,
        customer=town.customer,
        units=[town.unit],
        rhythm="calendar",
        every_amount=3,
        every_unit="months",
        starts_on=timezone.localdate() - timedelta(days=85),
        work="例行保养",
        lead_days=14,
    )
    job = do_plan(plan, "activate", by=town.dispatcher).jobs.get()
    order = order_job(job, by=town.dispatcher)

    office = visit(town.dispatcher)
    office.goto(f"/orders/{order.number}/")
    office.get_by_role("button", name=zh("Send the customer the link")).click()
    office.locator("#modal-content form button[type=submit]").click()
    expect(office.locator("#appointment-card")).to_contain_text("发出预约链接")
    link = AppointmentLink.objects.get(order=order)
    assert (link.sent_by, link.order.job) == (town.dispatcher, "maintenance")
    sent = Delivery.objects.get(document=order.pk, key__contains="appointment.link")
    path = "/a/" + sent.text.split("/a/")[1].split()[0]

    page = visit(phone=True)
    page.goto(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(zh("When shall we come?"))
    expect(page.locator("body")).to_contain_text("保养")
    page.get_by_text("08:30–10:30").last.click()
    page.get_by_role("button", name=zh("Choose this time")).click()
    expect(page.locator("main")).to_contain_text(zh("Your appointment"))
    expect(page.locator("main")).to_contain_text("08:30–10:30")
    order.refresh_from_db()
    assert order.state == "dispatched"

    page.get_by_text(zh("Choose another time")).click()
    page.get_by_text("13:00–15:00").last.click()
    page.get_by_role("button", name=zh("Move to this time")).click()
    expect(page.locator("main")).to_contain_text("13:00–15:00")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_role("button", name=zh("Give up this appointment")).click()
    expect(page.get_by_role("button", name=zh("Choose this time"))).to_be_visible()

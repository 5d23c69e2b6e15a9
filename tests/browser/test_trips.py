"""A technician's trip on the phone: planned, spent on, told of."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from playwright.sync_api import expect

from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.operations.trips.defaults import fill
from jiannuo.operations.trips.models import BusinessTrip
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


def test_a_trip_from_the_plan_to_the_feedback_form(visit: Any, town: Any) -> None:
    fill(lambda name: apps.get_model("trips", name))
    manager = factories.person("department_manager", at=town.branch, username="chief")
    today = timezone.localdate().isoformat()
    page = visit(town.technician, phone=True)
    page.goto("/trips/new/")
    page.locator("#id_cause").select_option(label="售后服务")
    page.locator("#id_place").fill("苏州工业园区")
    page.locator("#id_starts_on").fill(today)
    page.locator("#id_ends_on").fill(today)
    page.locator("#id_purpose").fill("更换电源板")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/trips/BT-**")
    page.get_by_role("link", name=zh("Ask for approval")).or_(
        page.get_by_role("button", name=zh("Ask for approval"))
    ).first.click()
    dialog = page.locator("#modal-content")
    dialog.get_by_role("button", name=zh("Ask for approval")).click()
    expect(page.locator("main")).to_contain_text("待审批")

    approvals.approve(ApprovalStep.objects.get(state="pending"), by=manager)
    page.reload()
    page.get_by_role("link", name=zh("Expense"), exact=True).click()
    page.locator("#id_kind").select_option("transport")
    page.locator("#id_amount").fill("73.5")
    page.locator("#id_text").fill("高铁票")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("main")).to_contain_text(zh("Add a photo of the receipt, or say why there is none."))
    page.locator("#id_no_receipt").fill("电子客票，行程单后补")
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator("#expenses")).to_contain_text("73.50")
    trip = BusinessTrip.objects.get()
    assert (trip.state, trip.expenses.count()) == ("approved", 1)

"""Plan a day: choose, look at the proposal, lock and leave out, improve, publish; the orders have their technicians."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jiannuo.operations.dispatch.planning.models import PlanningSettings, Proposal
from jiannuo.operations.workforce.models import Shift, Technician
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services import create_order
from tests.browser.words import zh

pytestmark = pytest.mark.once


@pytest.fixture
def orders(town: Any) -> list[WorkOrder]:
    PlanningSettings.objects.create(organization=town.office, improve_seconds=1)
    tomorrow = timezone.localtime() + timedelta(days=1)
    eight = tomorrow.replace(hour=8, minute=0, second=0, microsecond=0)
    Shift.objects.all().delete()
    for technician in Technician.objects.filter(active=True):
        Shift.objects.create(technician=technician, starts_at=eight, ends_at=eight + timedelta(hours=10))
    return [
        create_order(
            by=town.dispatcher,
            organization=town.branch,
            customer=town.customer,
            unit=town.unit,
            category=town.model.category,
            fault=f"不制冷 {number}",
            latitude=30.25 + number / 50,
            longitude=120.15,
        )
        for number in range(3)
    ]


def test_a_day_is_planned_improved_and_published(visit: Any, town: Any, orders: list[WorkOrder]) -> None:
    page = visit(town.dispatcher)
    page.goto("/planning/")
    page.get_by_role("link", name=zh("Plan a day")).first.click()
    expect(page.locator("input[name=orders]:checked")).to_have_count(3)
    page.get_by_role("button", name=zh("Work out a proposal")).click()

    page.wait_for_url("**/planning/*/")
    proposal = Proposal.objects.get()
    main = page.get_by_role("main")
    expect(main).to_contain_text(zh("Present plan"))
    first, second = (proposal.items.get(order=order) for order in orders[:2])
    page.get_by_role("button", name=f"{zh('Lock: keep technician and time')} {first.order.number}").click()
    expect(page.get_by_role("button", name=f"{zh('Unlock')} {first.order.number}")).to_be_visible()
    page.get_by_role("button", name=f"{zh('Leave out')} {second.order.number}").click()
    expect(main).to_contain_text(zh("You left it out. It stays as it is."))
    page.get_by_role("button", name=zh("Improve further")).click()
    publish = page.get_by_role("button", name=zh("Publish %(n)s order") % {"n": 2})
    publish.click()

    expect(main).to_contain_text(zh("published"))
    assert Visit.objects.filter(planned_from__isnull=False).count() == 2
    assert {WorkOrder.objects.get(pk=order.pk).state for order in orders} == {"ready", "dispatched"}

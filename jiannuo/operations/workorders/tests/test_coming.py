"""The visit that is to come: its planned time, its lock, its crew."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse

from jiannuo.office.documents.services import StaleDocument
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import NotNow, change_visit, do, set_crew
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.tests import scene

pytestmark = pytest.mark.django_db


def test_the_planned_time_moves_and_the_appointment_stays(firm: Any) -> None:
    begins = scene.tomorrow(9)
    order = do(
        firm.order(),
        "assign",
        by=firm.dispatcher,
        data={"technician": firm.technician, "appointment_from": begins, "agreed_with": "张伟"},
    )

    visit = change_visit(
        order, by=firm.dispatcher, planned_from=begins, planned_to=begins + timedelta(hours=1)
    )

    assert (visit.planned_from, visit.appointment_from) == (begins, begins)
    with pytest.raises(StaleDocument):
        change_visit(order, by=firm.dispatcher, locked=True, version=order.version)
    with pytest.raises(ValidationError):
        change_visit(order, by=firm.dispatcher, planned_from=begins, planned_to=begins)
    with pytest.raises(PermissionDenied):
        change_visit(order, by=firm.technician, locked=True)


@pytest.mark.parametrize("state", ["ready", "travelling", "completed"])
def test_nothing_to_come_is_not_planned(firm: Any, state: str) -> None:
    with pytest.raises(NotNow):
        change_visit(firm.order_in(state), by=firm.dispatcher, locked=True)


def test_the_crew_sees_the_job_on_the_phone_and_hands_over_with_the_order(firm: Any, client: Any) -> None:
    order = firm.order_in("dispatched")
    client.force_login(firm.colleague)
    page = reverse("field:job", args=[order.number])
    assert client.get(page).status_code == 404

    set_crew(order, [firm.colleague, firm.technician], by=firm.dispatcher)

    assert list(open_visit(order).crew.all()) == [firm.colleague]
    assert client.get(page).status_code == 200
    assert order.number in client.get(reverse("field:jobs")).content.decode()
    assert order in WorkOrder.objects.visible_to(firm.colleague)

    set_crew(order, [], by=firm.dispatcher)
    assert client.get(page).status_code == 404


def test_an_order_taken_back_waits_again(firm: Any) -> None:
    order = firm.order_in("accepted")

    with pytest.raises(PermissionDenied):
        do(order, "take_back", by=firm.technician, data={"reason": "x"})
    order = do(order, "take_back", by=firm.dispatcher, data={"reason": "改日"})

    assert (order.state, order.technician, open_visit(order)) == ("ready", None, None)
    assert order.visits.get().reason == "改日"

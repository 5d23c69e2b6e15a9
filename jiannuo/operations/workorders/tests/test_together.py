"""Many orders of the list moved at once."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def post(client, name: str, orders, **data):
    address = f"{reverse('workorders:list')}?bulk={name}"
    return client.post(address, {"select": [order.pk for order in orders], **data}, headers=HTMX)


def states() -> list[str]:
    return list(WorkOrder.objects.order_by("pk").values_list("state", flat=True))


def test_what_the_state_refuses_is_named_and_the_others_go_on(client, firm):
    orders = [firm.order_in("signed"), firm.order_in("accepted"), firm.order_in("signed")]
    client.force_login(firm.dispatcher)

    assert post(client, "review", orders).status_code == 200
    assert states() == ["signed", "accepted", "signed"]  # asked first
    answer = post(client, "review", orders, bulk_form="1", remark="已核对")

    assert states() == ["reviewed", "accepted", "reviewed"]
    assert orders[1].number in answer.content.decode()
    assert orders[0].number not in answer.content.decode()
    post(client, "close", orders)
    assert states() == ["closed", "accepted", "closed"]


def test_cancelling_many_needs_a_reason(client, firm):
    orders = [firm.order(), firm.order_in("dispatched")]
    client.force_login(firm.dispatcher)

    assert post(client, "cancel", orders, bulk_form="1", reason=" ").status_code == 422
    assert states() == ["ready", "dispatched"]
    post(client, "cancel", orders, bulk_form="1", reason="台风停电")
    assert set(WorkOrder.objects.values_list("state", "cancel_reason")) == {("cancelled", "台风停电")}


def test_orders_of_another_dealer_stay_as_they_are(client, firm):
    order = firm.order_in("signed")
    client.force_login(factories.person("dispatcher", at=firm.other_dealer))
    answer = post(client, "review", [order], bulk_form="1")
    assert order.number not in answer.content.decode()
    assert states() == ["signed"]


def test_who_may_not_review_has_no_such_button(client, firm):
    order = firm.order_in("signed")
    client.force_login(firm.technician)
    assert post(client, "review", [order], bulk_form="1").status_code == 403
    assert "bulk=review" not in client.get(reverse("workorders:list")).content.decode()
    assert states() == ["signed"]

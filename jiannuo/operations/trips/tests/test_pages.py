"""The pages and the API of trips: budgets, forms, refusals, prefilled from orders and group trips."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.dispatch.models import GroupTrip, TripStop
from jiannuo.operations.trips.models import BusinessTrip, TripCause, TripRules
from jiannuo.operations.trips.tests.acting import TEXTS, photo, plan, spend, trip_in


def fields(firm, **changes):
    today = timezone.localdate().isoformat()
    return {
        "organization": firm.dealer.pk,
        "people": [firm.technician.pk],
        "cause": TripCause.objects.get(code="service").pk,
        "place": "苏州工业园区",
        "starts_on": today,
        "ends_on": today,
        "means": "train",
        "purpose": "更换电源板",
        "estimate": "600",
        "payer": "company",
        **changes,
    }


@pytest.mark.parametrize("name", ["list", "mine", "expenses"])
@pytest.mark.parametrize("count", [1, 4])
def test_lists_stay_within_their_budget(client, firm, name, count, django_assert_max_num_queries):
    for _n in range(count):
        spend(firm, trip_in(firm, "under_way"))
    client.force_login(firm.dispatcher)

    with django_assert_max_num_queries(12):
        page = client.get(reverse(f"trips:{name}"))
    assert page.status_code == 200
    assert "BT-" in page.content.decode()


def test_finance_takes_the_expenses_with_who_pays_into_a_sheet(client, firm):
    order = firm.order()
    spend(firm, trip_in(firm, "under_way", payer="customer", payer_order=order), "88.80")
    spend(firm, trip_in(firm, "under_way"), "11.10")
    client.force_login(firm.finance)

    answer = client.get(reverse("trips:expenses"), {"export": "csv", "payer": "customer"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")

    assert len(text.strip().splitlines()) == 2
    assert order.number in text
    assert "88.8" in text


def test_the_page_of_a_trip_stays_within_its_budget(client, firm, django_assert_max_num_queries):
    trip = trip_in(firm, "under_way", orders=(firm.order(), firm.order()))
    for _n in range(3):
        spend(firm, trip)
    client.force_login(firm.technician)

    with django_assert_max_num_queries(25):
        page = client.get(reverse("trips:detail", args=[trip.number]))
    assert page.status_code == 200
    assert "360.00" in page.content.decode()


def test_a_technician_plans_their_own_trip_and_hands_everything_in(client, firm):
    client.force_login(firm.technician)
    assert client.post(reverse("trips:new"), fields(firm)).status_code == 302
    trip = BusinessTrip.objects.get()

    edited = client.post(
        reverse("trips:edit", args=[trip.number]), fields(firm, place="无锡", version=trip.version)
    )
    assert edited.status_code == 302
    stale = client.post(reverse("trips:edit", args=[trip.number]), fields(firm, place="宜兴", version=1))
    assert stale.status_code == 409
    trip = trip_in(firm, "under_way")
    line = {"person": firm.technician.pk, "kind": "transport", "spent_on": trip.starts_on, "amount": "55.5"}
    line |= {"text": "高铁票", "paid_by": "person"}
    address = reverse("trips:expense_new", args=[trip.number])
    assert client.post(address, line).status_code == 422
    assert client.post(address, {**line, "receipt": photo()}).status_code == 302
    assert client.post(reverse("trips:feedback", args=[trip.number]), TEXTS).status_code == 302
    expense = trip.expenses.get()
    remove = reverse("trips:expense_remove", args=[trip.number, expense.pk])
    assert client.get(remove).status_code == 200
    assert client.post(remove).status_code == 302
    assert client.get(reverse("printing:print", args=["F37", trip.pk])).content.startswith(b"%PDF")
    assert client.get(reverse("printing:print", args=["trip-claim", trip.pk])).content.startswith(b"%PDF")


BAD = [
    {"people": []},
    {"starts_on": "2026-13-45"},
    {"ends_on": "2020-01-01"},
    {"orders": "WO-00000000-0000"},
    {"serials": "KEIN"},
    {"payer": "customer"},
    {"payer": "supplier"},
    {"estimate": "-1"},
    {"cause": "999999"},
    {"means": "rocket"},
]


@pytest.mark.parametrize("change", BAD)
def test_bad_input_is_refused_and_kept(client, firm, change):
    client.force_login(firm.dispatcher)

    answer = client.post(reverse("trips:new"), fields(firm, **change))

    assert answer.status_code == 422
    assert "更换电源板" in answer.content.decode()
    assert not BusinessTrip.objects.exists()


def test_a_technician_cannot_send_a_colleague(client, firm):
    client.force_login(firm.technician)
    assert client.post(reverse("trips:new"), fields(firm, people=[firm.colleague.pk])).status_code == 422


def test_one_button_makes_a_trip_of_an_order(client, firm):
    order = firm.order_in("dispatched")
    client.force_login(firm.dispatcher)
    page = client.get(reverse("workorders:detail", args=[order.number])).content.decode()
    address = f"{reverse('trips:new')}?order={order.number}"
    assert address in page

    initial = client.get(address).context["form"].initial
    assert (initial["orders"], initial["people"]) == ([order.number], [firm.technician.pk])

    made = client.post(address, fields(firm, payer="customer", orders=order.number))
    assert made.status_code == 302
    trip = BusinessTrip.objects.get()
    assert (trip.payer_order_id, list(trip.customers.all())) == (order.pk, [firm.customer])
    assert trip.number in client.get(reverse("workorders:detail", args=[order.number])).content.decode()


def test_the_cause_says_who_usually_pays(client, firm):
    order = firm.order()
    client.force_login(firm.dispatcher)
    paid = TripCause.objects.get(code="paid").pk

    assert client.post(reverse("trips:new"), fields(firm, cause=paid, payer="")).status_code == 422
    asked = fields(firm, cause=paid, payer="", orders=order.number)
    assert client.post(reverse("trips:new"), asked).status_code == 302
    assert BusinessTrip.objects.get().payer == "customer"


def test_one_button_makes_a_trip_of_a_group_trip(client, firm):
    orders = [firm.order_in("dispatched") for _n in range(2)]
    group = GroupTrip.objects.create(
        organization=firm.dealer, day=timezone.localdate(), technician=firm.technician, means="train"
    )
    for position, order in enumerate(orders, 1):
        TripStop.objects.create(trip=group, visit=order.visits.get(), position=position)
    client.force_login(firm.dispatcher)
    address = f"{reverse('trips:new')}?group={group.pk}"
    assert address in client.get(reverse("dispatch:trip", args=[group.pk])).content.decode()

    initial = client.get(address).context["form"].initial
    assert initial["orders"] == [order.number for order in orders]
    numbers = " ".join(initial["orders"])
    assert client.post(address, fields(firm, orders=numbers)).status_code == 302
    trip = BusinessTrip.objects.get()
    assert trip.group_trip == group
    assert set(trip.orders.all()) == set(orders)


def test_strangers_meet_a_closed_door(client, firm):
    trip = plan(firm)
    pages = [reverse(f"trips:{name}", args=[trip.number]) for name in ("detail", "edit", "feedback")]
    for person in (firm.stranger, firm.colleague):
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} == {404}
    client.force_login(firm.finance)
    assert client.get(pages[0]).status_code == 200
    assert client.get(pages[1]).status_code == 403
    client.force_login(firm.technician)
    assert client.get(reverse("trips:list")).status_code == 403
    assert client.get(reverse("trips:tables")).status_code == 403


def test_a_manager_keeps_the_tables(client, firm):
    client.force_login(firm.manager)
    assert client.get(reverse("trips:tables")).status_code == 200
    cause = {"code": "training", "name": "培训", "usual_payer": "company", "position": 70, "active": "on"}
    assert client.post(reverse("trips:row_new", args=["causes"]), cause).status_code == 302
    assert client.post(reverse("trips:row_new", args=["causes"]), cause).status_code == 422
    rules = {"organization": firm.dealer.pk, "feedback_days": 3, "remind_days": 2}
    assert client.post(reverse("trips:row_new", args=["rules"]), rules).status_code == 302
    row = TripRules.objects.get()
    limit = {"organization": firm.dealer.pk, "kind": "meals", "per": "day", "amount": "0"}
    assert client.post(reverse("trips:row_new", args=["limits"]), limit).status_code == 422
    assert client.get(reverse("trips:row_new", args=["nothing"])).status_code == 404
    assert client.post(reverse("trips:row_remove", args=["rules", row.pk])).status_code == 302
    assert (
        client.get(reverse("trips:row_remove", args=["causes", TripCause.objects.first().pk])).status_code
        == 404
    )


def test_trips_over_the_api(client, firm):
    client.force_login(firm.technician)
    send = {"content_type": "application/json"}
    made = client.post("/api/v1/trips/", fields(firm), headers={"Idempotency-Key": "one"}, **send)
    assert made.status_code == 201
    again = client.post("/api/v1/trips/", fields(firm), headers={"Idempotency-Key": "one"}, **send)
    assert again.json()["number"] == made.json()["number"]
    number = made.json()["number"]
    refused = client.post(
        "/api/v1/trips/", fields(firm, people=[]), headers={"Idempotency-Key": "two"}, **send
    )
    assert refused.status_code == 422

    asked = client.post(
        f"/api/v1/trips/{number}/actions/submit/", {}, headers={"Idempotency-Key": "3"}, **send
    )
    assert asked.json()["state"] == "asked"
    trip = trip_in(firm, "under_way")
    line = {"person": firm.technician.pk, "kind": "meals", "spent_on": trip.starts_on, "amount": "30"}
    line |= {"text": "午餐", "paid_by": "person", "no_receipt": "小票遗失"}
    spent = client.post(
        f"/api/v1/trips/{trip.number}/expenses/", line, headers={"Idempotency-Key": "4"}, **send
    )
    assert (spent.status_code, spent.json()["spent"]) == (201, "30.00")
    told = client.post(
        f"/api/v1/trips/{trip.number}/feedback/", TEXTS, headers={"Idempotency-Key": "5"}, **send
    )
    assert told.json()["has_feedback"] is True
    assert len(client.get("/api/v1/trips/").json()["results"]) == 2
    client.force_login(firm.stranger)
    assert client.get("/api/v1/trips/").json()["results"] == []
    assert client.get(f"/api/v1/trips/{number}/").status_code == 404

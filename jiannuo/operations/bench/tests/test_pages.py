"""Pages, prints, the customer's link and the API: status, budget, refusals."""

from __future__ import annotations

import uuid

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from rest_framework.test import APIClient

from jiannuo.kernel.printing.forms import form_by_id
from jiannuo.operations.bench.links import token_of, url_of
from jiannuo.operations.bench.models import BenchRules, CarryIn, GoodsMove, Loan, LoanEquipment, ModelGrade
from jiannuo.operations.bench.services import do
from jiannuo.operations.bench.tests.scene import photo
from jiannuo.operations.workorders.tests.scene import signature_text
from jiannuo.testing import factories

LISTS = ("bench:list", "bench:book", "bench:loans", "bench:pool")


def typed(house, **fields):
    return {
        "organization": house.dealer.pk,
        "serial": house.unit.serial,
        "fault": "不制冷",
        "condition": "外壳有划痕",
        "accessories": "遥控器\n电源线 × 2",
        "brought_name": "张伟",
        "brought_phone": "13800138000",
        "way": "customer",
        **fields,
    }


def test_the_counter_takes_in_by_the_serial_number_alone(client, house):
    client.force_login(house.clerk)
    assert client.get(reverse("bench:new")).status_code == 200
    bad = client.post(reverse("bench:new"), typed(house, condition=""))
    assert bad.status_code == 422
    good = client.post(
        reverse("bench:new"), {**typed(house), "photos": photo(), "signature": signature_text()}
    )
    receipt = CarryIn.objects.get()
    assert (good.status_code, good["Location"]) == (302, receipt.get_absolute_url())
    assert (receipt.unit, receipt.customer) == (house.unit, house.customer)
    assert [one.quantity for one in receipt.accessories.all()] == [1, 2]
    assert receipt.attachments.filter(purpose="before").count() == 1
    again = client.post(reverse("bench:new"), typed(house))
    assert (again.status_code, receipt.number in again.content.decode()) == (422, True)


def test_a_scanned_label_finds_the_unit_and_a_foreign_one_does_not(client, house):
    client.force_login(house.clerk)
    client.post(reverse("bench:new"), typed(house, serial=f"https://x.example/q/{house.unit.label_code}"))
    assert CarryIn.objects.get().unit == house.unit
    other = factories.unit(house.firm.other_dealer)
    answer = client.post(reverse("bench:new"), typed(house, serial=f"https://x/q/{other.label_code}"))
    assert answer.status_code == 422


def test_the_technician_writes_the_receipt_of_what_comes_from_the_site(client, house):
    order = house.firm.order_in("on_site")
    client.force_login(house.technician)
    page = f"{reverse('bench:new')}?order={order.number}"
    assert client.get(page).status_code == 200
    values = {key: value for key, value in typed(house).items() if key not in ("organization", "fault")}
    assert client.post(page, values).status_code == 302
    order.refresh_from_db()
    assert order.state == "bench"
    shown = client.get(order.get_absolute_url(), follow=True)
    assert CarryIn.objects.get().number in shown.content.decode()


def test_an_order_on_the_bench_without_a_receipt_is_named(client, house):
    order = house.firm.order_in("bench")
    client.force_login(house.clerk)
    assert order.number in client.get(reverse("bench:lacking")).content.decode()
    house.take_in(order=order, by=house.technician)
    assert order.number not in client.get(reverse("bench:lacking")).content.decode()


@pytest.mark.parametrize("name", LISTS)
def test_lists_keep_to_their_budget(client, house, name, django_assert_max_num_queries):
    house.lend(house.take_in())
    client.force_login(house.clerk)
    client.get(reverse(name))
    with django_assert_max_num_queries(12):
        assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "query", ["task=late", "task=long", "task=nobody", "task=present", "waiting=waiting_parts"]
)
def test_the_queue_is_cut_to_what_needs_attention(client, house, query):
    house.take_in()
    client.force_login(house.clerk)
    shown = client.get(f"{reverse('bench:list')}?{query}").content.decode()
    number = CarryIn.objects.get().number
    assert (number in shown) == (query in ("task=nobody", "task=present"))


def test_what_lies_long_on_the_shelf_is_found_by_the_rules_of_its_house(client, house):
    receipt = house.ready()
    CarryIn.objects.filter(pk=receipt.pk).update(ready_at="2026-01-01T00:00Z")
    client.force_login(house.clerk)
    assert receipt.number in client.get(f"{reverse('bench:list')}?task=long").content.decode()
    BenchRules.objects.update(long_days=30000)
    assert receipt.number not in client.get(f"{reverse('bench:list')}?task=long").content.decode()


def test_documents_keep_to_their_budget(client, house, django_assert_max_num_queries):
    receipt = house.asked()
    loan = house.lend(receipt)
    client.force_login(house.clerk)
    for document in (receipt, loan):
        client.get(document.get_absolute_url(), follow=True)
        address = client.get(document.get_absolute_url())["Location"]
        with django_assert_max_num_queries(25):
            assert client.get(address).status_code == 200


def test_handing_over_on_the_page(client, house):
    receipt = house.on_bench()
    house.lend(receipt)
    receipt = house.finish(receipt)
    client.force_login(house.clerk)
    page = reverse("bench:hand_over", args=[receipt.number])
    assert "BJ-001" in client.get(page).content.decode()
    values = {
        "proof": "receipt",
        "name": "张伟",
        "returned": [one.pk for one in receipt.accessories.all()],
        "signature": signature_text(),
        "version": receipt.version,
    }
    assert client.post(page, values).status_code == 422  # the loaner is still out
    house.take_back(Loan.objects.get())
    assert client.post(page, values).status_code == 302
    assert client.post(page, {**values, "version": ""}).status_code == 409  # twice


def test_lending_and_taking_back_on_the_page(client, house):
    receipt = house.take_in()
    client.force_login(house.clerk)
    page = f"{reverse('bench:lend')}?receipt={receipt.number}"
    assert "送修期间一日内提供同档次备机" in client.get(page).content.decode()
    values = {
        "equipment": house.piece.pk,
        "condition": "完好",
        "signed_by": "张伟",
        "signature": signature_text(),
        "photos": photo(),
    }
    assert client.post(page, {**values, "signature": ""}).status_code == 422
    assert client.post(page, {**values, "photos": photo()}).status_code == 302
    loan = Loan.objects.get()
    back = reverse("bench:take_back", args=[loan.number])
    values = {"returned_by": "张伟", "condition": "完好", "usable": "on", "amount": "-5", "damage": "x"}
    assert client.post(back, values).status_code == 422
    assert client.post(back, {**values, "amount": "0", "damage": ""}).status_code == 302
    assert client.post(back, {**values, "amount": "0", "damage": ""}).status_code == 409


def test_the_pool_and_the_rules_are_kept_on_their_pages(client, house):
    client.force_login(house.manager)
    piece = {"organization": house.dealer.pk, "model": house.unit.model.pk, "serial": "BJ-9", "grade": 12}
    assert client.post(reverse("bench:equipment_new"), piece).status_code == 422
    assert client.post(reverse("bench:equipment_new"), {**piece, "grade": 3}).status_code == 302
    made = LoanEquipment.objects.get(serial="BJ-9")
    assert client.get(reverse("bench:equipment", args=[made.pk])).status_code == 200
    change = reverse("bench:equipment_edit", args=[made.pk])
    assert client.post(change, {**piece, "grade": 4, "state": "retired"}).status_code == 302
    assert client.get(reverse("bench:settings")).status_code == 200
    grade = reverse("bench:grade_new")
    assert client.post(grade, {"model": house.unit.model.pk, "grade": 6}).status_code == 302
    row = ModelGrade.objects.get()
    client.post(reverse("bench:grade_edit", args=[row.pk]), {"model": house.unit.model.pk, "grade": 7})
    client.post(reverse("bench:grade_remove", args=[row.pk]))
    assert not ModelGrade.objects.exists()
    rules = reverse("bench:rules_edit", args=[house.rules.pk])
    values = dict.fromkeys(("first_reminder_days", "reminder_every_days", "long_days", "estimate_days"), 5)
    values |= {"loan_days": 5, "loan_warn_days": 1, "loan_every_days": 0, "waiver_role": "general_manager"}
    assert client.post(rules, values).status_code == 422
    assert client.post(rules, {**values, "loan_every_days": 2}).status_code == 302
    house.rules.refresh_from_db()
    assert (house.rules.long_days, house.rules.waiver_role) == (5, "general_manager")
    client.force_login(house.clerk)
    assert client.get(reverse("bench:settings")).status_code == 403
    assert client.get(reverse("bench:equipment_new")).status_code == 403


def test_strangers_find_nothing(client, house):
    receipt = house.ready()
    loan = house.lend(customer=house.customer, reason="重点客户")
    client.force_login(house.stranger)
    addresses = [
        reverse("bench:detail", args=[receipt.number]),
        reverse("bench:hand_over", args=[receipt.number]),
        f"{reverse('bench:lend')}?receipt={receipt.number}",
        f"{reverse('bench:new')}?order={receipt.order.number}",
        reverse("bench:loan", args=[loan.number]),
        reverse("bench:take_back", args=[loan.number]),
        reverse("bench:equipment", args=[house.piece.pk]),
        reverse("printing:print", args=["F19", receipt.pk]),
        reverse("printing:print", args=["F21", loan.pk]),
    ]
    assert {client.get(address).status_code for address in addresses} == {404}
    for name in LISTS:
        shown = client.get(reverse(name)).content.decode()
        assert receipt.number not in shown
        assert loan.number not in shown
        assert "BJ-001" not in shown


def test_receipt_slip_and_book_are_printed(client, house):
    receipt = house.on_bench(photos=[])
    loan = house.lend(receipt)
    client.force_login(house.clerk)
    addresses = [
        reverse("printing:print", args=["F19", receipt.pk]),
        reverse("printing:print", args=["F21", loan.pk]),
        reverse("bench:book_pdf"),
    ]
    for address in addresses:
        answer = client.get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
    form = form_by_id("F19")
    text = render_to_string(form.template, {**form.context(receipt), "document": receipt})
    assert receipt.number in text
    assert "遥控器" in text
    assert "逾期30天" in text
    assert "data:image/svg" in text


def test_the_link_shows_the_receipt_and_takes_one_answer(client, house):
    receipt = house.asked()
    page = url_of(receipt).split("//", 1)[1].split("/", 1)[1]
    shown = client.get(f"/{page}")
    assert (shown.status_code, "更换电机" in shown.content.decode()) == (200, True)
    assert client.post(f"/{page}", {"answer": "yes", "name": ""}).status_code == 422
    assert client.post(f"/{page}", {"answer": "yes", "name": "张伟"}).status_code == 302
    assert client.post(f"/{page}", {"answer": "no", "name": "张伟"}).status_code == 409
    assert client.get(f"/{page}/receipt.pdf").content.startswith(b"%PDF")
    assert house.fresh(receipt).state == "received"


def test_a_link_that_is_not_ours_or_old_shows_nothing(client, house):
    receipt = house.ready()
    token = token_of(receipt)
    assert client.get(reverse("portal:carry_in", args=[token[:-2] + "xx"])).status_code in (404, 410)
    house.hand_over(receipt)
    assert client.get(reverse("portal:carry_in", args=[token])).status_code == 200
    CarryIn.objects.update(collected_at="2026-01-01T00:00Z")
    assert client.get(reverse("portal:carry_in", args=[token])).status_code == 410
    CarryIn.objects.update(link_nonce="other")
    assert client.get(reverse("portal:carry_in", args=[token])).status_code in (404, 410)


def test_the_timeline_never_tells_the_link(house):
    receipt = house.asked()
    texts = " ".join(receipt.timeline.values_list("text", flat=True))
    assert token_of(receipt) not in texts


def test_the_api_takes_in_acts_and_lists(house):
    api = APIClient()
    api.force_authenticate(house.clerk)
    order = house.firm.order()
    body = {
        "order": order.number,
        "condition": "完好",
        "brought_name": "张伟",
        "way": "customer",
        "accessories": [{"name": "遥控器", "quantity": 1}],
    }
    made = api.post("/api/v1/carry-ins/", body, format="json", HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()))
    assert made.status_code == 201, made.content
    number = made.json()["number"]
    again = api.post("/api/v1/carry-ins/", body, format="json", HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()))
    assert again.status_code == 422
    away = f"/api/v1/carry-ins/{number}/actions/send_away/"
    key = str(uuid.uuid4())
    assert api.post(away, {"to": "厂家"}, format="json", HTTP_IDEMPOTENCY_KEY=key).json()["state"] == "away"
    assert len(api.get("/api/v1/goods-moves/").json()["results"]) == 2
    house.lend(customer=house.customer, reason="重点客户")
    assert len(api.get("/api/v1/loans/").json()["results"]) == 1
    api.force_authenticate(house.stranger)
    assert api.get(f"/api/v1/carry-ins/{number}/").status_code == 404
    assert api.get("/api/v1/goods-moves/").json()["results"] == []


def test_actions_ask_on_their_dialogs(client, house):
    receipt = house.with_lines(house.on_bench())
    client.force_login(house.manager)
    for name in ("entrust", "pause", "ask_customer", "send_away", "give_back"):
        assert client.get(reverse("documents:action", args=[receipt.number, name])).status_code == 200
    address = reverse("documents:action", args=[receipt.number, "ask_customer"])
    client.post(address, {"note": "三日内答复"})
    receipt = house.fresh(receipt)
    assert receipt.state == "asked"
    answer = {"accepted": "no", "way": "phone", "name": "张伟", "remark": ""}
    client.post(reverse("documents:action", args=[receipt.number, "note_answer"]), answer)
    assert house.fresh(receipt).refused
    assert (
        do(house.fresh(receipt), "give_back", by=house.technician, data={"reason": "拒修"}).state == "ready"
    )
    assert GoodsMove.objects.count() == 1

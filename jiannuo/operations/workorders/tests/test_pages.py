"""Pages of orders: budgets, scope, what is refused."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from jiannuo.kernel.printing.forms import form_by_id
from jiannuo.operations.workorders.services import add_line
from jiannuo.testing import factories

HTMX = {"HX-Request": "true"}


@pytest.fixture
def as_dispatcher(client, firm):
    client.force_login(firm.dispatcher)
    return client


@pytest.fixture
def order(firm):
    order = firm.order_in("on_site")
    add_line(order, {"kind": "parts", "description": "滤网", "component": firm.filter}, by=firm.technician)
    return order


def test_the_list_shows_own_orders_within_its_budget(firm, as_dispatcher, django_assert_max_num_queries):
    for _n in range(12):
        firm.order_in("dispatched")

    with django_assert_max_num_queries(12):
        response = as_dispatcher.get(reverse("workorders:list"))

    assert response.status_code == 200
    assert response.content.decode().count("不制冷") >= 12


FILTERS = [
    ("state=ready", 1),
    ("state=dispatched", 1),
    ("state=ready&state=dispatched", 2),
    ("job=inspection", 0),
    ("urgent=late", 0),
    ("number=WO-", 2),
    ("number=SR-", 0),
]


@pytest.mark.parametrize(("query", "rows"), FILTERS)
def test_the_list_is_filtered(firm, as_dispatcher, query, rows):
    firm.order_in("ready")
    firm.order_in("dispatched")

    response = as_dispatcher.get(f"{reverse('workorders:list')}?{query}")

    assert len(response.context["page"].rows) == rows


def test_a_page_shows_the_whole_order_within_its_budget(firm, as_dispatcher, django_assert_max_num_queries):
    order = firm.order_in("closed")

    assert as_dispatcher.get(order.get_absolute_url(), follow=False).status_code == 302
    with django_assert_max_num_queries(25):
        response = as_dispatcher.get(reverse("workorders:detail", args=[order.number]))

    page = response.content.decode()
    assert response.status_code == 200
    for text in ("压缩机卡死", "出风 12 ℃", "高压压力", "张伟"):
        assert text in page


def test_an_order_of_another_dealer_is_not_found(firm, client):
    order = firm.order()
    client.force_login(factories.person("dispatcher", at=firm.other_dealer))

    for name in ("workorders:detail", "workorders:edit", "workorders:line_new"):
        assert client.get(reverse(name, args=[order.number])).status_code == 404


def test_the_office_makes_an_order_by_hand(firm, as_dispatcher):
    data = {
        "organization": firm.dealer.pk,
        "job": "inspection",
        "customer": firm.customer.code,
        "unit": firm.unit.serial,
        "fault": "例行巡检",
    }

    response = as_dispatcher.post(reverse("workorders:create"), data)

    order = firm.customer.work_orders.get()
    assert response.status_code == 302
    assert (order.state, order.job, order.checks.count()) == ("ready", "inspection", 2)


REFUSED = [
    ({"customer": "C-none"}, "customer"),
    ({"unit": "SN-none"}, "unit"),
    ({"fault": ""}, "fault"),
    ({"contact_phone": "call me"}, "contact_phone"),
    ({"division": "999999"}, "division"),
    ({"job": "magic"}, "job"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED)
def test_a_bad_order_is_refused_and_keeps_what_was_typed(firm, as_dispatcher, change, field):
    data = {
        "organization": firm.dealer.pk,
        "job": "repair",
        "customer": firm.customer.code,
        "fault": "漏水",
        "address": "文三路 1 号",
        **change,
    }

    response = as_dispatcher.post(reverse("workorders:create"), data)

    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert "文三路 1 号" in response.content.decode()
    assert not firm.customer.work_orders.exists()


def test_a_stale_change_is_refused(firm, as_dispatcher):
    order = firm.order()
    address = reverse("workorders:edit", args=[order.number])
    data = {"job": "repair", "fault": "漏水", "version": order.version}
    firm.step(order, "assign")

    response = as_dispatcher.post(address, data)

    assert response.status_code == 409


def test_a_change_goes_on_the_timeline(firm, as_dispatcher):
    order = firm.order()
    data = {"job": "repair", "fault": "漏水", "version": order.version}

    assert as_dispatcher.post(reverse("workorders:edit", args=[order.number]), data).status_code == 302

    assert order.timeline.filter(kind="change").count() == 1


def test_a_line_is_added_in_a_dialog(firm, as_dispatcher, order):
    address = reverse("workorders:line_new", args=[order.number])

    assert as_dispatcher.get(address, headers=HTMX).status_code == 200
    bad = as_dispatcher.post(address, {"kind": "other", "quantity": "0", "description": "x"}, headers=HTMX)
    assert bad.status_code == 422
    good = as_dispatcher.post(
        address, {"kind": "other", "quantity": "1", "description": "支架"}, headers=HTMX
    )
    assert good.status_code == 200
    assert order.lines.filter(description="支架").exists()


def test_the_payer_is_changed_by_managers_only(firm, client, order):
    line = order.lines.get()
    address = reverse("workorders:line_payer", args=[order.number, line.pk])
    client.force_login(firm.dispatcher)
    assert client.get(address).status_code == 403

    client.force_login(firm.manager)
    assert client.post(address, {"payer": "dealer", "reason": ""}).status_code == 422
    assert client.post(address, {"payer": "dealer", "reason": "好意"}).status_code == 302
    line.refresh_from_db()
    assert line.payer == "dealer"


def test_lines_of_a_signed_order_answer_409(firm, as_dispatcher):
    order = firm.order_in("signed")

    response = as_dispatcher.post(
        reverse("workorders:line_new", args=[order.number]),
        {"kind": "other", "quantity": 1, "description": "x"},
    )

    assert response.status_code == 409


@pytest.mark.parametrize("form", ["F13", "F14"])
@pytest.mark.parametrize("state", ["dispatched", "closed"])
def test_an_order_is_printed(firm, as_dispatcher, form, state):
    order = firm.order_in(state)

    response = as_dispatcher.get(reverse("printing:print", args=[form, order.pk]))

    assert response.status_code == 200
    assert response.content.startswith(b"%PDF")


def printed(client, form, order):
    return client.get(reverse("printing:print", args=[form, order.pk]))


def words_of(number, order):
    form = form_by_id(number)
    return render_to_string(form.template, {"title": form.title, "document": order, **form.context(order)})


def test_a_finished_repair_has_its_record_report_and_task_and_others_have_not(firm, as_dispatcher):
    order, young = firm.order_in("closed"), firm.order_in("dispatched")

    for form, says in (("F15", "三包"), ("F22", "排除方法"), ("F67", "总经办")):
        assert printed(as_dispatcher, form, order).content.startswith(b"%PDF")
        text = words_of(form, order)
        assert says in text
        assert firm.unit.serial in text
    assert [printed(as_dispatcher, form, young).status_code for form in ("F15", "F22", "F67")] == [
        404,
        404,
        200,
    ]
    page = as_dispatcher.get(young.get_absolute_url(), follow=True).content.decode()
    assert f"/print/F67/{young.pk}.pdf" in page
    assert f"/print/F22/{young.pk}.pdf" not in page


def test_added_items_are_printed_with_who_agreed_to_them(firm, as_dispatcher):
    order = firm.order_in("on_site")
    asked = {"kind": "other", "quantity": 1, "description": "支架", "unit_price": 80}
    add_line(order, {**asked, "description": "差旅"}, by=firm.technician)
    assert printed(as_dispatcher, "F42", order).status_code == 404

    add_line(order, {**asked, "added": True, "consented_by": "张伟"}, by=firm.technician)

    assert printed(as_dispatcher, "F42", order).content.startswith(b"%PDF")
    text = words_of("F42", order)
    assert "支架" in text
    assert "张伟" in text
    assert "差旅" not in text


def test_an_order_of_others_is_not_printed(firm, client):
    order = firm.order()
    client.force_login(firm.stranger)

    assert client.get(reverse("printing:print", args=["F14", order.pk])).status_code == 404


def test_an_action_asks_and_answers(firm, as_dispatcher):
    order = firm.order()
    address = reverse("documents:action", args=[order.number, "assign"])

    assert as_dispatcher.get(address).status_code == 200
    bad = as_dispatcher.post(address, {"technician": firm.stranger.pk})
    assert bad.status_code == 422
    good = as_dispatcher.post(address, {"technician": firm.technician.pk, "version": order.version})
    assert good.status_code == 302
    stale = as_dispatcher.post(address, {"technician": firm.colleague.pk, "version": order.version})
    assert stale.status_code == 409

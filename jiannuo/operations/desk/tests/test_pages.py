from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.services import do
from jiannuo.operations.knowledge.index import keeping
from jiannuo.operations.knowledge.services import keep_cases
from jiannuo.operations.workorders.cases import cases_of
from jiannuo.operations.workorders.services import create_order
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.products.models import FaultCode
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent(client, desk):
    client.force_login(desk.agent)
    return client


def typed(desk, **fields) -> dict[str, object]:
    return {
        "lookup": "13800138000",
        "customer": desk.customer.pk,
        "unit": desk.unit.pk,
        "channel": "hotline",
        "request_kind": "repair",
        "severity": "normal",
        "symptom_text": "开机没有反应",
        **fields,
    }


INTAKE = "/desk/"


# The screen and its parts


def test_the_screen_opens_for_who_may_register(agent, desk, client):
    page = agent.get(reverse("desk:intake"))
    assert page.status_code == 200
    client.force_login(desk.technician)
    assert client.get(reverse("desk:intake")).status_code == 403
    client.logout()
    assert client.get(reverse("desk:intake")).status_code == 302


def test_a_phone_number_shows_customer_units_and_open_work(agent, desk, django_assert_max_num_queries):
    request = desk.request()
    create_order(
        by=desk.dispatcher,
        organization=desk.branch,
        customer=desk.customer,
        unit=desk.unit,
        fault="异响",
        sources=[request],
    )
    with django_assert_max_num_queries(12):
        page = agent.get(reverse("desk:lookup"), {"lookup": "138 0013 8000"})
    text = page.content.decode()
    assert desk.customer.name in text
    assert desk.unit.serial in text
    assert request.number in text
    assert "异响" in text
    assert page.headers["HX-Trigger-After-Settle"]


def test_a_name_with_several_matches_offers_a_choice(agent, desk, django_assert_max_num_queries):
    factories.customer(desk.branch, name="李建国")
    factories.customer(desk.branch, name="李建华")
    with django_assert_max_num_queries(12):
        page = agent.get(reverse("desk:lookup"), {"lookup": "李建"})
    text = page.content.decode()
    assert "李建国" in text
    assert "李建华" in text


def test_an_unknown_caller_is_registered_in_the_same_step(agent, desk):
    page = agent.get(reverse("desk:lookup"), {"lookup": "13911112222"})
    text = page.content.decode()
    assert 'name="new_name"' in text
    assert 'value="13911112222"' in text


def test_customers_of_others_are_not_found(client, desk):
    client.force_login(desk.stranger)
    text = client.get(reverse("desk:lookup"), {"lookup": "13800138000"}).content.decode()
    assert desk.customer.name not in text
    shown = client.get(reverse("desk:customer"), {"id": desk.customer.pk}).content.decode()
    assert desk.customer.name not in shown
    panel = client.get(reverse("desk:promise"), {"unit": desk.unit.pk}).content.decode()
    assert "整机免费保修两年" not in panel


def test_the_panel_says_what_is_covered_and_promised_and_why(agent, desk, django_assert_max_num_queries):
    desk.request()
    with django_assert_max_num_queries(12):
        page = agent.get(reverse("desk:promise"), {"unit": desk.unit.pk, "request_kind": "repair"})
    text = page.content.decode()
    assert "整机免费保修两年" in text
    assert "arrival within 2 hours" in text
    assert "data-countdown" in text
    assert ServiceRequest.objects.get().number in text


@pytest.mark.parametrize(
    "query", [{}, {"unit": "x"}, {"unit": "9" * 30}, {"customer": "-1"}, {"unit": "none"}]
)
def test_the_panel_waits_until_something_is_known(agent, query):
    assert agent.get(reverse("desk:promise"), query).status_code == 200


def test_words_suggest_codes_and_past_cases(agent, desk, django_assert_max_num_queries, settings, tmp_path):
    settings.JIANNUO_KNOWLEDGE_INDEX = tmp_path
    code = FaultCode.objects.add_root({"kind": "symptom", "code": "S-01", "name": "开机无反应"})
    FaultCode.objects.add_root({"kind": "symptom", "code": "S-02", "name": "漏水"})
    measure = FaultCode.objects.add_root({"kind": "action", "code": "A-01", "name": "更换主控板"})
    order = create_order(
        by=desk.dispatcher, organization=desk.branch, customer=desk.customer, unit=desk.unit, symptom=code
    )
    type(order).objects.filter(pk=order.pk).update(state="closed", measure=measure)
    keep_cases(cases_of([order.pk]))
    keeping.rebuild()
    with django_assert_max_num_queries(12):
        page = agent.get(
            reverse("desk:suggest"), {"symptom_text": "开机没反应", "unit": desk.unit.pk, "symptom": code.pk}
        )
    text = page.content.decode()
    assert "开机无反应" in text
    assert "漏水" not in text
    assert "更换主控板" in text


# Registering


def test_what_was_typed_becomes_a_request(agent, desk):
    answer = agent.post(INTAKE, typed(desk))
    request = ServiceRequest.objects.get()
    assert answer.status_code == 302
    assert answer.url == reverse("documents:open", args=[request.number])
    assert (request.symptom_text, request.unit) == ("开机没有反应", desk.unit)


def test_errors_keep_everything_that_was_typed(agent, desk):
    fields = {
        "customer": "new",
        "new_name": "王小明",
        "new_phone": "abc",
        "new_address": "浙江省杭州市西湖区文三路1号",
        "unit": "new",
        "serial": "",
        "produced_on": "2026-05-01",
        "invoiced_on": "2026-04-01",
        "symptom_text": "漏水 & 异响",
    }
    page = agent.post(INTAKE, typed(desk, **fields))
    text = page.content.decode()
    assert page.status_code == 422
    for kept in ("王小明", "abc", "文三路1号", "2026-05-01", "漏水 &amp; 异响"):
        assert kept in text
    assert {"new_phone", "model", "serial", "invoiced_on"} <= set(page.context["form"].errors)
    assert not Customer.objects.filter(name="王小明").exists()


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"customer": ""}, "customer"),
        ({"customer": "99999999"}, "customer"),
        ({"unit": "99999999"}, "unit"),
        ({"symptom_text": " "}, "symptom_text"),
        ({"request_kind": "dance"}, "request_kind"),
        ({"severity": "5"}, "severity"),
        ({"reporter_phone": "12ab"}, "reporter_phone"),
        ({"received_at": "2099-01-01T10:00"}, "received_at"),
        ({"wished_from": "2026-12-02T10:00", "wished_to": "2026-12-02T09:00"}, "wished_to"),
        ({"symptom": "99999"}, "symptom"),
    ],
)
def test_bad_input_is_refused_with_its_field(agent, desk, fields, wrong):
    page = agent.post(INTAKE, typed(desk, **fields))
    assert page.status_code == 422
    assert wrong in page.context["form"].errors
    assert not ServiceRequest.objects.exists()


def test_a_possible_duplicate_is_shown_before_it_is_kept(agent, desk):
    first = desk.request()
    page = agent.post(INTAKE, typed(desk))
    assert page.status_code == 422
    assert first.number in page.content.decode()
    assert ServiceRequest.objects.count() == 1
    assert agent.post(INTAKE, typed(desk, allow_duplicate="1")).status_code == 302


def test_sent_twice_it_is_one_request(agent, desk):
    for _n in range(2):
        assert agent.post(INTAKE, typed(desk, client_key="k1")).status_code == 302
    assert ServiceRequest.objects.count() == 1


def test_sent_again_with_other_contents_it_is_refused_and_can_then_be_sent_as_another(agent, desk):
    # given
    agent.post(INTAKE, typed(desk, client_key="k1"))
    # when the agent goes back, changes it and sends it again
    page = agent.post(INTAKE, typed(desk, client_key="k1", symptom_text="门锁不上", allow_duplicate="1"))
    # then nothing is registered, and what was typed is kept under a new key
    assert page.status_code == 409
    assert ServiceRequest.objects.count() == 1
    form = page.context["form"]
    assert form["symptom_text"].value() == "门锁不上"
    key = form["client_key"].value()
    assert key not in ("", "k1")
    again = agent.post(INTAKE, typed(desk, client_key=key, symptom_text="门锁不上", allow_duplicate="1"))
    assert again.status_code == 302
    assert ServiceRequest.objects.count() == 2


def test_a_request_from_before_contents_were_kept_is_returned_as_it_was(agent, desk):
    agent.post(INTAKE, typed(desk, client_key="k1"))
    ServiceRequest.objects.update(client_digest="")
    assert agent.post(INTAKE, typed(desk, client_key="k1", symptom_text="门锁不上")).status_code == 302
    assert ServiceRequest.objects.count() == 1


def test_a_dealer_cannot_register_for_a_unit_of_another(client, desk):
    client.force_login(desk.stranger)
    page = client.post(INTAKE, typed(desk))
    assert page.status_code == 422
    assert not ServiceRequest.objects.exists()


def test_the_screen_can_be_opened_for_a_unit(agent, desk):
    page = agent.get(INTAKE, {"unit": desk.unit.pk})
    assert desk.customer.name in page.content.decode()


# List and page


def test_the_list_stays_within_its_budget(agent, desk, django_assert_max_num_queries):
    for _n in range(12):
        desk.request(allow_duplicate=True)
    agent.get(reverse("desk:request_list"))
    with django_assert_max_num_queries(12):
        page = agent.get(reverse("desk:request_list"), {"state": "new"})
    assert page.status_code == 200
    assert page.content.decode().count("SR-") >= 12


def test_the_page_shows_decision_promises_and_orders(agent, desk, django_assert_max_num_queries):
    request = desk.request(reporter_phone="13800138000")
    order = create_order(
        by=desk.dispatcher,
        organization=desk.branch,
        customer=desk.customer,
        unit=desk.unit,
        sources=[request],
    )
    with django_assert_max_num_queries(25):
        page = agent.get(reverse("desk:request_detail", args=[request.number]))
    text = page.content.decode()
    assert page.status_code == 200
    assert order.number in text
    assert "整机免费保修两年" in text
    assert text.count("data-countdown-text") == 3


def test_others_do_not_see_the_request(client, desk):
    request = desk.request()
    client.force_login(desk.stranger)
    assert client.get(reverse("desk:request_detail", args=[request.number])).status_code == 404
    assert request.number not in client.get(reverse("desk:request_list")).content.decode()
    client.force_login(desk.technician)
    assert client.get(reverse("desk:request_detail", args=[request.number])).status_code == 403


# Actions, through the page that all documents share


def action(client, request, name, **data):
    return client.post(reverse("documents:action", args=[request.number, name]), data)


def test_actions_are_done_through_their_forms(agent, desk):
    request = desk.request()
    answer = action(agent, request, "triage", request_kind="repair", severity="major", owner=desk.agent.pk)
    assert answer.status_code in (200, 204, 302)
    request = ServiceRequest.objects.get(pk=request.pk)
    assert (request.state, request.severity, request.owner) == ("triaged", "major", desk.agent)


@pytest.mark.parametrize(
    ("name", "data", "status"),
    [
        ("give_answer", {"answer": ""}, 422),
        ("merge", {"into": "99999"}, 422),
        ("cancel", {"reason": ""}, 422),
        ("contacted", {"way": "pigeon"}, 422),
        ("contacted", {"way": "phone", "contacted_at": "2099-01-01T00:00"}, 422),
        ("contacted", {"way": "phone", "contacted_at": "2001-01-01T00:00"}, 422),
        ("triage", {"request_kind": "x", "severity": "normal"}, 422),
        ("triage", {"request_kind": "repair", "severity": "normal", "version": "99"}, 409),
        ("close", {}, 409),
    ],
)
def test_bad_actions_are_refused(agent, desk, name, data, status):
    request = desk.request()
    assert action(agent, request, name, **data).status_code == status
    assert ServiceRequest.objects.get(pk=request.pk).state == "new"


def test_contact_is_written_down_with_its_time(agent, desk):
    request = desk.request()
    at = timezone.localtime() - timedelta(minutes=2)
    data = {"way": "phone", "contacted_at": at.strftime("%Y-%m-%dT%H:%M"), "spoken_with": "张先生"}
    assert action(agent, request, "contacted", **data).status_code in (200, 204, 302)
    assert request.obligations.get(metric="response").state == "met"


def test_the_promise_for_a_new_customer_and_unit_is_shown_while_one_types(agent, desk):
    query = {"customer": "new", "unit": "new", "model": desk.unit.model_id, "invoiced_on": "2026-10-01"}
    text = agent.get(reverse("desk:promise"), query).content.decode()
    assert "整机免费保修两年" in text
    assert "2028-10-01" in text
    without = agent.get(reverse("desk:promise"), {"customer": "new"}).content.decode()
    assert "arrival within 2 hours" in without
    assert "2028-10-01" not in without
    broken = {"customer": "new", "unit": "new", "model": "x", "invoiced_on": "soon"}
    assert agent.get(reverse("desk:promise"), broken).status_code == 200


def test_the_service_register_is_printed_for_who_handles_requests(client, desk):
    request = desk.request(reporter_phone="13800138000")
    url = reverse("printing:print", args=["F09", request.pk])
    client.force_login(desk.agent)
    answer = client.get(url)
    assert answer.status_code == 200
    assert b"".join(answer).startswith(b"%PDF") if answer.streaming else answer.content.startswith(b"%PDF")
    client.force_login(desk.stranger)
    assert client.get(url).status_code == 404
    client.force_login(factories.person("auditor", at=desk.branch))
    assert client.get(url).status_code == 403


def test_answered_requests_are_closed_together(client, desk):
    answered, waiting = desk.request(), desk.request(allow_duplicate=True)
    do(answered, "give_answer", by=desk.agent, data={"answer": "已说明操作方法"})
    client.force_login(desk.agent)

    answer = client.post(
        f"{reverse('desk:request_list')}?bulk=close",
        {"select": [answered.pk, waiting.pk]},
        headers={"HX-Request": "true"},
    )

    assert waiting.number in answer.content.decode()
    assert set(ServiceRequest.objects.values_list("pk", "state")) == {
        (answered.pk, "closed"),
        (waiting.pk, "new"),
    }


def order_for(desk, request):
    return create_order(
        by=desk.dispatcher,
        organization=desk.branch,
        customer=desk.customer,
        unit=desk.unit,
        sources=[request],
    )


def register_of(client, person, month: str) -> str:
    client.force_login(person)
    answer = client.get(reverse("desk:service_register"), {"month": month})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.usefixtures("as_html")
def test_the_register_of_a_month_holds_what_came_in_that_month(client, desk):
    first = desk.request(received_at=datetime(2026, 8, 31, 16, 0, tzinfo=UTC), reporter_phone="13900139000")
    order = order_for(desk, first)
    answered = desk.request(received_at=datetime(2026, 9, 2, 1, 0, tzinfo=UTC), allow_duplicate=True)
    do(answered, "give_answer", by=desk.agent, data={"answer": "已说明操作方法"})
    next_month = desk.request(received_at=datetime(2026, 9, 30, 16, 0, tzinfo=UTC), allow_duplicate=True)

    register = register_of(client, desk.agent, "2026-09")

    assert "F09-202609" in register
    for part in (first.number, "139 0013 9000", desk.unit.serial, order.number, "已说明操作方法"):
        assert part in register
    # Who gave no number has that of the customer; what came at midnight belongs to the next month.
    assert "138 0013 8000" in register
    assert next_month.number not in register
    assert next_month.number in register_of(client, desk.agent, "2026-10")


@pytest.mark.usefixtures("as_html")
def test_the_register_of_a_month_is_no_strangers(client, desk):
    request = desk.request()
    month = f"{timezone.localdate(request.received_at):%Y-%m}"
    assert request.number in register_of(client, desk.agent, month)
    assert request.number not in register_of(client, desk.stranger, month)
    auditor = factories.person("auditor", at=desk.branch)
    client.force_login(auditor)
    assert client.get(reverse("desk:service_register")).status_code == 403
    assert "/requests/register.pdf" not in client.get(reverse("desk:request_list")).content.decode()


@pytest.mark.usefixtures("as_html")
def test_a_register_costs_the_same_however_many_lines(client, desk, django_assert_max_num_queries):
    for _number in range(4):
        order_for(desk, desk.request(allow_duplicate=True))
    client.force_login(desk.agent)
    with django_assert_max_num_queries(12):
        client.get(reverse("desk:service_register"))


@pytest.mark.usefixtures("as_html")
def test_a_month_with_too_many_lines_is_exported_instead(client, desk, monkeypatch):
    monkeypatch.setattr("jiannuo.kernel.printing.registers.MOST_LINES", 1)
    for _number in range(2):
        desk.request(allow_duplicate=True)
    client.force_login(desk.agent)
    assert client.get(reverse("desk:service_register")).status_code == 422


def test_the_service_register_says_who_asked_what_and_what_was_promised(desk):
    from django.template.loader import render_to_string

    from jiannuo.operations.desk.prints import service_register

    request = desk.request(reporter_phone="13800138000")
    context = {**service_register(request), "document": request, "title": "F09", "organization": desk.branch}
    text = render_to_string("desk/print/service_register.html", context)
    for part in (
        request.number,
        desk.customer.name,
        "138 0013 8000",
        desk.unit.serial,
        "arrival within 2 hours",
    ):
        assert part in text


def test_the_application_for_service_is_printed_with_room_for_consent(client, desk):
    from django.template.loader import render_to_string

    from jiannuo.operations.desk.prints import application

    request = desk.request(reporter_phone="13800138000", symptom_text="不制冷，有异响")
    context = {**application(request), "document": request, "title": "F11", "organization": desk.branch}
    text = render_to_string("desk/print/application.html", context)
    for part in (request.number, desk.customer.name, "138 0013 8000", desk.unit.serial, "不制冷，有异响"):
        assert part in text
    url = reverse("printing:print", args=["F11", request.pk])
    client.force_login(desk.agent)
    assert client.get(url).status_code == 200
    client.force_login(desk.stranger)
    assert client.get(url).status_code == 404
    client.force_login(factories.person("auditor", at=desk.branch))
    assert client.get(url).status_code == 403

"""Pages, prints, search and API of installation projects."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.tests.makers import photo
from jiannuo.operations.installations import services
from jiannuo.operations.installations.models import Procedure
from jiannuo.operations.workorders.tests.scene import signature_text


def login(client: Any, person: Any) -> Any:
    client.force_login(person)
    return client


def page_of(one: Any) -> str:
    return reverse("installations:detail", args=[one.number])


def step_url(one: Any, name: str, line: Any = None) -> str:
    address = reverse("installations:step", args=[one.number, name])
    return f"{address}?line={line.pk}" if line is not None else address


@pytest.mark.parametrize("size", [2, 12])
def test_the_list_costs_the_same_for_every_size(client, site, size, django_assert_max_num_queries):
    for _number in range(size):
        site.project()
    login(client, site.dispatcher).get(reverse("installations:list"))
    with django_assert_max_num_queries(12):
        assert client.get(reverse("installations:list")).status_code == 200
    with django_assert_max_num_queries(12):
        assert client.get(reverse("installations:notices")).status_code == 200


def test_the_page_shows_every_stage_within_its_budget(client, site, django_assert_max_num_queries):
    site.promise()
    one = site.project(site.unit(), site.unit())
    one = site.arrived(one)
    line = one.packing.first()
    bad = {"received": 0, "condition": "damaged", "remark": "漆面划伤", "photos": [photo()]}
    services.check_line(one, line, by=site.technician, **bad)
    login(client, site.technician)
    assert site.works.name in client.get(step_url(one, "notice")).content.decode()
    assert client.post(step_url(one, "notice"), {"lines": [line.pk]}).status_code == 422  # to nobody
    services.send_notice(one, by=site.technician, lines=[line], supplier="泵阀厂")
    client.get(page_of(one))
    with django_assert_max_num_queries(25):
        page = client.get(page_of(one))
    text = page.content.decode()
    assert page.status_code == 200
    assert "漆面划伤" in text
    assert "油压" in text
    assert "懂主要设备的功能" not in text  # asked when somebody is assessed
    assert (
        client.get(reverse("installations:notice", args=[one.goods_notices.get().number])).status_code == 200
    )


def test_from_unpacking_to_acceptance_through_the_pages(client, site):
    one = site.arrived(site.project())
    login(client, site.technician)
    line = one.packing.get(text="地脚螺栓")
    assert client.get(step_url(one, "packing", line)).status_code == 200
    page = client.post(step_url(one, "packing"), {"line": line.pk, "received": -2, "condition": "good"})
    assert page.status_code == 422
    assert client.post(step_url(one, "packing-rest"), {}).status_code == 302
    assert client.post(reverse("documents:action", args=[one.number, "go_on"]), {}).status_code == 302
    page = client.post(reverse("documents:action", args=[one.number, "go_on"]), {})
    assert page.status_code == 422  # no work order yet
    assert client.get(step_url(one, "measure")).status_code == 200
    assert client.get(reverse("installations:step", args=[one.number, "nonsense"])).status_code == 404


def test_the_acceptance_is_signed_on_its_page_and_a_second_one_meets_a_conflict(client, site):
    one = site.trained(site.project())
    login(client, site.technician)
    form = client.get(step_url(one, "accept"))
    assert "data-signature" in form.content.decode()
    data = {"parts": [part.pk for part in one.parts.all()], "version": one.version, "signed_by": "赵工"}
    assert client.post(step_url(one, "accept"), data).status_code == 422  # not signed
    data["signature"] = signature_text()
    assert client.post(step_url(one, "accept"), data).status_code == 302
    again = client.post(step_url(one, "accept"), data)
    assert again.status_code in (409, 422)
    one.refresh_from_db()
    assert one.acceptances.count() == 1
    shown = client.get(page_of(one)).content.decode()
    assert "赵工" in shown


def test_forms_are_printed_for_those_who_may_see_them(client, site, monkeypatch):
    monkeypatch.setattr(
        "jiannuo.kernel.printing.views.render_pdf", lambda *args: render_to_string(*args).encode()
    )
    one = site.trained(site.project(contract="HT-2026-018"))
    for form in ("F16", "F17", "F18", "F64"):
        page = login(client, site.technician).get(f"/print/{form}/{one.pk}.pdf")
        body = b"".join(page.streaming_content) if page.streaming else page.content
        assert page.status_code == 200
        assert "HT-2026-018" in body.decode()
        assert login(client, site.stranger).get(f"/print/{form}/{one.pk}.pdf").status_code == 404


def test_strangers_and_readers_are_refused(client, site):
    one = site.arrived(site.project())
    login(client, site.stranger)
    for address in (
        page_of(one),
        step_url(one, "packing-rest"),
        f"/api/v1/installations/{one.number}/",
    ):
        assert client.get(address).status_code == 404
    login(client, site.auditor)
    assert client.get(page_of(one)).status_code == 200
    assert client.get(step_url(one, "packing-rest")).status_code == 403
    assert client.get(reverse("installations:new")).status_code == 403
    assert client.get(reverse("installations:procedures")).status_code == 403


def test_a_project_is_begun_on_its_page_and_found(client, site):
    unit = site.unit()
    login(client, site.dispatcher)
    assert unit.serial in client.get(reverse("installations:new") + f"?q={unit.serial}").content.decode()
    assert client.post(reverse("installations:new"), {}).status_code == 422
    made = client.post(reverse("installations:new"), {"units": [unit.pk], "contract": "HT-1"})
    assert made.status_code == 302
    number = made["Location"].rstrip("/").rsplit("/", 1)[-1]
    assert client.get(made["Location"]).status_code == 200
    assert number in client.get(reverse("installations:list")).content.decode()


def test_managers_edit_the_procedures(client, site):
    login(client, site.manager)
    assert client.get(reverse("installations:procedures")).status_code == 200
    address = reverse("installations:procedure", args=[site.procedure.pk])
    assert client.get(address).status_code == 200
    data = {
        "name": "汽车衡安装",
        "needs_trial": "on",
        "trial_hours": "72",
        "trial_rule": "restart",
        "correction_role": "general_manager",
        "is_active": "on",
        "items-TOTAL_FORMS": "1",
        "items-INITIAL_FORMS": "0",
        "items-0-kind": "value",
        "items-0-text": "零点漂移",
        "items-0-quantity": "1",
        "items-0-unit": "kg",
        "items-0-minimum": "-1",
        "items-0-maximum": "1",
        "items-0-hours": "0",
    }
    assert client.post(reverse("installations:procedure_new"), data).status_code == 302
    made = Procedure.objects.get(name="汽车衡安装")
    assert (made.needed(), made.items.count()) == (["trial"], 1)
    assert made.correction_role == "general_manager"
    assert (
        client.post(
            reverse("installations:procedure_new"), {**data, "correction_role": "auditor"}
        ).status_code
        == 422
    )
    data["items-0-maximum"] = "-5"
    data["name"] = "另一份"
    assert client.post(reverse("installations:procedure_new"), data).status_code == 422


# API


def post(client: Any, address: str, data: dict[str, Any], key: str) -> Any:
    return client.post(address, data, content_type="application/json", headers={"Idempotency-Key": key})


def test_the_api_begins_reads_and_records(client, site):
    unit = site.unit()
    login(client, site.dispatcher)
    made = post(client, "/api/v1/installations/", {"units": [unit.pk]}, "begin-1")
    assert made.status_code == 201
    number = made.json()["number"]
    again = post(client, "/api/v1/installations/", {"units": [unit.pk]}, "begin-1")
    assert again.json()["number"] == number
    taken = post(client, "/api/v1/installations/", {"units": [unit.pk]}, "begin-2")
    assert taken.status_code in (400, 422)

    address = f"/api/v1/installations/{number}/"
    expected = (timezone.now() + timedelta(days=2)).isoformat()
    agreed = post(client, f"{address}actions/agree/", {"expected_at": expected}, "agree")
    assert agreed.json()["state"] == "agreed"
    assert post(client, f"{address}actions/arrive/", {}, "arrive").json()["state"] == "unpacking"
    line = client.get(address).json()["packing"][0]
    wrong = {"line": line["id"], "received": -1, "condition": "good"}
    assert post(client, f"{address}records/packing/", wrong, "bad").status_code in (400, 422)
    right = {"line": line["id"], "received": line["expected"], "condition": "good"}
    kept = post(client, f"{address}records/packing/", right, "good")
    assert kept.json()["packing"][0]["received"] == line["expected"]
    assert client.get("/api/v1/installations/?state=unpacking").json()["results"][0]["number"] == number
    assert client.get("/api/v1/goods-notices/").status_code == 200
    assert post(client, f"{address}records/nonsense/", {}, "none").status_code == 404


def test_the_api_refuses_records_of_readers(client, site):
    one = site.arrived(site.project())
    login(client, site.auditor)
    address = f"/api/v1/installations/{one.number}/"
    assert client.get(address).status_code == 200
    assert post(client, f"{address}records/packing-rest/", {}, "k").status_code == 403


def test_the_value_of_a_foreign_line_is_refused(client, site):
    mine, other = site.installed(site.project()), site.project()
    line = other.parts.get().measures.first()
    login(client, site.technician)
    page = client.post(step_url(mine, "measure"), {"line": line.pk, "value": Decimal(2)})
    assert page.status_code == 422

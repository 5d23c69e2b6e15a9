"""Pages of products: budgets, who may change, dialogs that explain, pickers."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jiannuo.registry.products import services
from jiannuo.registry.products.models import (
    Category,
    ChecklistItem,
    Component,
    FaultCode,
    LabourItem,
    PartListLine,
    ProductModel,
    SparePart,
)
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db

LISTS = ["list", "categories", "parts", "labour", "checklist"]


@pytest.fixture
def model(db):
    model = factories.product_model(code="KFR-35GW", name="家用空调")
    main = services.save_component(None, by=None, model=model, code="main", name="主机")
    services.save_component(None, by=None, model=model, code="motor", name="电机", parent=main)
    for n in range(8):
        part = services.save_record(
            SparePart(), by=None, values={"code": f"P{n}", "name": f"备件{n}", "list_price": n}
        )
        services.save_record(
            PartListLine(), by=None, values={"model": model, "part": part, "component": main, "quantity": 1}
        )
    services.save_record(ChecklistItem(), by=None, values={"category": model.category, "text": "测量压力"})
    services.save_record(
        LabourItem(), by=None, values={"code": "L1", "name": "加氟", "category": model.category}
    )
    values = {"kind": "symptom", "code": "S1", "name": "不制冷", "category": model.category}
    services.save_fault_code(None, by=None, values=values)
    return model


def test_pages_within_budget(client, agent, model, django_assert_max_num_queries):
    client.force_login(agent)
    urls = [reverse(f"products:{name}") for name in LISTS]
    urls += [reverse("products:codes", args=["symptom"])]
    client.get(urls[0])

    for url in urls:
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
    with django_assert_max_num_queries(25):
        page = client.get(model.get_absolute_url()).content.decode()
    for words in ("电机", "备件7", "测量压力"):
        assert words in page


def test_strangers_and_readers(client, agent, model):
    assert client.get(reverse("products:list")).status_code == 302
    client.force_login(agent)
    for url in (
        reverse("products:create"),
        reverse("products:edit", args=[model.pk]),
        reverse("products:part_create"),
        reverse("products:category_create"),
        reverse("products:component_create", args=[model.pk]),
    ):
        assert client.get(url).status_code == 403
        assert client.post(url).status_code == 403
    assert (
        client.post(reverse("products:remove", args=["line", model.part_list.first().pk])).status_code == 403
    )
    assert client.get(reverse("products:codes", args=["mood"])).status_code == 404


def test_model_is_made_and_changed(client, quality):
    client.force_login(quality)
    category = factories.category()
    data = {
        "code": "X1",
        "name": "新机型",
        "category": category.pk,
        "specification": "功率: 1匹",
        "active": "on",
    }

    made = client.post(reverse("products:create"), data)
    model = ProductModel.objects.get(code="X1")
    changed = client.post(reverse("products:edit", args=[model.pk]), {**data, "name": "改名", "version": "1"})
    stale = client.post(reverse("products:edit", args=[model.pk]), {**data, "name": "又改", "version": "1"})

    assert (made.status_code, changed.status_code, stale.status_code) == (302, 302, 409)
    assert model.specification == {"功率": "1匹"}
    page = stale.content.decode()
    assert "改名" in page
    assert "又改" in page


@pytest.mark.parametrize(
    "changes", [{"code": ""}, {"code": "KFR-35GW"}, {"category": "99999"}, {"specification": "x"}]
)
def test_bad_model_is_refused_and_kept(client, quality, model, changes):
    client.force_login(quality)
    data = {"code": "X1", "name": "记住我", "category": model.category_id, **changes}

    answer = client.post(reverse("products:create"), data)

    assert answer.status_code == 422
    assert "记住我" in answer.content.decode()


@pytest.mark.parametrize(
    ("url", "good", "bad", "made"),
    [
        ("part_create", {"code": "N1", "name": "新件", "kind": "wearing", "unit": "件", "list_price": "1", "cost": "0"},
         {"code": "P1", "name": "重", "kind": "wearing", "unit": "件", "list_price": "-1", "cost": "0"}, SparePart),
        ("labour_create", {"code": "N1", "name": "工时", "minutes": "30", "price": "5"},
         {"code": "L1", "name": "工时", "minutes": "-1", "price": "x"}, LabourItem),
        ("category_create", {"code": "new", "name": "新类"}, {"code": "新", "name": "新类"}, Category),
        ("code_create", {"kind": "cause", "code": "C1", "name": "缺氟"},
         {"kind": "cause", "code": "S1", "name": "x"}, FaultCode),
    ],
)  # fmt: skip
def test_dialogs_do_or_explain(client, quality, model, url, good, bad, made):
    client.force_login(quality)
    address = reverse(f"products:{url}", args=["cause"] if url == "code_create" else [])
    before = made.objects.count()

    assert client.get(address).status_code == 200
    refused = client.post(address, bad)
    assert refused.status_code == 422
    assert "invalid-feedback" in refused.content.decode()
    assert made.objects.count() == before
    assert client.post(address, good).status_code == 204
    assert made.objects.count() == before + 1


def test_dialogs_of_a_model(client, quality, model, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(quality)
    main = model.components.get(code="main")
    other = factories.product_model()
    category = model.category

    below = reverse("products:component_below", args=[model.pk, main.pk])
    assert client.post(below, {"code": "fan", "name": "风扇", "parent": main.pk}).status_code == 204
    assert Component.objects.get(code="fan").code_path == "main/fan"
    moved = reverse("products:component_edit", args=[model.pk, main.pk])
    assert client.post(moved, {"code": "outdoor", "name": "外机"}).status_code == 204
    assert Component.objects.get(code="fan").code_path == "outdoor/fan"
    assert client.get(reverse("products:component_edit", args=[other.pk, main.pk])).status_code == 404
    line = model.part_list.first()
    edited = reverse("products:line_edit", args=[model.pk, line.pk])
    assert (
        client.post(edited, {"part": line.part_id, "component": main.pk, "quantity": "0"}).status_code == 422
    )
    assert (
        client.post(edited, {"part": line.part_id, "component": main.pk, "quantity": "3"}).status_code == 204
    )
    added = reverse("products:document_create", args=[model.pk])
    assert client.post(added, {"file": SimpleUploadedFile("a.pdf", b"MZ")}).status_code == 422
    assert client.post(added, {"file": SimpleUploadedFile("a.pdf", b"%PDF-1.4 x")}).status_code == 204
    item = reverse("products:item_create", args=[category.pk])
    current = {"category": category.pk, "text": "电流", "kind": "number", "position": 1, "purpose": "work"}
    assert client.post(item, current).status_code == 204
    for kind, row in (("line", line), ("document", model.documents.get()), ("component", main)):
        assert client.post(reverse("products:remove", args=[kind, row.pk])).status_code == 204
    assert not model.documents.exists()
    assert client.post(reverse("products:remove", args=["model", model.pk])).status_code == 404


def test_pickers_answer_what_applies(client, agent, model):
    client.force_login(agent)
    other = factories.category("generator")

    def texts(name, **query):
        return [row["text"] for row in client.get(reverse(f"products:{name}"), query).json()["results"]]

    assert texts("models", q="35gw") == ["KFR-35GW 家用空调"]
    assert texts("part_choices", model=model.pk, q="备件3") == ["P3 备件3"]
    assert len(texts("part_choices", model=model.pk)) == 8
    assert texts("labour_choices", category=model.category_id) == ["L1 加氟"]
    assert texts("labour_choices", category=other.pk) == []
    assert texts("fault_codes", category="appliance/air-conditioner", q="制冷") == ["不制冷"]
    assert texts("fault_codes", category="generator") == []
    assert texts("fault_codes", kind="cause") == []


def test_documents_are_served_to_staff_only(client, agent, quality, model, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    document = services.add_document(model, SimpleUploadedFile("a.pdf", b"%PDF-1.4 x"), by=quality)
    url = reverse("files:serve", args=[document.file_id])

    assert client.get(url).status_code in (302, 403, 404)
    client.force_login(agent)
    assert client.get(url).status_code == 200

"""The catalogue: trees that keep their paths, prices that are not negative, codes used once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from jiannuo.registry.products import queries, services
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
from jiannuo.registry.versions import StaleRecord
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


def paths(model):
    return list(model.objects.order_by("path").values_list("code_path", flat=True))


@pytest.fixture
def appliance():
    return services.save_category(None, by=None, code="appliance", name="家电")


@pytest.fixture
def conditioner(appliance):
    return services.save_category(None, by=None, code="air-conditioner", name="空调", parent=appliance)


def test_category_paths_follow_codes_and_moves(appliance, conditioner):
    services.save_category(None, by=None, code="split", name="分体", parent=conditioner)
    climate = services.save_category(None, by=None, code="climate", name="暖通")

    services.save_category(conditioner, by=None, code="aircon", name="空调", parent=climate)

    assert paths(Category) == ["appliance", "climate", "climate/aircon", "climate/aircon/split"]
    moved = Category.objects.get(code="aircon")
    services.save_category(moved, by=None, code="aircon", name="空调", parent=None)
    assert paths(Category) == ["aircon", "aircon/split", "appliance", "climate"]
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_category_refusals(appliance, conditioner):
    for fields in (
        {"code": "air-conditioner", "name": "又一个", "parent": appliance},
        {"code": "appliance", "name": "又一个"},
        {"code": "空调", "name": "中文代码"},
        {"code": "", "name": "x"},
        {"code": "x", "name": ""},
    ):
        with pytest.raises(ValidationError):
            services.save_category(None, by=None, **fields)
    with pytest.raises(ValidationError):
        services.save_category(appliance, by=None, code="appliance", name="家电", parent=conditioner)
    assert Category.objects.count() == 2


def test_component_tree_of_a_model():
    model, other = factories.product_model(), factories.product_model()
    main = services.save_component(None, by=None, model=model, code="main", name="主机")
    motor = services.save_component(
        None, by=None, model=model, code="motor", name="电机", parent=main, has_serial=True
    )
    again = services.save_component(None, by=None, model=other, code="main", name="主机")

    services.save_component(main, by=None, model=model, code="outdoor", name="外机")

    assert set(model.components.values_list("code_path", flat=True)) == {"outdoor", "outdoor/motor"}
    with pytest.raises(ValidationError):
        services.save_component(None, by=None, model=model, code="outdoor", name="重复")
    with pytest.raises(ValidationError):
        services.save_component(None, by=None, model=model, code="x", name="x", parent=again)
    with pytest.raises(ValidationError):
        services.save_component(main, by=None, model=model, code="outdoor", name="外机", parent=motor)


def test_component_in_use_stays(head):
    model = factories.product_model()
    component = services.save_component(None, by=None, model=model, code="main", name="主机")
    unit = factories.unit(head, model=model)
    installed = unit.components.create(component=component, serial="X")

    with pytest.raises(ValidationError):
        services.remove_component(component, by=None)
    installed.delete()
    services.remove_component(component, by=None)

    assert Component.objects.count() == 0


def test_model_version_and_unique_code():
    model = factories.product_model(code="A1")
    factories.product_model(code="B1")

    services.save_model(model, by=None, values={"name": "新名"}, version=1)

    with pytest.raises(StaleRecord):
        services.save_model(model, by=None, values={"name": "旧名"}, version=1)
    with pytest.raises(ValidationError):
        services.save_model(model, by=None, values={"code": "B1"}, version=2)
    with pytest.raises(ValidationError):
        services.save_model(None, by=None, values={"code": "B1", "name": "x", "category": model.category})
    assert ProductModel.objects.get(code="A1").name == "新名"


@pytest.mark.parametrize(
    "values",
    [
        {"code": "P1", "name": "重复"},
        {"code": "P2", "name": "负价", "list_price": Decimal("-0.01")},
        {"code": "P2", "name": "负成本", "cost": Decimal(-1)},
        {"code": "", "name": "无号"},
        {"code": "P2", "name": ""},
        {"code": "P2", "name": "类别", "kind": "magic"},
        {"code": "P2", "name": "太贵", "list_price": Decimal(99999999999)},
    ],
)
def test_spare_part_refusals(values):
    services.save_record(
        SparePart(), by=None, values={"code": "P1", "name": "压缩机", "list_price": Decimal(880)}
    )

    with pytest.raises(ValidationError):
        services.save_record(SparePart(), by=None, values=values)

    assert SparePart.objects.count() == 1


def test_labour_refusals():
    good = {"code": "L1", "name": "上门检修", "minutes": 60, "price": Decimal(80)}
    services.save_record(LabourItem(), by=None, values=good)

    for bad in (
        {"price": Decimal(-1)},
        {"minutes": -5},
        {"valid_from": date(2026, 5, 1), "valid_to": date(2026, 4, 1)},
        {},
    ):
        with pytest.raises(ValidationError):
            services.save_record(LabourItem(), by=None, values={**good, "code": "L2" if bad else "L1", **bad})


def test_part_list_refusals():
    model, other = factories.product_model(), factories.product_model()
    part = services.save_record(SparePart(), by=None, values={"code": "P1", "name": "滤网"})
    strange = services.save_component(None, by=None, model=other, code="main", name="主机")
    services.save_record(
        PartListLine(), by=None, values={"model": model, "part": part, "component": None, "quantity": 1}
    )

    for bad in (
        {"component": None, "quantity": 2},
        {"component": strange, "quantity": 1},
        {"component": None, "quantity": 0, "model": other},
    ):
        with pytest.raises(ValidationError):
            services.save_record(PartListLine(), by=None, values={"model": model, "part": part, **bad})


def test_fault_codes_by_category_and_words(appliance, conditioner):
    fridge = services.save_category(None, by=None, code="fridge", name="冰箱", parent=appliance)
    rows = [
        ("S1", "不制冷", conditioner),
        ("S2", "噪音大", appliance),
        ("S3", "结冰", fridge),
        ("S4", "其他", None),
    ]
    for code, name, category in rows:
        values = {"kind": "symptom", "code": code, "name": name, "category": category}
        services.save_fault_code(None, by=None, values=values)

    found = [code.code for code in queries.fault_codes(kind="symptom", category=conditioner)]

    assert found == ["S1", "S2", "S4"]
    assert [code.code for code in queries.fault_codes(kind="symptom", text="制冷")] == ["S1"]
    assert [code.code for code in queries.fault_codes(kind="cause")] == []


def test_fault_code_refusals():
    cold = services.save_fault_code(None, by=None, values={"kind": "symptom", "code": "S1", "name": "不制冷"})
    below = services.save_fault_code(
        None, by=None, values={"kind": "symptom", "code": "S11", "name": "x"}, parent=cold
    )

    for values, parent in (
        ({"kind": "symptom", "code": "S1", "name": "重复"}, None),
        ({"kind": "cause", "code": "C1", "name": "缺氟"}, cold),
        ({"kind": "mood", "code": "M1", "name": "x"}, None),
    ):
        with pytest.raises(ValidationError):
            services.save_fault_code(None, by=None, values=values, parent=parent)
    with pytest.raises(ValidationError):
        services.save_fault_code(
            cold, by=None, values={"kind": "symptom", "code": "S1", "name": "x"}, parent=below
        )
    assert FaultCode.objects.count() == 2


def test_checklist_is_inherited_and_limits_make_sense(appliance, conditioner):
    for category, text in ((appliance, "外观"), (conditioner, "压力")):
        services.save_record(ChecklistItem(), by=None, values={"category": category, "text": text})

    assert [item.text for item in queries.checklist(conditioner)] == ["外观", "压力"]
    assert [item.text for item in queries.checklist(appliance)] == ["外观"]
    with pytest.raises(ValidationError):
        services.save_record(
            ChecklistItem(),
            by=None,
            values={"category": appliance, "text": "电压", "minimum": Decimal(230), "maximum": Decimal(210)},
        )


def test_document_of_the_wrong_kind_is_refused(quality, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    model = factories.product_model()

    kept = services.add_document(model, SimpleUploadedFile("manual.pdf", b"%PDF-1.4 x"), by=quality, title="")

    assert kept.title == "manual.pdf"
    with pytest.raises(ValidationError):
        services.add_document(model, SimpleUploadedFile("virus.pdf", b"MZ\x90\x00"), by=quality)

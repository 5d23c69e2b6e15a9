"""Demo products, read from ``data/products.yaml``."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

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

DATA = Path(__file__).parent / "data"


def read_data() -> dict[str, Any]:
    """The whole of ``products.yaml``."""
    return YAML(typ="safe").load((DATA / "products.yaml").read_text(encoding="utf-8"))


def load_products() -> dict[str, Any]:
    """Create categories, models, components, parts, codes and checklists; returns what was read."""
    data = read_data()
    categories = _categories(data["categories"])
    models = _models(data, categories)
    _parts(data["parts"], models)
    _codes(data, categories)
    for row in data["labour"]:
        LabourItem.objects.create(
            code=row["code"],
            name=row["name"],
            category=categories.get(row.get("category", "")),
            minutes=row["minutes"],
            price=Decimal(row["price"]),
        )
    for path, items in data["checklist"].items():
        for position, row in enumerate(items):
            ChecklistItem.objects.create(category=categories[path], position=position, **row)
    return data


def _categories(rows: list[dict[str, Any]]) -> dict[str, Category]:
    made: dict[str, Category] = {}
    for row in rows:
        parent, _slash, code = row["path"].rpartition("/")
        values = {"code": code, "name": row["name"], "code_path": row["path"]}
        if parent:
            made[row["path"]] = Category.objects.add_child(made[parent], values)
        else:
            made[row["path"]] = Category.objects.add_root(values)
    return {category.code_path: category for category in Category.objects.all()}


def _models(data: dict[str, Any], categories: dict[str, Category]) -> dict[str, ProductModel]:
    models: dict[str, ProductModel] = {}
    for row in data["models"]:
        model = ProductModel.objects.create(
            category=categories[row["category"]],
            code=row["code"],
            name=row["name"],
            maker=row["maker"],
            meter_unit=row.get("meter", ""),
            is_demo=True,
        )
        models[model.code] = model
        _components(model, _inherited(data["components"], row["category"]))
    return models


def _inherited(by_path: dict[str, Any], path: str) -> Any:
    """The entry of the nearest category on the way up from ``path``."""
    while path and path not in by_path:
        path = path.rpartition("/")[0]
    return by_path.get(path, [])


def _components(model: ProductModel, rows: list[dict[str, Any]]) -> None:
    made: dict[str, Component] = {}
    for row in rows:
        parent, _slash, code = row["path"].rpartition("/")
        values = {
            "model": model,
            "code": code,
            "name": row["name"],
            "code_path": row["path"],
            "has_serial": row.get("serial", False),
        }
        if parent:
            made[row["path"]] = Component.objects.add_child(made[parent], values)
        else:
            made[row["path"]] = Component.objects.add_root(values)


def _parts(rows: list[dict[str, Any]], models: dict[str, ProductModel]) -> None:
    for row in rows:
        part = SparePart.objects.create(
            code=row["code"],
            name=row["name"],
            kind=row.get("kind", "guarantee"),
            list_price=Decimal(row["price"]),
            cost=Decimal(row["cost"]),
            is_demo=True,
        )
        model = models[row["model"]]
        component = Component.objects.get(model=model, code_path=row["component"])
        PartListLine.objects.create(model=model, component=component, part=part)


def _codes(data: dict[str, Any], categories: dict[str, Category]) -> None:
    for path, rows in data["symptoms"].items():
        for row in rows:
            _code("symptom", row, categories[path])
    for kind, key in (("cause", "causes"), ("action", "actions")):
        for row in data[key]:
            _code(kind, row, None)


def _code(kind: str, row: dict[str, Any], category: Category | None) -> None:
    FaultCode.objects.add_root(
        {
            "kind": kind,
            "code": row["code"],
            "name": row["name"],
            "category": category,
            "severity": row.get("severity", ""),
            "cause_class": row.get("cause_class", ""),
        }
    )

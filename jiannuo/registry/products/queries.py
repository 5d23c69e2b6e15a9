"""Reading products: what applies to a category, and what a person may choose from."""

from __future__ import annotations

from typing import Any

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils import timezone

from jiannuo.registry.products.models import (
    Category,
    ChecklistItem,
    FaultCode,
    LabourItem,
    ProductModel,
    SparePart,
)


def upwards(category: Category | None) -> Q:
    """A condition on ``category``: none, this one, or one above it."""
    if category is None:
        return Q()
    paths = [category.path[:end] for end in range(Category.steplen, len(category.path) + 1, Category.steplen)]
    return Q(category__isnull=True) | Q(category__path__in=paths)


def fault_codes(*, kind: str = "", category: Category | None = None, text: str = "") -> QuerySet[FaultCode]:
    """Active codes that apply to ``category``, its own before those for everything."""
    rows = FaultCode.objects.filter(upwards(category), active=True)
    if kind:
        rows = rows.filter(kind=kind)
    if text.strip():
        words = text.strip()
        rows = rows.filter(Q(name__icontains=words) | Q(code__istartswith=words))
    general = Case(When(category__isnull=True, then=Value(1)), default=Value(0), output_field=IntegerField())
    return rows.order_by(general, "path")


def labour_items(*, category: Category | None = None, text: str = "") -> QuerySet[LabourItem]:
    """Labour items that apply to ``category`` and are valid today."""
    today = timezone.localdate()
    rows = LabourItem.objects.filter(
        upwards(category),
        Q(valid_from__isnull=True) | Q(valid_from__lte=today),
        Q(valid_to__isnull=True) | Q(valid_to__gte=today),
        active=True,
    )
    if text.strip():
        rows = rows.filter(Q(name__icontains=text.strip()) | Q(code__istartswith=text.strip()))
    return rows.order_by("code")


def spare_parts(*, model: ProductModel | None = None, text: str = "") -> QuerySet[SparePart]:
    """Active spare parts; those of ``model`` only, unless words are given that may name others too."""
    rows = SparePart.objects.filter(active=True)
    if text.strip():
        rows = rows.filter(Q(name__icontains=text.strip()) | Q(code__istartswith=text.strip()))
    if model is None:
        return rows.order_by("code")
    used = Q(pk__in=model.part_list.values("part"))
    if not text.strip():
        return rows.filter(used).order_by("code")
    first = Case(When(used, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.order_by(first, "code")


def checklist(category: Category) -> QuerySet[ChecklistItem]:
    """What is checked on site for ``category``: its own items and those of the categories above, general ones first."""
    paths = [category.path[:end] for end in range(Category.steplen, len(category.path) + 1, Category.steplen)]
    rows = ChecklistItem.objects.filter(category__path__in=paths).select_related("category")
    return rows.order_by("category__depth", "position", "id")


def models_listed() -> QuerySet[ProductModel]:
    """Rows of the list of models."""
    return ProductModel.objects.select_related("category")


def tree_choices(nodes: Any) -> list[tuple[int, str]]:
    """Nodes of a tree, ordered by path, for a select: indented by depth."""
    return [(node.pk, "　" * (node.depth - 1) + str(node)) for node in nodes]

"""Lists: models, spare parts, labour items; the trees of categories and codes; checklists."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from jiannuo.kernel.tables.keyset import Ordering
from jiannuo.kernel.tables.pages import TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.registry.products import queries
from jiannuo.registry.products.filters import LabourFilter, ModelFilter, PartFilter
from jiannuo.registry.products.models import Category, FaultCode, LabourItem, ProductModel, SparePart
from jiannuo.registry.products.tables import LabourTable, ModelTable, PartTable

BY_CODE = Ordering("code", gettext_lazy("code"), ("code",))
BY_NAME = Ordering("name", gettext_lazy("name"), ("name",))


def sections(active: str) -> list[dict[str, Any]]:
    """The pages of this room, for the bar above each of them."""
    pages = (
        ("models", _("Models"), reverse("products:list")),
        ("categories", _("Categories"), reverse("products:categories")),
        ("parts", _("Spare parts"), reverse("products:parts")),
        ("labour", _("Labour items"), reverse("products:labour")),
        ("symptom", _("Symptom codes"), reverse("products:codes", args=["symptom"])),
        ("cause", _("Cause codes"), reverse("products:codes", args=["cause"])),
        ("action", _("Action codes"), reverse("products:codes", args=["action"])),
        ("checklist", _("Checklists"), reverse("products:checklist")),
    )
    return [{"label": label, "url": url, "active": name == active} for name, label, url in pages]


class CatalogueList(TablePage):
    """What the three lists share."""

    permission = "products.view"
    create_permission = "products.edit"
    template_name = "products/list.html"
    orderings = (BY_CODE, BY_NAME)
    default_ordering = "code"
    section = ""
    dialog = ""

    def extra_context(self) -> dict[str, Any]:
        may = self.dialog and self.may("products.edit")
        return {"sections": sections(self.section), "dialog_url": reverse(self.dialog) if may else ""}


class ModelList(CatalogueList):
    """All product models."""

    name = "product-models"
    title = gettext_lazy("Products")
    table_class = ModelTable
    filterset_class = ModelFilter
    create_url_name = "products:create"
    create_label = gettext_lazy("New model")
    section = "models"

    def rows(self) -> QuerySet[ProductModel]:
        return queries.models_listed()


class PartList(CatalogueList):
    """All spare parts."""

    name = "spare-parts"
    title = gettext_lazy("Spare parts")
    table_class = PartTable
    filterset_class = PartFilter
    section = "parts"
    dialog = "products:part_create"

    def rows(self) -> QuerySet[SparePart]:
        return SparePart.objects.all()


class LabourList(CatalogueList):
    """All labour items."""

    name = "labour-items"
    title = gettext_lazy("Labour items")
    table_class = LabourTable
    filterset_class = LabourFilter
    section = "labour"
    dialog = "products:labour_create"

    def rows(self) -> QuerySet[LabourItem]:
        return LabourItem.objects.select_related("category")


@require_GET
@permission_required("products.view")
def categories(request: HttpRequest) -> HttpResponse:
    """The tree of categories with the number of models."""
    context = {
        "title": _("Product categories"),
        "sections": sections("categories"),
        "nodes": Category.objects.annotate(model_count=Count("models")).order_by("path"),
        "may_edit": request.user.has_perm("products.edit"),
    }
    return render(request, "products/categories.html", context)


@require_GET
@permission_required("products.view")
def codes(request: HttpRequest, kind: str) -> HttpResponse:
    """The tree of symptom, cause or action codes."""
    titles = {"symptom": _("Symptom codes"), "cause": _("Cause codes"), "action": _("Action codes")}
    if kind not in titles:
        raise Http404
    context = {
        "title": titles[kind],
        "sections": sections(kind),
        "kind": kind,
        "nodes": FaultCode.objects.filter(kind=kind).select_related("category").order_by("path"),
        "may_edit": request.user.has_perm("products.edit"),
    }
    return render(request, "products/codes.html", context)


@require_GET
@permission_required("products.view")
def checklist(request: HttpRequest) -> HttpResponse:
    """What is checked on site for a category, its own items and those it inherits."""
    key = request.GET.get("category", "")
    nodes = list(Category.objects.order_by("path"))
    category = get_object_or_404(Category, pk=int(key)) if key.isdecimal() and len(key) < 19 else None
    category = category or (nodes[0] if nodes else None)
    context = {
        "title": _("Checklists"),
        "sections": sections("checklist"),
        "nodes": nodes,
        "category": category,
        "items": queries.checklist(category) if category else [],
        "may_edit": request.user.has_perm("products.edit"),
    }
    return render(request, "products/checklist.html", context)

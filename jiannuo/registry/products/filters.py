"""How models, parts and labour items are filtered."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.registry.products.models import Category, LabourItem, ProductModel, SparePart

SEARCH = forms.TextInput(attrs={"type": "search"})
YES_NO = [("yes", _("in use")), ("no", _("no longer"))]


class CatalogueFilter(filters.FilterSet):
    """Words in code and name, and whether it is still in use."""

    q = filters.CharFilter(label=_("Code or name"), method="by_words", widget=SEARCH)
    active = filters.ChoiceFilter(label=_("in use"), choices=YES_NO, method="by_active")

    def by_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Words in the name, or the beginning of the code."""
        return rows.filter(Q(name__icontains=value.strip()) | Q(code__icontains=value.strip()))

    def by_active(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """In use or not."""
        return rows.filter(active=value == "yes")


class ModelFilter(CatalogueFilter):
    """Models, also by category with all below it."""

    category = filters.ModelChoiceFilter(
        label=_("category"), queryset=Category.objects.order_by("path"), method="by_category"
    )

    class Meta:
        model = ProductModel
        fields: tuple[str, ...] = ()

    def by_category(self, rows: QuerySet[Any], _name: str, value: Category) -> QuerySet[Any]:
        """The category and everything below it."""
        return rows.filter(category__path__startswith=value.path)


class PartFilter(CatalogueFilter):
    """Spare parts, also by kind."""

    kind = filters.ChoiceFilter(label=_("kind"), choices=SparePart.Kind.choices)

    class Meta:
        model = SparePart
        fields: tuple[str, ...] = ()


class LabourFilter(CatalogueFilter):
    """Labour items, also by category."""

    category = filters.ModelChoiceFilter(label=_("category"), queryset=Category.objects.order_by("path"))

    class Meta:
        model = LabourItem
        fields: tuple[str, ...] = ()

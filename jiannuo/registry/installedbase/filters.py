"""How installed units are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.products.models import Category
from jiannuo.registry.searching import narrowed


def visible_organizations(request: Any) -> QuerySet[Organization, Any]:
    """Organisations that the person may choose from."""
    return Organization.objects.visible_to(getattr(request, "user", None))


class UnitFilter(filters.FilterSet):
    """Words, status, category with all below it, organisation, when installed."""

    q = filters.CharFilter(
        label=_("Serial, label, model"), method="by_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    status = filters.MultipleChoiceFilter(label=_("status"), choices=InstalledUnit.Status.choices)
    category = filters.ModelChoiceFilter(
        label=_("category"), queryset=Category.objects.order_by("path"), method="by_category"
    )
    organization = filters.ModelChoiceFilter(
        label=_("servicing organisation"), queryset=visible_organizations
    )
    installed = filters.DateFromToRangeFilter(field_name="installed_on", label=_("installed"))
    customer = filters.NumberFilter(field_name="customer_id", widget=forms.HiddenInput)
    model = filters.NumberFilter(field_name="model_id", widget=forms.HiddenInput)

    class Meta:
        model = InstalledUnit
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """What search finds."""
        return narrowed(rows, "unit", value, self.request.user)

    def by_category(self, rows: QuerySet[Any], _name: str, value: Category) -> QuerySet[Any]:
        """The category and everything below it."""
        return rows.filter(model__category__path__startswith=value.path)

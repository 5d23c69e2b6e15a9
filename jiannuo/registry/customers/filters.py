"""How customers are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.regions.services import provinces
from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Address, Customer
from jiannuo.registry.searching import narrowed


def visible_organizations(request: Any) -> QuerySet[Organization, Any]:
    """Organisations that the person may choose from."""
    return Organization.objects.visible_to(getattr(request, "user", None))


class CustomerFilter(filters.FilterSet):
    """Words, kind, class, tag, place, organisation, archived or not."""

    q = filters.CharFilter(
        label=_("Name, phone, number"), method="by_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = filters.ChoiceFilter(label=_("kind"), choices=Customer.Kind.choices)
    grade = filters.ChoiceFilter(label=_("class"), choices=Customer.Grade.choices)
    tag = filters.CharFilter(label=_("tag"), method="by_tag")
    province = filters.ChoiceFilter(label=_("province"), choices=provinces, method="by_province")
    organization = filters.ModelChoiceFilter(label=_("organisation"), queryset=visible_organizations)
    archived = filters.ChoiceFilter(
        label=_("record"), choices=[("no", _("in use")), ("yes", _("archived"))], method="by_archived"
    )

    class Meta:
        model = Customer
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """What search finds."""
        return narrowed(rows, "customer", value, self.request.user)

    def by_tag(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Customers with that tag."""
        return rows.filter(pk__in=Customer.objects.filter(tags__name=value.strip()).values("pk"))

    def by_province(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Customers with an address there."""
        return rows.filter(pk__in=Address.objects.filter(division__code__startswith=value).values("customer"))

    def by_archived(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Taken out of use or not."""
        return rows.filter(archived_at__isnull=value == "no")

"""How customers are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.regions.models import Division
from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Customer, CustomerTag
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
    tags = filters.ModelChoiceFilter(label=_("tag"), queryset=CustomerTag.objects.order_by("name"))
    province = filters.ModelChoiceFilter(
        label=_("province"),
        queryset=Division.objects.filter(level=Division.Level.PROVINCE).order_by("code"),
        method="by_province",
    )
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

    def by_province(self, rows: QuerySet[Any], _name: str, value: Division) -> QuerySet[Any]:
        """Customers with an address there."""
        inside = Customer.objects.filter(addresses__division_id__startswith=value.pk)
        return rows.filter(pk__in=inside.values("pk"))

    def by_archived(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Taken out of use or not."""
        return rows.filter(archived_at__isnull=value == "no")

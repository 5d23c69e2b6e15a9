"""The list of technicians."""

from __future__ import annotations

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import NumberColumn
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workforce.models import Technician
from jiannuo.registry.products.models import Category


def _organizations(request: Any) -> QuerySet[Organization, Any]:
    rows: QuerySet[Organization, Any] = Organization.objects.visible_to(getattr(request, "user", None))
    return rows


class TechnicianFilter(filters.FilterSet):
    """Name, organisation, what they can repair."""

    name = filters.CharFilter(label=_("name"), field_name="user__name", lookup_expr="contains")
    organization = filters.ModelChoiceFilter(label=_("organisation"), queryset=_organizations)
    skill = filters.ModelChoiceFilter(
        label=_("skill"), queryset=Category.objects.order_by("path"), method="able_to"
    )
    active = filters.BooleanFilter(label=_("active"))

    class Meta:
        model = Technician
        fields: tuple[str, ...] = ()

    def able_to(self, rows: QuerySet[Any], _name: str, category: Category) -> QuerySet[Any]:
        """Those with a skill for the category or one above it."""
        paths = [category.path[: Category.steplen * depth] for depth in range(1, category.depth + 1)]
        return rows.filter(Q(skills__category__path__in=paths)).distinct()


class TechnicianTable(tables.Table):
    """Technicians as lists show them."""

    name = tables.Column(
        accessor="user__name", linkify=lambda record: reverse("workforce:detail", args=[record.pk])
    )
    organization = tables.Column()
    skills = tables.Column(accessor="pk", verbose_name=_("skills"), orderable=False)
    areas = tables.Column(empty_values=(None,), orderable=False)
    minutes = NumberColumn(accessor="daily_minutes", verbose_name=_("minutes a day"))
    active = tables.BooleanColumn(yesno="✓,—")

    class Meta:
        model = Technician
        fields = ("name", "organization", "skills", "areas", "minutes", "active")

    def render_skills(self, record: Technician) -> str:
        return "、".join(f"{skill.category} {skill.level}" for skill in record.skills.all()) or "—"

    def render_areas(self, value: list[str]) -> Any:
        return " ".join(value) or _("everywhere")

"""The list of technicians."""

from __future__ import annotations

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import DayColumn, NumberColumn, render
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workforce.models import Certificate, CertificateKind, ShiftPattern, Technician
from jiannuo.operations.workforce.queries import ending_soon
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


class PatternTable(tables.Table):
    """Patterns as the list shows them."""

    name = tables.Column(linkify=lambda record: reverse("workforce:pattern_edit", args=[record.pk]))
    organization = tables.Column()
    week = tables.Column(accessor="pk", verbose_name=_("week"), orderable=False)
    calendar = tables.Column()
    people = NumberColumn(accessor="people", verbose_name=_("technicians"), orderable=False)
    days_ahead = NumberColumn()
    active = tables.BooleanColumn(yesno="✓,—")

    class Meta:
        model = ShiftPattern
        fields = ("name", "organization", "week", "calendar", "people", "days_ahead", "active")

    def render_week(self, record: ShiftPattern) -> str:
        return "，".join(
            f"{WEEKDAYS_ABBR[day.weekday]} {day.begins:%H:%M}–{day.ends:%H:%M}" for day in record.days.all()
        )


class CertificateFilter(filters.FilterSet):
    """Whose, which kind, what ends."""

    name = filters.CharFilter(label=_("name"), field_name="technician__user__name", lookup_expr="contains")
    organization = filters.ModelChoiceFilter(
        label=_("organisation"), field_name="technician__organization", queryset=_organizations
    )
    kind = filters.ModelChoiceFilter(label=_("kind"), queryset=CertificateKind.objects.all())
    ending = filters.ChoiceFilter(
        label=_("validity"), choices=[("soon", _("ends soon")), ("over", _("expired"))], method="by_end"
    )

    class Meta:
        model = Certificate
        fields: tuple[str, ...] = ()

    def by_end(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """What ends within the days of its kind, or has ended."""
        today = timezone.localdate()
        if value == "over":
            return rows.filter(expires_on__lt=today)
        return ending_soon(rows, today)


_END = (
    '{{ day|date:"Y-m-d" }}{% if over %} {% badge _("expired") "danger" %}'
    '{% elif soon %} {% badge _("ends soon") "warning" %}{% endif %}'
)


class CertificateTable(tables.Table):
    """Certificates as the list shows them."""

    technician = tables.Column(
        accessor="technician__user__name",
        verbose_name=_("technician"),
        orderable=False,
        linkify=lambda record: reverse("workforce:detail", args=[record.technician_id]),
    )
    organization = tables.Column(
        accessor="technician__organization", verbose_name=_("organisation"), orderable=False
    )
    kind = tables.Column(orderable=False)
    number = tables.Column(orderable=False, attrs={"td": {"class": "j-number"}})
    issued_on = DayColumn(orderable=False)
    expires_on = tables.Column(attrs={"td": {"class": "j-number text-nowrap"}})

    class Meta:
        model = Certificate
        fields = ("technician", "organization", "kind", "number", "issued_on", "expires_on")

    def render_expires_on(self, record: Certificate) -> Any:
        if record.expires_on is None:
            return "—"
        left = (record.expires_on - timezone.localdate()).days
        source = "{% load jiannuo i18n %}" + _END
        return render(source, day=record.expires_on, over=left < 0, soon=left <= record.kind.remind_days)

    def value_expires_on(self, record: Certificate) -> Any:
        return record.expires_on

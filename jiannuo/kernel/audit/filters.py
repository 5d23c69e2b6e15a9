"""The filter of the audit trail."""

from __future__ import annotations

from typing import Any

import django_filters
from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django import forms
from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.audit.changes import ACTIONS


def _models() -> list[tuple[str, str]]:
    """The audited models, by their names for people."""
    named = [(model._meta.label_lower, str(model._meta.verbose_name)) for model in auditlog.get_models()]
    return sorted(named, key=lambda choice: choice[1])


class AuditFilter(django_filters.FilterSet):
    """By record, person, kind of record, kind of change and day."""

    q = django_filters.CharFilter(
        label=_("record"), method="about", widget=forms.TextInput(attrs={"type": "search"})
    )
    person = django_filters.CharFilter(label=_("person"), method="by_person")
    model = django_filters.ChoiceFilter(label=_("kind of record"), choices=_models, method="of_model")
    action = django_filters.ChoiceFilter(label=_("change"), choices=list(ACTIONS.items()))
    day = django_filters.DateFilter(
        label=_("day"),
        field_name="timestamp",
        lookup_expr="date",
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    class Meta:
        model = LogEntry
        fields: tuple[str, ...] = ()

    def about(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(Q(object_pk=value) | Q(object_repr__icontains=value))

    def by_person(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        people = get_user_model()._default_manager.filter(
            Q(name__icontains=value) | Q(username__icontains=value)
        )
        return rows.filter(actor__in=people.values("pk"))

    def of_model(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        app_label, model = value.split(".")
        return rows.filter(content_type__in=ContentType.objects.filter(app_label=app_label, model=model))

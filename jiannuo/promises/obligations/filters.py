"""Filters of the ledger: one definition for page, export and API."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.words import METRICS
from jiannuo.promises.obligations.models import Obligation


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(request.user) if request else Organization.objects.none()


def _people(request: Any) -> QuerySet[Any]:
    if not request:
        return User.objects.none()
    return (
        User.objects.visible_to(request.user)
        .filter(is_active=True, obligations__isnull=False)
        .distinct()
        .order_by("name")
    )


class ObligationFilter(django_filters.FilterSet):
    state = django_filters.MultipleChoiceFilter(label=_("state"), choices=Obligation.State.choices)
    metric = django_filters.MultipleChoiceFilter(label=_("what is owed"), choices=list(METRICS.items()))
    organization = django_filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    person = django_filters.ModelChoiceFilter(label=_("person responsible"), queryset=_people)
    due = django_filters.DateFromToRangeFilter(
        label=_("due"),
        field_name="due_at",
        widget=django_filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    class Meta:
        model = Obligation
        fields = ("state", "metric", "organization", "person", "due")

    def below(self, queryset: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return queryset.filter(organization__in=keys)

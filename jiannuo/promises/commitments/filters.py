"""Filters of the list of commitments."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.promises.commitments.models import Commitment


class CommitmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("name or code"), method="find")
    kind = django_filters.MultipleChoiceFilter(label=_("kind"), choices=Commitment.Kind.choices)

    class Meta:
        model = Commitment
        fields = ("q", "kind")

    def find(self, queryset: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return queryset.filter(Q(name__icontains=value) | Q(code__icontains=value))

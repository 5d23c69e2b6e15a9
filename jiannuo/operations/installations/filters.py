"""How projects and goods notices are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.installations.models import GoodsNotice, Installation


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


class _DocumentFilter(filters.FilterSet):
    number = filters.CharFilter(label=_("number"), method="starting_with")
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)


class InstallationFilter(_DocumentFilter):
    """Number, state, when the goods are expected, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Installation.State.choices)
    expected = filters.DateFromToRangeFilter(label=_("arrival agreed for"), field_name="expected_at")

    class Meta:
        model = Installation
        fields = ("number", "state", "organization")


class NoticeFilter(_DocumentFilter):
    """Number, state, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=GoodsNotice.State.choices)
    told = filters.ChoiceFilter(
        label=_("told"), choices=[("no", _("supplier not told yet"))], method="by_telling"
    )

    class Meta:
        model = GoodsNotice
        fields = ("number", "state", "organization")

    def by_telling(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Suppliers outside who have not heard of it."""
        return rows.filter(state=GoodsNotice.State.SENT, addressee__isnull=True, told_at__isnull=True)

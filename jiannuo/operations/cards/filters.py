"""How cards and their quarters are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.cards.models import CardQuarter, RegistrationCard

DAY = {"type": "date"}


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


class _Below(filters.FilterSet):
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)


class CardFilter(_Below):
    """Number, serial number, state, way, in time, dealer, day of sale."""

    number = filters.CharFilter(label=_("number"), method="starting_with")
    serial = filters.CharFilter(label=_("serial number"), method="of_serial")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=RegistrationCard.State.choices)
    way = filters.MultipleChoiceFilter(label=_("how it came"), choices=RegistrationCard.Way.choices)
    in_time = filters.ChoiceFilter(
        label=_("in time"), choices=[("true", _("in time")), ("false", _("too late"))], method="that_came"
    )
    sold_from = filters.DateFilter(
        label=_("sold from"), field_name="sold_on", lookup_expr="gte", widget=DateInput(attrs=DAY)
    )
    sold_to = filters.DateFilter(
        label=_("sold to"), field_name="sold_on", lookup_expr="lte", widget=DateInput(attrs=DAY)
    )
    quarter = filters.DateFilter(label=_("first day of the quarter"), widget=DateInput(attrs=DAY))

    class Meta:
        model = RegistrationCard
        fields: tuple[str, ...] = ()

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows

    def that_came(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Recognised cards that came in time, or too late."""
        return rows.filter(in_time=value == "true")

    def of_serial(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Cards of one serial number."""
        return rows.filter(serial=value.strip().upper()) if value.strip() else rows


class QuarterFilter(_Below):
    """Dealer and quarter."""

    quarter = filters.DateFilter(label=_("first day of the quarter"), widget=DateInput(attrs=DAY))

    class Meta:
        model = CardQuarter
        fields: tuple[str, ...] = ()

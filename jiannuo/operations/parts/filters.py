"""How stock, the ledger and the places are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.parts.models import Condition, StockBalance, StockEntry, StockLocation
from jiannuo.operations.parts.queries import places_seen_by

DAY = {"type": "date"}
RED = [("yes", _("only red entries")), ("no", _("without red entries"))]
IN_USE = [("yes", _("in use")), ("no", pgettext_lazy("stock", "closed"))]
SEARCH = forms.TextInput(attrs={"type": "search"})


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _places(request: Any) -> QuerySet[Any]:
    return places_seen_by(getattr(request, "user", None))


class PlaceChoice(filters.ModelChoiceFilter):
    """One of the places that the person may see."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("store or van"))
        super().__init__(queryset=_places, widget=forms.Select(attrs={"data-search-select": ""}), **kwargs)


class _PlacedFilter(filters.FilterSet):
    """What stock and ledger have in common: the part, the place, the kind of place, the condition."""

    q = filters.CharFilter(label=_("part number or name"), method="by_part", widget=SEARCH)
    location = PlaceChoice()
    kind = filters.MultipleChoiceFilter(
        label=_("kind of place"), field_name="location__kind", choices=StockLocation.Kind.choices
    )
    condition = filters.MultipleChoiceFilter(
        label=pgettext_lazy("stock", "condition"), choices=Condition.choices
    )
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )

    def by_part(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Words in the name of the part, or a piece of its number."""
        words = value.strip()
        return rows.filter(Q(part__code__icontains=words) | Q(part__name__icontains=words))

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        """The places of an organisation and of everything below it."""
        return rows.filter(location__organization__path__startswith=value.path)


class StockFilter(_PlacedFilter):
    """Part, place, kind of place, condition, organisation."""

    class Meta:
        model = StockBalance
        fields: tuple[str, ...] = ()


class EntryFilter(_PlacedFilter):
    """Part, place, cause, document, days, red entries."""

    cause = filters.MultipleChoiceFilter(
        label=pgettext_lazy("stock", "cause"), choices=StockEntry.Cause.choices
    )
    document = filters.CharFilter(
        label=_("number of the document"), field_name="document__number", lookup_expr="iexact"
    )
    red = filters.ChoiceFilter(label=_("red entries"), choices=RED, method="by_red")
    day_from = filters.DateFilter(
        label=_("from"),
        field_name="at",
        lookup_expr="date__gte",
        widget=forms.DateInput(attrs=DAY),
    )
    day_to = filters.DateFilter(
        label=_("until"),
        field_name="at",
        lookup_expr="date__lte",
        widget=forms.DateInput(attrs=DAY),
    )

    class Meta:
        model = StockEntry
        fields: tuple[str, ...] = ()

    def by_red(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Only what takes another entry back, or all but that."""
        return rows.filter(reverses__isnull=value == "no")


class PlaceStockFilter(_PlacedFilter):
    """At one place: part and condition."""

    location = kind = organization = None  # type: ignore[assignment]

    class Meta:
        model = StockBalance
        fields: tuple[str, ...] = ()


class PlaceFilter(filters.FilterSet):
    """Words in the name, kind, organisation, in use or closed."""

    q = filters.CharFilter(label=_("name or driver"), method="by_words", widget=SEARCH)
    kind = filters.MultipleChoiceFilter(label=_("kind"), choices=StockLocation.Kind.choices)
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    active = filters.ChoiceFilter(label=pgettext_lazy("stock", "record"), choices=IN_USE, method="by_active")

    class Meta:
        model = StockLocation
        fields: tuple[str, ...] = ()

    def by_words(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Words in the name of the place or of its driver."""
        words = value.strip()
        return rows.filter(Q(name__icontains=words) | Q(person__name__icontains=words))

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        """The places of an organisation and of everything below it."""
        return rows.filter(organization__path__startswith=value.path)

    def by_active(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """In use or closed."""
        return rows.filter(active=value == "yes")

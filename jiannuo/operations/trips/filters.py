"""How trips and their expenses are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.trips.models import BusinessTrip, Payer, TripCause, TripExpense, TripPerson
from jiannuo.operations.trips.models.tables import ExpenseKind
from jiannuo.operations.trips.queries import without_feedback
from jiannuo.operations.workforce.forms import DayInput


def _organizations(request: Any) -> QuerySet[Organization, Any]:
    rows: QuerySet[Organization, Any] = Organization.objects.visible_to(getattr(request, "user", None))
    return rows


class TripFilter(filters.FilterSet):
    """Number, state, cause, who travels, who pays, where it belongs, when, what is missing."""

    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=BusinessTrip.State.choices)
    cause = filters.ModelChoiceFilter(label=_("cause"), queryset=TripCause.objects.all())
    person = filters.CharFilter(label=_("traveller"), method="by_person")
    payer = filters.MultipleChoiceFilter(label=pgettext_lazy("trip", "who pays"), choices=Payer.choices)
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    from_day = filters.DateFilter(
        label=_("set out from"), field_name="starts_on", lookup_expr="gte", widget=DayInput
    )
    to_day = filters.DateFilter(
        label=_("set out until"), field_name="starts_on", lookup_expr="lte", widget=DayInput
    )
    missing = filters.ChoiceFilter(
        label=_("missing"), choices=[("feedback", _("feedback form"))], method="that_lack"
    )

    class Meta:
        model = BusinessTrip
        fields: tuple[str, ...] = ()

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows

    def by_person(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Trips on which somebody of that name travels."""
        found = TripPerson.objects.filter(person__name__contains=value.strip())
        return rows.filter(pk__in=found.values("trip"))

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)

    def that_lack(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """Trips that are over and whose form is missing."""
        return without_feedback(rows)


class ExpenseFilter(filters.FilterSet):
    """Kind, who pays in the end, state of the trip, days, what stands out."""

    kind = filters.MultipleChoiceFilter(label=_("kind of expense"), choices=ExpenseKind.choices)
    payer = filters.MultipleChoiceFilter(
        label=pgettext_lazy("trip", "who pays"), field_name="trip__payer", choices=Payer.choices
    )
    state = filters.MultipleChoiceFilter(
        label=_("state of the trip"), field_name="trip__state", choices=BusinessTrip.State.choices
    )
    from_day = filters.DateFilter(label=_("from"), field_name="spent_on", lookup_expr="gte", widget=DayInput)
    to_day = filters.DateFilter(label=_("until"), field_name="spent_on", lookup_expr="lte", widget=DayInput)
    over_limit = filters.BooleanFilter(label=_("above the limit"))

    class Meta:
        model = TripExpense
        fields: tuple[str, ...] = ()

"""How complaints, penalty tables, suggestions and payouts are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.complaints.models import (
    Complaint,
    Grade,
    Inspection,
    Matter,
    Payout,
    PenaltySheet,
    Suggestion,
    Weight,
)


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _officers(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    if user is None:
        return User.objects.none()
    seen = Complaint.objects.visible_to(user).filter(officer__isnull=False).values("officer")
    return User.objects.filter(pk__in=seen).order_by("name")


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


class ComplaintFilter(_DocumentFilter):
    """Number, state, class, weight, level, matter, who handles it, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Complaint.State.choices)
    grade = filters.MultipleChoiceFilter(label=pgettext_lazy("complaint", "class"), choices=Grade.choices)
    weight = filters.MultipleChoiceFilter(label=pgettext_lazy("complaint", "weight"), choices=Weight.choices)
    level = filters.MultipleChoiceFilter(
        label=pgettext_lazy("complaint", "level"), choices=Complaint.Level.choices
    )
    special = filters.BooleanFilter(label=_("special case"))
    matter = filters.ModelChoiceFilter(label=_("matter"), queryset=Matter.objects.all())
    officer = filters.ModelChoiceFilter(label=_("handled by"), queryset=_officers)
    received = filters.DateFromToRangeFilter(label=_("received"), field_name="received_at")

    class Meta:
        model = Complaint
        fields: tuple[str, ...] = ()


class InspectionFilter(_DocumentFilter):
    """Number, state, where, when visited."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Inspection.State.choices)
    visited = filters.DateFromToRangeFilter(label=_("visited"), field_name="visited_at")

    class Meta:
        model = Inspection
        fields: tuple[str, ...] = ()


class SheetFilter(_DocumentFilter):
    """Number, state, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=PenaltySheet.State.choices)

    class Meta:
        model = PenaltySheet
        fields: tuple[str, ...] = ()


class SuggestionFilter(_DocumentFilter):
    """Number, state, channel, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Suggestion.State.choices)
    channel = filters.MultipleChoiceFilter(label=_("channel"), choices=Suggestion.Channel.choices)

    class Meta:
        model = Suggestion
        fields: tuple[str, ...] = ()


class PayoutFilter(_DocumentFilter):
    """Number, state, purpose, where."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=Payout.State.choices)
    purpose = filters.MultipleChoiceFilter(label=_("purpose"), choices=Payout.Purpose.choices)

    class Meta:
        model = Payout
        fields: tuple[str, ...] = ()

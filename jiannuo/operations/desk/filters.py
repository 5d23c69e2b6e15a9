"""How requests are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.desk.forms import handlers_for
from jiannuo.operations.desk.models import ServiceRequest


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _owners(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    return handlers_for(user) if user is not None else User.objects.none()


class ServiceRequestFilter(filters.FilterSet):
    """Number, state, kind, severity, channel, whose, where, when."""

    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=ServiceRequest.State.choices)
    request_kind = filters.MultipleChoiceFilter(
        label=_("kind of request"), choices=ServiceRequest.Kind.choices
    )
    severity = filters.MultipleChoiceFilter(label=_("severity"), choices=ServiceRequest.Severity.choices)
    channel = filters.MultipleChoiceFilter(label=_("channel"), choices=ServiceRequest.Channel.choices)
    owner = filters.ModelChoiceFilter(label=_("owner"), queryset=_owners)
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )
    in_warranty = filters.ChoiceFilter(
        label=_("warranty"),
        choices=[("yes", _("in warranty")), ("no", _("out of warranty"))],
        method="covered",
    )
    created = filters.DateFromToRangeFilter(
        field_name="created_at",
        label=_("received"),
        widget=filters.widgets.DateRangeWidget(attrs={"type": "date"}),
    )

    class Meta:
        model = ServiceRequest
        fields: tuple[str, ...] = ()

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows

    def covered(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        return rows.filter(in_warranty=value == "yes")

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)

"""How plans, jobs, rounds, findings, reports and shifts are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.maintenance.models import (
    DutyBook,
    DutyShift,
    Finding,
    InspectionReport,
    MaintenancePlan,
    PatrolRound,
    PatrolRoute,
    PlannedJob,
    Quotation,
)

DAYS = {"type": "date"}


def _organizations(request: Any) -> QuerySet[Any]:
    return Organization.objects.visible_to(getattr(request, "user", None))


def _routes(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    return PatrolRoute.objects.visible_to(user) if user is not None else PatrolRoute.objects.none()


def _books(request: Any) -> QuerySet[Any]:
    user = getattr(request, "user", None)
    return DutyBook.objects.visible_to(user) if user is not None else DutyBook.objects.none()


class _Scoped(filters.FilterSet):
    """Organisation and customer, as every list here has them."""

    customer_name = filters.CharFilter(
        label=_("customer"), field_name="customer__name", lookup_expr="contains"
    )
    organization = filters.ModelChoiceFilter(
        label=_("organisation and below"), queryset=_organizations, method="below"
    )

    def below(self, rows: QuerySet[Any], _name: str, value: Organization) -> QuerySet[Any]:
        keys = list(Organization.objects.filter(path__startswith=value.path).values_list("pk", flat=True))
        return rows.filter(organization__in=keys)

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows


class PlanFilter(_Scoped):
    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=MaintenancePlan.State.choices)
    job = filters.ChoiceFilter(
        label=_("kind of job"), choices=[("maintenance", _("maintenance")), ("inspection", _("inspection"))]
    )
    rhythm = filters.MultipleChoiceFilter(label=_("rhythm"), choices=MaintenancePlan.Rhythm.choices)
    customer = filters.NumberFilter(label=_("customer key"))

    class Meta:
        model = MaintenancePlan
        fields: tuple[str, ...] = ()


class JobFilter(_Scoped):
    state = filters.MultipleChoiceFilter(label=_("state"), choices=PlannedJob.State.choices)
    urgent = filters.ChoiceFilter(label=_("due"), choices=[("late", _("past due"))], method="by_due")
    due_from = filters.DateFilter(label=_("due from"), field_name="due_on", lookup_expr="gte")
    due_to = filters.DateFilter(label=_("due until"), field_name="due_on", lookup_expr="lte")
    serial = filters.CharFilter(label=_("serial number"), field_name="unit__serial", lookup_expr="iexact")
    plan = filters.CharFilter(label=_("plan"), field_name="plan__number", lookup_expr="iexact")

    class Meta:
        model = PlannedJob
        fields: tuple[str, ...] = ()

    def by_due(self, rows: QuerySet[Any], _name: str, _value: str) -> QuerySet[Any]:
        """What should have been done by yesterday."""
        return rows.filter(state__in=PlannedJob.OPEN_STATES, due_on__lt=timezone.localdate())


class RoundFilter(_Scoped):
    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=PatrolRound.State.choices)
    route = filters.ModelChoiceFilter(label=_("route"), queryset=_routes)
    day_from = filters.DateFilter(label=_("on or after"), field_name="day", lookup_expr="gte")
    day_to = filters.DateFilter(label=_("until"), field_name="day", lookup_expr="lte")

    class Meta:
        model = PatrolRound
        fields: tuple[str, ...] = ()


class FindingFilter(_Scoped):
    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=Finding.State.choices)
    severity = filters.MultipleChoiceFilter(label=_("severity"), choices=Finding.Severity.choices)
    serial = filters.CharFilter(label=_("serial number"), field_name="unit__serial", lookup_expr="iexact")
    mine = filters.ChoiceFilter(
        label=_("owner"), choices=[("me", _("me")), ("nobody", _("nobody"))], method="by_owner"
    )

    class Meta:
        model = Finding
        fields: tuple[str, ...] = ()

    def by_owner(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """One's own, or nobody's."""
        if value == "me":
            return rows.filter(owner=getattr(self.request, "user", None))
        return rows.filter(owner__isnull=True)


class ReportFilter(_Scoped):
    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=InspectionReport.State.choices)

    class Meta:
        model = InspectionReport
        fields: tuple[str, ...] = ()


class QuotationFilter(_Scoped):
    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=Quotation.State.choices)
    serial = filters.CharFilter(label=_("serial number"), field_name="unit__serial", lookup_expr="iexact")

    class Meta:
        model = Quotation
        fields: tuple[str, ...] = ()


class ShiftFilter(filters.FilterSet):
    book = filters.ModelChoiceFilter(label=_("log"), queryset=_books)
    state = filters.MultipleChoiceFilter(label=_("state"), choices=DutyShift.State.choices)
    began_from = filters.DateFilter(label=_("on or after"), field_name="began_at", lookup_expr="date__gte")
    began_to = filters.DateFilter(label=_("until"), field_name="began_at", lookup_expr="date__lte")

    class Meta:
        model = DutyShift
        fields: tuple[str, ...] = ()

"""Lists of leave and of standby duties, and how they are filtered."""

from __future__ import annotations

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, NumberColumn, PhoneColumn, StateColumn
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.staffing.models import LeaveRequest, StandbyDuty


def _organizations(request: Any) -> QuerySet[Organization, Any]:
    rows: QuerySet[Organization, Any] = Organization.objects.visible_to(getattr(request, "user", None))
    return rows


class LeaveFilter(filters.FilterSet):
    """Whose, in which state, where, when."""

    name = filters.CharFilter(label=_("name"), field_name="person__name", lookup_expr="contains")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=LeaveRequest.State.choices)
    organization = filters.ModelChoiceFilter(label=_("organisation"), queryset=_organizations)
    when = filters.ChoiceFilter(
        label=_("time"), choices=[("now", _("away now")), ("coming", _("to come"))], method="by_time"
    )

    class Meta:
        model = LeaveRequest
        fields: tuple[str, ...] = ()

    def by_time(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Who is away now, or will be."""
        now = timezone.now()
        if value == "now":
            return rows.filter(state="granted", starts_at__lte=now, ends_at__gt=now)
        return rows.filter(state__in=LeaveRequest.LIVE_STATES, starts_at__gt=now)


class LeaveTable(tables.Table):
    """Leave as the list shows it."""

    number = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    state = StateColumn()
    person = tables.Column(orderable=False)
    reason = tables.Column(orderable=False)
    starts_at = MomentColumn()
    ends_at = MomentColumn(orderable=False)
    days = NumberColumn(orderable=False)
    deputy = tables.Column(orderable=False)
    organization = tables.Column(orderable=False)

    class Meta:
        model = LeaveRequest
        fields = (
            "number",
            "state",
            "person",
            "reason",
            "starts_at",
            "ends_at",
            "days",
            "deputy",
            "organization",
        )


class DutyFilter(filters.FilterSet):
    """Whose, where, when."""

    name = filters.CharFilter(label=_("name"), field_name="person__name", lookup_expr="contains")
    organization = filters.ModelChoiceFilter(label=_("organisation"), queryset=_organizations)
    kind = filters.MultipleChoiceFilter(label=_("kind"), choices=StandbyDuty.Kind.choices)
    when = filters.ChoiceFilter(
        label=_("time"), choices=[("now", _("now")), ("coming", _("now and to come"))], method="by_time"
    )

    class Meta:
        model = StandbyDuty
        fields: tuple[str, ...] = ()

    def by_time(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Who is on duty now, or from now on."""
        now = timezone.now()
        rows = rows.filter(ends_at__gt=now)
        return rows.filter(starts_at__lte=now) if value == "now" else rows


class DutyTable(tables.Table):
    """The roster as the list shows it."""

    starts_at = MomentColumn()
    ends_at = MomentColumn(orderable=False)
    kind = tables.Column(orderable=False)
    person = tables.Column(orderable=False)
    rank = NumberColumn(orderable=False)
    phone = PhoneColumn(orderable=False)
    organization = tables.Column(orderable=False)
    remove = tables.Column(
        accessor="pk",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        linkify=("staffing:duty_remove", {"pk": tables.A("pk")}),
    )

    class Meta:
        model = StandbyDuty
        fields = ("starts_at", "ends_at", "kind", "person", "rank", "phone", "organization", "remove")

    def render_remove(self) -> Any:
        return _("remove")

"""How orders are filtered: page, export and API alike."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workforce.forms import DayInput
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.shares import keys_of

OPEN_STATES = ("draft", "ready", *WorkOrder.UNDER_WAY)


def visible_organizations(request: Any) -> QuerySet[Organization, Any]:
    """Organisations that the person may choose from."""
    rows: QuerySet[Organization, Any] = Organization.objects.visible_to(getattr(request, "user", None))
    return rows


def visible_technicians(request: Any) -> QuerySet[User, Any]:
    """Technicians that the person may choose from."""
    people = Technician.objects.visible_to(getattr(request, "user", None))
    return User.objects.filter(technician__in=people).order_by("name")


class WorkOrderFilter(filters.FilterSet):
    """Number, state, job, who does it, where it belongs, when it was made, what is urgent."""

    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=WorkOrder.State.choices)
    job = filters.ChoiceFilter(label=_("kind of job"), choices=WorkOrder.Kind.choices)
    technician = filters.ModelChoiceFilter(label=_("technician"), queryset=visible_technicians)
    organization = filters.ModelChoiceFilter(label=_("organisation"), queryset=visible_organizations)
    whole = filters.CharFilter(label=_("divided job"), method="parts_of_job")
    urgent = filters.ChoiceFilter(
        label=_("due"), choices=[("late", _("overdue")), ("today", _("due today"))], method="by_due"
    )
    created_from = filters.DateFilter(
        label=_("created from"), field_name="created_at", lookup_expr="date__gte", widget=DayInput
    )
    created_to = filters.DateFilter(
        label=_("created to"), field_name="created_at", lookup_expr="date__lte", widget=DayInput
    )

    class Meta:
        model = WorkOrder
        fields: tuple[str, ...] = ()

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows

    def parts_of_job(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """All parts of the job of which the order with this number is a part."""
        order = WorkOrder.objects.filter(number=value.strip().upper()).values_list("pk", flat=True).first()
        return rows.filter(pk__in=keys_of(order)) if order is not None else rows.none()

    def by_due(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """What is late, or becomes so today."""
        now = timezone.now()
        rows = rows.filter(state__in=OPEN_STATES)
        if value == "late":
            return rows.filter(due_at__lt=now)
        midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        return rows.filter(due_at__gte=now, due_at__lt=midnight)

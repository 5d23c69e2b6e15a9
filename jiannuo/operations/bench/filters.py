"""How receipts, the goods book, loans and the pool are filtered: page, export and API alike."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.forms import DateInput
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.bench.models import CarryIn, GoodsMove, Loan, LoanEquipment
from jiannuo.operations.bench.queries import waiting_long
from jiannuo.operations.workorders.filters import visible_technicians
from jiannuo.operations.workorders.models import WorkOrder

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

    def starting_with(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Numbers that begin so; a range, because that uses the index on both databases."""
        begin = value.strip().upper()
        return rows.filter(number__gte=begin, number__lt=begin + "\uffff") if begin else rows


class CarryInFilter(_Below):
    """Number, serial number, state, who works on it, what it waits for, due, long on the shelf."""

    number = filters.CharFilter(label=_("number"), method="starting_with")
    serial = filters.CharFilter(label=_("serial number"), field_name="serial", lookup_expr="iexact")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=CarryIn.State.choices)
    technician = filters.ModelChoiceFilter(
        label=_("technician"), field_name="order__technician", queryset=visible_technicians
    )
    waiting = filters.ChoiceFilter(
        label=_("waiting for"), field_name="order__waiting_for", choices=WorkOrder.Waiting.choices
    )
    task = filters.ChoiceFilter(
        label=_("what to look at"),
        choices=[
            ("present", _("not collected yet")),
            ("nobody", _("nobody works on it")),
            ("late", _("later than expected")),
            ("long", _("on the shelf for long")),
        ],
        method="to_look_at",
    )

    class Meta:
        model = CarryIn
        fields: tuple[str, ...] = ()

    def to_look_at(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """What needs somebody's attention."""
        if value == "present":
            return rows.filter(is_live=True)
        if value == "long":
            return waiting_long(rows)
        rows = rows.filter(state__in=("received", "asked", "away"))
        if value == "nobody":
            return rows.filter(order__technician__isnull=True)
        return rows.filter(expected_at__lt=timezone.now())


class MoveFilter(_Below):
    """Direction, reason, days, serial number."""

    direction = filters.ChoiceFilter(label=_("direction"), choices=GoodsMove.Direction.choices)
    reason = filters.MultipleChoiceFilter(label=_("reason"), choices=GoodsMove.Reason.choices)
    serial = filters.CharFilter(label=_("serial number"), field_name="serial", lookup_expr="iexact")
    day_from = filters.DateFilter(
        label=_("from"), field_name="at", lookup_expr="date__gte", widget=DateInput(attrs=DAY)
    )
    day_to = filters.DateFilter(
        label=_("until"), field_name="at", lookup_expr="date__lte", widget=DateInput(attrs=DAY)
    )

    class Meta:
        model = GoodsMove
        fields: tuple[str, ...] = ()


class LoanFilter(_Below):
    """Number, state, late, serial number of the piece."""

    number = filters.CharFilter(label=_("number"), method="starting_with")
    state = filters.MultipleChoiceFilter(label=_("state"), choices=Loan.State.choices)
    late = filters.BooleanFilter(label=_("late"), method="that_are_late")
    serial = filters.CharFilter(
        label=_("serial number"), field_name="equipment__serial", lookup_expr="iexact"
    )

    class Meta:
        model = Loan
        fields: tuple[str, ...] = ()

    def that_are_late(self, rows: QuerySet[Any], _name: str, value: bool) -> QuerySet[Any]:
        """Still out although due."""
        late = {"is_out": True, "due_back_at__lt": timezone.now()}
        return rows.filter(**late) if value else rows.exclude(**late)


class PoolFilter(_Below):
    """State, grade, serial number."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=LoanEquipment.State.choices)
    grade = filters.NumberFilter(label=_("grade at least"), field_name="grade", lookup_expr="gte")
    serial = filters.CharFilter(label=_("serial number"), field_name="serial", lookup_expr="iexact")

    class Meta:
        model = LoanEquipment
        fields: tuple[str, ...] = ()

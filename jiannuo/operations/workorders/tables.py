"""The list of orders."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, StateColumn, render
from jiannuo.operations.workorders.models import WorkOrder

#: signs of a fault that a list shows
MOST_SIGNS = 24
ROOMY = {"td": {"style": "min-width: 12rem"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}


class DueColumn(tables.Column):
    """When the next promise falls due: a countdown while the order is open."""

    def render(self, value: Any, record: Any) -> Any:
        if record.state in ("signed", "reviewed", "closed", "cancelled", "completed"):
            return render("{{ value|localtime_full }}", value=value)
        state = "{% include 'partials/countdown.html' with due=value state='open' compact=True only %}"
        return render(state, value=value)

    def value(self, value: Any, **_rest: Any) -> Any:
        return value


class NumberColumn(tables.Column):
    """The number, and of a part of a divided job its place, which leads to all parts."""

    def render(self, value: Any, record: Any) -> Any:
        template = "workorders/_number.html"
        return render_to_string(template, {"order": record, "standing": getattr(record, "standing", None)})

    def value(self, value: Any, **_rest: Any) -> Any:
        return value


class WorkOrderTable(tables.Table):
    """Orders as lists show them."""

    number = NumberColumn(attrs={"td": {"class": "j-number text-nowrap"}})
    state = StateColumn()
    due = DueColumn(accessor="due_at", verbose_name=_("due"))
    job = tables.Column()
    customer = tables.Column(attrs=ONE_LINE)
    unit = tables.Column(accessor="unit__model__code", verbose_name=_("model"), attrs=ONE_LINE)
    fault = tables.Column(attrs=ROOMY)
    technician = tables.Column(attrs=ONE_LINE)
    appointment = MomentColumn(accessor="appointment", verbose_name=_("appointment"))
    organization = tables.Column()
    created = MomentColumn(accessor="created_at", verbose_name=_("created"))

    class Meta:
        model = WorkOrder
        fields = (
            "number",
            "state",
            "due",
            "job",
            "customer",
            "unit",
            "fault",
            "technician",
            "appointment",
            "organization",
            "created",
        )

    def render_fault(self, value: str) -> str:
        return value if len(value) <= MOST_SIGNS else value[: MOST_SIGNS - 1] + "…"

"""Orders that wait for a technician."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.columns import MomentColumn
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.tables import MOST_SIGNS, ONE_LINE, ROOMY, DueColumn


class QueueTable(tables.Table):
    """The most urgent first, each with the way to a technician."""

    due = DueColumn(accessor="due_at", verbose_name=gettext_lazy("due"), empty_values=())
    number = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    job = tables.Column()
    customer = tables.Column(attrs=ONE_LINE)
    unit = tables.Column(accessor="unit__model__code", verbose_name=gettext_lazy("model"), attrs=ONE_LINE)
    fault = tables.Column(attrs=ROOMY)
    division = tables.Column(attrs=ONE_LINE)
    waiting = tables.Column(accessor="waiting_for", verbose_name=gettext_lazy("remark"), empty_values=())
    organization = tables.Column(attrs=ONE_LINE)
    created = MomentColumn(accessor="created_at", verbose_name=gettext_lazy("created"))
    assign = tables.Column(accessor="pk", verbose_name="", orderable=False, exclude_from_export=True)

    class Meta:
        model = WorkOrder
        fields = (
            "due",
            "number",
            "job",
            "customer",
            "unit",
            "fault",
            "division",
            "waiting",
            "organization",
            "created",
            "assign",
        )

    def render_fault(self, value: str) -> str:
        return value if len(value) <= MOST_SIGNS else value[: MOST_SIGNS - 1] + "…"

    def render_waiting(self, record: WorkOrder) -> str:
        return record.get_waiting_for_display() if record.waiting_for else "—"

    def render_assign(self, record: WorkOrder) -> Any:
        address = reverse("dispatch:assign", args=[record.number])
        return format_html('<a class="btn btn-sm btn-primary" href="{}">{}</a>', address, _("Assign"))

"""The list of requests."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, StateColumn, render
from jiannuo.operations.desk.models import ServiceRequest

_DUE = '{% include "partials/countdown.html" with due=due state="open" compact=True only %}'


_UNIT = '{{ unit.model.name }}<div class="j-number text-secondary">{{ unit.serial }}</div>'
_NOWRAP = {"td": {"class": "j-nowrap"}}


class ServiceRequestTable(tables.Table):
    """Requests as lists show them."""

    number = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    state = StateColumn()
    due = tables.Column(accessor="next_due", verbose_name=_("due next"), empty_values=())
    request_kind = tables.Column(verbose_name=_("kind"), attrs=_NOWRAP)
    severity = tables.Column(attrs=_NOWRAP)
    channel = tables.Column(attrs=_NOWRAP)
    title = tables.Column(verbose_name=_("what is wrong"), attrs={"td": {"class": "j-wide"}})
    customer = tables.Column(attrs={"td": {"class": "j-wide"}})
    unit = tables.Column(verbose_name=_("unit"), attrs={"td": {"class": "j-wide"}})
    in_warranty = tables.Column(verbose_name=_("warranty"), empty_values=())
    owner = tables.Column(attrs=_NOWRAP)
    organization = tables.Column(attrs=_NOWRAP)
    received = MomentColumn(accessor="received_at", verbose_name=_("received"))

    class Meta:
        model = ServiceRequest
        fields = (
            "number",
            "state",
            "due",
            "request_kind",
            "severity",
            "channel",
            "title",
            "customer",
            "unit",
            "in_warranty",
            "owner",
            "organization",
            "received",
        )

    def render_unit(self, record: Any) -> Any:
        return render(_UNIT, unit=record.unit)

    def value_unit(self, record: Any) -> str:
        return f"{record.unit.model.code} {record.unit.serial}"

    def render_due(self, record: Any) -> Any:
        if not record.is_open or record.next_due is None:
            return "—"
        return render(_DUE, due=record.next_due)

    def value_due(self, record: Any) -> Any:
        return record.next_due if record.is_open else None

    def render_in_warranty(self, record: Any) -> Any:
        return warranty_badge(record.in_warranty)

    def value_in_warranty(self, record: Any) -> str:
        return str(WARRANTY[record.in_warranty])


WARRANTY = {True: _("in warranty"), False: _("out of warranty"), None: _("depends on the part")}


def warranty_badge(in_warranty: bool | None) -> Any:
    """In or out of warranty as a badge."""
    style = {True: "success", False: "warning", None: "secondary"}[in_warranty]
    return render("{% badge label style %}", label=WARRANTY[in_warranty], style=style)

"""The list of requests."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, StateColumn, render
from jiannuo.operations.desk.models import ServiceRequest

_DUE = '{% include "partials/countdown.html" with due=due state="open" compact=True only %}'


class ServiceRequestTable(tables.Table):
    """Requests as lists show them."""

    number = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    state = StateColumn()
    due = tables.Column(accessor="next_due", verbose_name=_("due next"), empty_values=())
    request_kind = tables.Column(verbose_name=_("kind"))
    severity = tables.Column()
    title = tables.Column(verbose_name=_("what is wrong"), attrs={"td": {"class": "j-wide"}})
    customer = tables.Column()
    unit = tables.Column(accessor="unit__model", verbose_name=_("model"))
    serial = tables.Column(accessor="unit__serial", verbose_name=_("serial number"))
    in_warranty = tables.Column(verbose_name=_("warranty"), empty_values=())
    channel = tables.Column()
    owner = tables.Column()
    organization = tables.Column()
    received = MomentColumn(accessor="received_at", verbose_name=_("received"))

    class Meta:
        model = ServiceRequest
        fields = (
            "number",
            "state",
            "due",
            "request_kind",
            "severity",
            "title",
            "customer",
            "unit",
            "serial",
            "in_warranty",
            "channel",
            "owner",
            "organization",
            "received",
        )

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

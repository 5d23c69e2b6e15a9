"""The list of tasks."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, StateColumn, render
from jiannuo.operations.tasks.models import Task

ONE_LINE = {"td": {"class": "text-nowrap"}}
_DUE = '{% include "partials/countdown.html" with due=due state="open" compact=True only %}'
_AMOUNT = "{{ value|money }}"


class TaskTable(tables.Table):
    """Tasks as lists show them."""

    number = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    state = StateColumn()
    due = tables.Column(accessor="due_at", verbose_name=_("due"), empty_values=())
    task_kind = tables.Column(attrs=ONE_LINE)
    customer = tables.Column(attrs=ONE_LINE)
    amount = tables.Column(
        accessor="amount_now",
        verbose_name=_("amount"),
        orderable=False,
        attrs={"td": {"class": "text-end"}, "th": {"class": "text-end"}},
    )
    text = tables.Column(verbose_name=_("because"), attrs={"td": {"class": "j-wide"}})
    role = tables.Column(attrs=ONE_LINE)
    person = tables.Column(attrs=ONE_LINE)
    source = tables.Column(accessor="source__number", verbose_name=_("document"))
    organization = tables.Column()
    created = MomentColumn(accessor="created_at", verbose_name=_("created"))

    class Meta:
        model = Task
        fields = (
            "number",
            "state",
            "due",
            "task_kind",
            "customer",
            "amount",
            "text",
            "role",
            "person",
            "source",
            "organization",
            "created",
        )

    def render_due(self, record: Task) -> Any:
        if not record.is_open or record.due_at is None:
            return "—"
        return render(_DUE, due=record.due_at)

    def value_due(self, record: Task) -> Any:
        return record.due_at

    def render_amount(self, value: Any) -> Any:
        return render("{% load jiannuo %}" + _AMOUNT, value=value)

    def value_amount(self, record: Task) -> Any:
        return record.amount_now

    def render_source(self, value: str) -> Any:
        address = reverse("documents:open", args=[value])
        return render('<a class="j-number" href="{{ url }}">{{ number }}</a>', url=address, number=value)

    def value_source(self, value: str) -> str:
        return value

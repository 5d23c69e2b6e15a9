"""The lists of the complaint desk."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import (
    DayColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    render,
)
from jiannuo.operations.complaints.models import Complaint, Inspection, Payout, PenaltySheet, Suggestion

NUMBER = {"td": {"class": "j-number"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}
WIDE = {"td": {"class": "j-wide"}}
_DUE = '{% include "partials/countdown.html" with due=due state="open" compact=True only %}'
GRADE_STYLES = {"general": "secondary", "repeat": "warning", "malicious": "danger"}
WEIGHT_STYLES = {"minor": "secondary", "important": "warning", "major": "danger"}


def grade_badge(complaint: Complaint) -> Any:
    """The class as a badge."""
    return render(
        "{% badge label style %}",
        label=complaint.get_grade_display(),
        style=GRADE_STYLES.get(complaint.grade, "secondary"),
    )


def weight_badge(complaint: Complaint) -> Any:
    """The weight as a badge."""
    return render(
        "{% badge label style %}",
        label=complaint.get_weight_display(),
        style=WEIGHT_STYLES.get(complaint.weight, "secondary"),
    )


class ComplaintTable(tables.Table):
    """Complaints as lists show them."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    due = tables.Column(accessor="next_due", verbose_name=_("due"), empty_values=(), orderable=False)
    grade = tables.Column(attrs=ONE_LINE)
    weight = tables.Column(attrs=ONE_LINE)
    level = tables.Column(attrs=ONE_LINE)
    who = tables.Column(accessor="who", verbose_name=_("who complains"), orderable=False, attrs=ONE_LINE)
    title = tables.Column(verbose_name=_("complaint"), attrs=WIDE)
    matter = tables.Column(attrs=ONE_LINE)
    organization = tables.Column(verbose_name=_("complained of"))
    officer = tables.Column(attrs=ONE_LINE)
    received = MomentColumn(accessor="received_at", verbose_name=_("received"))

    class Meta:
        model = Complaint
        fields = (
            "number",
            "state",
            "due",
            "grade",
            "weight",
            "level",
            "who",
            "title",
            "matter",
            "organization",
            "officer",
            "received",
        )

    def render_due(self, record: Any) -> Any:
        if not record.is_open or record.next_due is None:
            return "—"
        return render(_DUE, due=record.next_due)

    def value_due(self, record: Any) -> Any:
        return record.next_due

    def render_grade(self, record: Complaint) -> Any:
        return grade_badge(record)

    def value_grade(self, record: Complaint) -> str:
        return str(record.get_grade_display())

    def render_weight(self, record: Complaint) -> Any:
        return weight_badge(record)

    def value_weight(self, record: Complaint) -> str:
        return str(record.get_weight_display())


class InspectionTable(tables.Table):
    """Mystery inspections."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    organization = tables.Column(verbose_name=_("station"))
    total = NumberColumn(verbose_name=_("total (of 100)"))
    visited = MomentColumn(accessor="visited_at", verbose_name=_("visited"))
    inspector = tables.Column(attrs=ONE_LINE)
    form = tables.Column(verbose_name=_("form of inspections"))

    class Meta:
        model = Inspection
        fields = ("number", "state", "organization", "total", "visited", "inspector", "form")


class SheetTable(tables.Table):
    """Penalty tables."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    month = tables.Column(accessor="title", verbose_name=_("month"), orderable=False, attrs=NUMBER)
    state = StateColumn()
    organization = tables.Column()
    count = NumberColumn(verbose_name=_("lines"), orderable=False)
    total = MoneyColumn(verbose_name=_("amount"), orderable=False)
    signed_by = tables.Column(attrs=ONE_LINE)

    class Meta:
        model = PenaltySheet
        fields = ("number", "month", "state", "organization", "count", "total", "signed_by")


class SuggestionTable(tables.Table):
    """Suggestions."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    who = tables.Column(accessor="who", verbose_name=_("who suggests"), orderable=False, attrs=ONE_LINE)
    title = tables.Column(verbose_name=_("suggestion"), attrs=WIDE)
    channel = tables.Column(attrs=ONE_LINE)
    place = tables.Column()
    department = tables.Column()
    reward = MoneyColumn()
    organization = tables.Column()
    received = MomentColumn(accessor="received_at", verbose_name=_("received"))

    class Meta:
        model = Suggestion
        fields = (
            "number",
            "state",
            "who",
            "title",
            "channel",
            "place",
            "department",
            "reward",
            "organization",
            "received",
        )


class PayoutTable(tables.Table):
    """What is paid to customers."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    purpose = tables.Column(attrs=ONE_LINE)
    payee = tables.Column(attrs=ONE_LINE)
    amount = MoneyColumn()
    way = tables.Column(attrs=ONE_LINE)
    paid_on = DayColumn()
    organization = tables.Column()
    created = MomentColumn(accessor="created_at", verbose_name=_("created"))

    class Meta:
        model = Payout
        fields = (
            "number",
            "state",
            "purpose",
            "payee",
            "amount",
            "way",
            "paid_on",
            "organization",
            "created",
        )

"""The lists of maintenance."""

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
from jiannuo.operations.maintenance.models import (
    DutyShift,
    Finding,
    InspectionReport,
    MaintenancePlan,
    PatrolRound,
    PlannedJob,
    Quotation,
)

ONE_LINE = {"td": {"class": "text-nowrap"}}
NUMBER = {"td": {"class": "j-number"}}
WIDE = {"td": {"class": "j-wide"}}
DUE = '{% include "partials/countdown.html" with due=due state="open" compact=True only %}'


class PlanTable(tables.Table):
    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    title = tables.Column(attrs=WIDE)
    customer = tables.Column(attrs=ONE_LINE)
    job = tables.Column(attrs=ONE_LINE)
    rhythm = tables.Column(empty_values=(), attrs=ONE_LINE)
    next_due = DayColumn(verbose_name=_("next due"))
    late_jobs = NumberColumn(verbose_name=_("past due"))
    reference = tables.Column(attrs=WIDE)
    automatic = tables.BooleanColumn(verbose_name=_("by itself"))
    organization = tables.Column()

    class Meta:
        model = MaintenancePlan
        fields = (
            "number",
            "state",
            "title",
            "customer",
            "job",
            "rhythm",
            "next_due",
            "late_jobs",
            "reference",
            "automatic",
            "organization",
        )

    def render_rhythm(self, record: MaintenancePlan) -> str:
        from jiannuo.operations.maintenance.wording import rhythm_words

        return rhythm_words(record)

    def value_rhythm(self, record: MaintenancePlan) -> str:
        return self.render_rhythm(record)


class JobTable(tables.Table):
    due_on = DayColumn(attrs=ONE_LINE)
    state = StateColumn()
    plan = tables.Column(
        accessor="plan__title",
        verbose_name=_("plan"),
        linkify=lambda record: record.plan.get_absolute_url(),
        attrs=WIDE,
    )
    customer = tables.Column(attrs=ONE_LINE)
    model = tables.Column(accessor="unit__model", verbose_name=_("model"))
    unit = tables.Column(
        linkify=lambda record: record.unit.get_absolute_url() if record.unit else None, attrs=NUMBER
    )
    occasion = tables.Column(attrs=ONE_LINE)
    order = tables.Column(
        accessor="order__number",
        verbose_name=_("work order"),
        linkify=lambda record: record.order.get_absolute_url() if record.order else None,
        attrs=NUMBER,
    )
    done = MomentColumn(accessor="done_at", verbose_name=_("done"))
    organization = tables.Column()

    class Meta:
        model = PlannedJob
        fields = (
            "due_on",
            "state",
            "plan",
            "customer",
            "model",
            "unit",
            "occasion",
            "order",
            "done",
            "organization",
        )


class RoundTable(tables.Table):
    number = tables.Column(linkify=True, attrs=NUMBER)
    day = DayColumn(attrs=ONE_LINE)
    state = StateColumn()
    route = tables.Column(attrs=ONE_LINE)
    occasion = tables.Column(attrs=ONE_LINE)
    customer = tables.Column(attrs=ONE_LINE)
    person = tables.Column(attrs=ONE_LINE)
    points_done = NumberColumn(verbose_name=_("points checked"), empty_values=())
    remark = tables.Column(attrs=WIDE)
    finished = MomentColumn(accessor="finished_at", verbose_name=_("finished"))
    organization = tables.Column()

    class Meta:
        model = PatrolRound
        fields = (
            "number",
            "day",
            "state",
            "route",
            "occasion",
            "customer",
            "person",
            "points_done",
            "remark",
            "finished",
            "organization",
        )

    def render_points_done(self, record: Any) -> str:
        return f"{record.points_done or 0} / {record.points_all}" if record.points_all else "—"

    def value_points_done(self, record: Any) -> str:
        return self.render_points_done(record)


class FindingTable(tables.Table):
    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    severity = tables.Column(attrs=ONE_LINE)
    due = tables.Column(accessor="due_at", verbose_name=_("due"), empty_values=())
    text = tables.Column(attrs=WIDE)
    customer = tables.Column(attrs=ONE_LINE)
    unit = tables.Column(attrs=NUMBER)
    owner = tables.Column(attrs=ONE_LINE)
    found_in = tables.Column(accessor="found_in__number", verbose_name=_("found in"), attrs=NUMBER)
    found = MomentColumn(accessor="found_at", verbose_name=_("found"))
    organization = tables.Column()

    class Meta:
        model = Finding
        fields = (
            "number",
            "state",
            "severity",
            "due",
            "text",
            "customer",
            "unit",
            "owner",
            "found_in",
            "found",
            "organization",
        )

    def render_due(self, record: Any) -> Any:
        if not record.is_open or record.due_at is None:
            return "—"
        return render(DUE, due=record.due_at)

    def value_due(self, record: Any) -> Any:
        return record.due_at


class ReportTable(tables.Table):
    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    title = tables.Column(attrs=WIDE)
    customer = tables.Column(attrs=ONE_LINE)
    inspected_on = DayColumn(attrs=ONE_LINE)
    issued = MomentColumn(accessor="issued_at", verbose_name=_("issued"))
    issued_by = tables.Column(verbose_name=_("issued by"), attrs=ONE_LINE)
    organization = tables.Column()

    class Meta:
        model = InspectionReport
        fields = (
            "number",
            "state",
            "title",
            "customer",
            "inspected_on",
            "issued",
            "issued_by",
            "organization",
        )


class QuotationTable(tables.Table):
    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    title = tables.Column(attrs=WIDE)
    customer = tables.Column(attrs=ONE_LINE)
    customer_total = MoneyColumn()
    sent = MomentColumn(accessor="sent_at", verbose_name=_("sent"))
    until = MomentColumn(accessor="valid_until", verbose_name=_("good until"))
    answered_by = tables.Column(attrs=ONE_LINE)
    organization = tables.Column()

    class Meta:
        model = Quotation
        fields = (
            "number",
            "state",
            "title",
            "customer",
            "customer_total",
            "sent",
            "until",
            "answered_by",
            "organization",
        )


class ShiftTable(tables.Table):
    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    book = tables.Column(attrs=ONE_LINE)
    shift_name = tables.Column(attrs=ONE_LINE)
    person = tables.Column(attrs=ONE_LINE)
    began = MomentColumn(accessor="began_at", verbose_name=_("began"))
    accepted_by = tables.Column(attrs=ONE_LINE)
    accepted = MomentColumn(accessor="accepted_at", verbose_name=_("accepted at"))
    organization = tables.Column()

    class Meta:
        model = DutyShift
        fields = (
            "number",
            "state",
            "book",
            "shift_name",
            "person",
            "began",
            "accepted_by",
            "accepted",
            "organization",
        )

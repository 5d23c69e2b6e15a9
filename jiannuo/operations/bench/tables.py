"""The lists of receipts, of the goods book, of loans and of the pool."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import MomentColumn, MoneyColumn, NumberColumn, StateColumn, render
from jiannuo.operations.bench.models import CarryIn, GoodsMove, Loan, LoanEquipment

NUMBER = {"td": {"class": "j-number"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}
COUNTDOWN = "{% include 'partials/countdown.html' with due=value state='open' compact=True only %}"


class ExpectedColumn(tables.Column):
    """When it should be ready: a countdown while it is worked on."""

    def render(self, value: Any, record: Any) -> Any:
        open_still = record.state in ("received", "asked", "away")
        return render(COUNTDOWN if open_still else "{{ value|localtime_full }}", value=value)

    def value(self, value: Any, **_rest: Any) -> Any:
        return value


class DueBackColumn(ExpectedColumn):
    """When a loaner is due back: a countdown while it is out."""

    def render(self, value: Any, record: Any) -> Any:
        return render(COUNTDOWN if record.is_out else "{{ value|localtime_full }}", value=value)


class CarryInTable(tables.Table):
    """Receipts as the bench sees them."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    expected = ExpectedColumn(accessor="expected_at", verbose_name=_("expected ready"))
    what = tables.Column(attrs=ONE_LINE)
    serial = tables.Column(attrs=NUMBER)
    customer = tables.Column(attrs=ONE_LINE)
    technician = tables.Column(
        accessor="order__technician", verbose_name=_("technician"), orderable=False, attrs=ONE_LINE
    )
    waiting = tables.Column(
        accessor="order__waiting_for", verbose_name=_("waiting for"), orderable=False, attrs=ONE_LINE
    )
    taken = MomentColumn(accessor="taken_at", verbose_name=_("taken in at"))
    ready = MomentColumn(accessor="ready_at", verbose_name=_("ready since"))
    collected = MomentColumn(accessor="collected_at", verbose_name=_("collected at"))
    organization = tables.Column(attrs=ONE_LINE)

    class Meta:
        model = CarryIn
        fields = (
            "number",
            "state",
            "expected",
            "what",
            "serial",
            "customer",
            "technician",
            "waiting",
            "taken",
            "ready",
            "collected",
            "organization",
        )

    def render_waiting(self, record: CarryIn) -> str:
        return record.order.get_waiting_for_display() or "—"


class MoveTable(tables.Table):
    """The goods book: every piece in and out."""

    at = MomentColumn(verbose_name=_("when"))
    direction = tables.Column(orderable=False)
    reason = tables.Column(orderable=False, attrs=ONE_LINE)
    what = tables.Column(orderable=False, attrs=ONE_LINE)
    serial = tables.Column(orderable=False, attrs=NUMBER)
    document = tables.Column(
        accessor="document", verbose_name=_("receipt or slip"), orderable=False, linkify=True, attrs=NUMBER
    )
    party = tables.Column(orderable=False, attrs=ONE_LINE)
    by = tables.Column(orderable=False, attrs=ONE_LINE)
    note = tables.Column(orderable=False, attrs={"td": {"class": "j-wide"}})
    organization = tables.Column(orderable=False, attrs=ONE_LINE)

    class Meta:
        model = GoodsMove
        fields = (
            "at",
            "direction",
            "reason",
            "what",
            "serial",
            "document",
            "party",
            "by",
            "note",
            "organization",
        )

    def render_direction(self, record: GoodsMove) -> Any:
        style = "success" if record.direction == GoodsMove.Direction.IN else "secondary"
        return render("{% badge label style %}", label=record.get_direction_display(), style=style)

    def value_direction(self, record: GoodsMove) -> str:
        return str(record.get_direction_display())


class LoanTable(tables.Table):
    """Loans as lists show them."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    due_back = DueBackColumn(accessor="due_back_at", verbose_name=_("due back"))
    model = tables.Column(
        accessor="equipment__model", verbose_name=_("model"), orderable=False, attrs=ONE_LINE
    )
    serial = tables.Column(
        accessor="equipment__serial", verbose_name=_("serial number"), orderable=False, attrs=NUMBER
    )
    customer = tables.Column(attrs=ONE_LINE)
    carry_in = tables.Column(linkify=True, orderable=False, attrs=NUMBER)
    lent = MomentColumn(accessor="lent_at", verbose_name=_("lent at"))
    returned = MomentColumn(accessor="returned_at", verbose_name=_("back at"))
    damage_amount = MoneyColumn()
    organization = tables.Column(attrs=ONE_LINE)

    class Meta:
        model = Loan
        fields = (
            "number",
            "state",
            "due_back",
            "model",
            "serial",
            "customer",
            "carry_in",
            "lent",
            "returned",
            "damage_amount",
            "organization",
        )


class PoolTable(tables.Table):
    """The pool of loaners."""

    serial = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    model = tables.Column(orderable=False, attrs=ONE_LINE)
    grade = NumberColumn()
    accessories = tables.Column(orderable=False)
    condition = tables.Column(orderable=False)
    value = MoneyColumn(verbose_name=_("value"))
    organization = tables.Column(attrs=ONE_LINE)

    class Meta:
        model = LoanEquipment
        fields = ("serial", "state", "model", "grade", "accessories", "condition", "value", "organization")

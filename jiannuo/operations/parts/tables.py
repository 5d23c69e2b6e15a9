"""The lists of stock, of the ledger and of the places."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.tables.columns import MomentColumn, MoneyColumn, NumberColumn, render
from jiannuo.operations.parts.models import StockBalance, StockEntry, StockLocation, plain

CODE = {"td": {"class": "j-number text-nowrap"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}
BADGE = "{% badge label style %}"
QUANTITY = (
    '<span class="{% if red %}text-danger{% endif %}">{{ quantity }}</span> '
    '<span class="text-secondary">{{ unit }}</span>'
)


class KindColumn(tables.Column):
    """The kind of a place as a badge."""

    def __init__(self, accessor: str, **extra: Any) -> None:
        super().__init__(accessor=accessor, verbose_name=_("kind"), orderable=False, **extra)

    def render(self, value: StockLocation) -> Any:
        return render(BADGE, label=value.kind_label, style=value.kind_style)

    def value(self, value: StockLocation, **_rest: Any) -> str:
        return value.kind_label


class ConditionColumn(tables.Column):
    """The condition; good parts without a badge, because most are."""

    def render(self, record: Any) -> Any:
        if record.condition == "good":
            return record.get_condition_display()
        style = "warning" if record.condition == "defective" else "secondary"
        return render(BADGE, label=record.get_condition_display(), style=style)

    def value(self, record: Any, **_rest: Any) -> str:
        return str(record.get_condition_display())


class QuantityColumn(NumberColumn):
    """So many, in the unit of the part; a plus before what came where ``signed``."""

    def __init__(self, *, signed: bool = False, **extra: Any) -> None:
        super().__init__(verbose_name=_("quantity"), **extra)
        self.signed = signed

    def render(self, value: Decimal, record: Any) -> Any:
        plus = "+" if self.signed and value > 0 else ""
        return render(
            QUANTITY, quantity=plus + plain(value), unit=record.part.unit, red=self.signed and value < 0
        )

    def value(self, value: Decimal, **_rest: Any) -> Decimal:
        return value


class DoColumn(tables.Column):
    """A link to what a keeper may do with a row; nothing for others, and nothing in files."""

    def __init__(self) -> None:
        super().__init__(
            accessor="pk", verbose_name="", orderable=False, empty_values=(), exclude_from_export=True
        )

    def offer(self, table: Any, record: Any, url: str, label: Any) -> Any:
        """The link, where the person keeps the place of the row."""
        if table.request is None or not table.request.user.has_perm("stock.keep", record.location):
            return ""
        return render('<a class="btn btn-sm" href="{{ url }}">{{ label }}</a>', url=url, label=label)


class CountColumn(DoColumn):
    def render(self, record: StockBalance, table: Any) -> Any:
        url = f"{reverse('parts:count', args=[record.location_id])}?balance={record.pk}"
        return self.offer(table, record, url, pgettext_lazy("stock", "Count"))


class ReverseColumn(DoColumn):
    def render(self, record: StockEntry, table: Any) -> Any:
        if record.is_red or record.document_id or getattr(record, "taken_back", False):
            return ""
        return self.offer(
            table, record, reverse("parts:reverse", args=[record.pk]), pgettext_lazy("stock", "Take back")
        )


class StockTable(tables.Table):
    """What lies where."""

    part = tables.Column(accessor="part__code", attrs=CODE)
    name = tables.Column(accessor="part__name", verbose_name=_("name"), orderable=False)
    quantity = QuantityColumn()
    condition = ConditionColumn(orderable=False, attrs=ONE_LINE)
    location = tables.Column(linkify=True, orderable=False, attrs=ONE_LINE)
    kind = KindColumn("location", attrs=ONE_LINE)
    organization = tables.Column(
        accessor="location__organization", verbose_name=_("organisation"), orderable=False, attrs=ONE_LINE
    )
    value = MoneyColumn(accessor="value", verbose_name=_("value (CNY)"), orderable=False)
    count = CountColumn()

    class Meta:
        model = StockBalance
        fields = (
            "part",
            "name",
            "quantity",
            "condition",
            "location",
            "kind",
            "organization",
            "value",
            "count",
        )


class PlaceStockTable(StockTable):
    """What lies at one place."""

    class Meta(StockTable.Meta):
        exclude = ("location", "kind", "organization")


class EntryTable(tables.Table):
    """The ledger: what came and went, when, why, by whom."""

    at = MomentColumn(verbose_name=_("when"))
    cause = tables.Column(orderable=False, attrs=ONE_LINE)
    part = tables.Column(accessor="part__code", orderable=False, attrs=CODE)
    name = tables.Column(accessor="part__name", verbose_name=_("name"), orderable=False)
    quantity = QuantityColumn(signed=True, orderable=False)
    condition = ConditionColumn(orderable=False, attrs=ONE_LINE)
    location = tables.Column(linkify=True, orderable=False, attrs=ONE_LINE)
    value = MoneyColumn(accessor="value", verbose_name=_("value (CNY)"), orderable=False)
    document = tables.Column(linkify=True, accessor="document", orderable=False, attrs=CODE)
    note = tables.Column(orderable=False, attrs={"td": {"class": "j-wide"}})
    by = tables.Column(orderable=False, attrs=ONE_LINE)
    reverse = ReverseColumn()

    class Meta:
        model = StockEntry
        fields = (
            "at",
            "cause",
            "part",
            "name",
            "quantity",
            "condition",
            "location",
            "value",
            "document",
            "note",
            "by",
            "reverse",
        )

    def render_cause(self, record: StockEntry) -> Any:
        cause = render(BADGE, label=record.cause_label, style=record.cause_style)
        red = render(BADGE, label=_("red entry"), style="danger") if record.is_red else ""
        return render("{{ cause }} {{ red }}", cause=cause, red=red)

    def value_cause(self, record: StockEntry) -> str:
        return f"{record.cause_label} {_('red entry')}" if record.is_red else record.cause_label

    def render_document(self, record: StockEntry) -> str:
        return record.document.number if record.document is not None else ""

    def value_document(self, record: StockEntry) -> str:
        return self.render_document(record)


class PlaceTable(tables.Table):
    """Stores and vans."""

    name = tables.Column(linkify=True, orderable=False)
    kind = tables.Column(orderable=False, attrs=ONE_LINE)
    organization = tables.Column(orderable=False, attrs=ONE_LINE)
    person = tables.Column(orderable=False, attrs=ONE_LINE)
    parts = NumberColumn(accessor="kinds", verbose_name=_("kinds of parts"), orderable=False)
    active = tables.Column(verbose_name=pgettext_lazy("stock", "record"), orderable=False)

    class Meta:
        model = StockLocation
        fields = ("name", "kind", "organization", "person", "parts", "active")

    def render_kind(self, record: StockLocation) -> Any:
        return render(BADGE, label=record.kind_label, style=record.kind_style)

    def value_kind(self, record: StockLocation) -> str:
        return record.kind_label

    def render_active(self, value: bool) -> Any:
        label, style = (_("in use"), "success") if value else (pgettext_lazy("stock", "closed"), "secondary")
        return render(BADGE, label=label, style=style)

    def value_active(self, value: bool) -> str:
        return str(_("in use") if value else pgettext_lazy("stock", "closed"))

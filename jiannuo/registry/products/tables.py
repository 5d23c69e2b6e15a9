"""Lists of models, parts and labour items."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import DayColumn, MoneyColumn, NumberColumn, render
from jiannuo.registry.products.models import LabourItem, ProductModel, SparePart

CODE = {"td": {"class": "j-number"}}


class ActiveColumn(tables.Column):
    """Whether a thing is still in use, in words."""

    def __init__(self) -> None:
        super().__init__(accessor="active", verbose_name=_("record"))

    def render(self, value: bool) -> Any:
        label, style = (_("in use"), "success") if value else (_("no longer"), "secondary")
        return render("{% badge label style %}", label=label, style=style)

    def value(self, value: bool, **_rest: Any) -> str:
        return str(_("in use") if value else _("no longer"))


class DialogColumn(tables.Column):
    """A code that opens the dialog ``url_name`` of its record."""

    def __init__(self, url_name: str) -> None:
        super().__init__(attrs=CODE)
        self.url_name = url_name

    def render(self, value: str, record: Any) -> Any:
        return format_html(
            '<button type="button" class="btn btn-link p-0" hx-get="{}" hx-target="#modal-content">{}</button>',
            reverse(self.url_name, args=[record.pk]),
            value,
        )

    def value(self, value: str, **_rest: Any) -> str:
        return value


class ModelTable(tables.Table):
    code = tables.Column(linkify=True, attrs=CODE)
    name = tables.Column(linkify=True)
    category = tables.Column()
    maker = tables.Column()
    meter_unit = tables.Column()
    active = ActiveColumn()

    class Meta:
        model = ProductModel
        fields = ("code", "name", "category", "maker", "meter_unit", "active")


class PartTable(tables.Table):
    code = DialogColumn("products:part_edit")
    name = tables.Column()
    kind = tables.Column()
    unit = tables.Column()
    list_price = MoneyColumn()
    cost = MoneyColumn()
    active = ActiveColumn()

    class Meta:
        model = SparePart
        fields = ("code", "name", "kind", "unit", "list_price", "cost", "active")


class LabourTable(tables.Table):
    code = DialogColumn("products:labour_edit")
    name = tables.Column()
    category = tables.Column(default=_("all"))
    minutes = NumberColumn()
    price = MoneyColumn()
    valid_from = DayColumn()
    valid_to = DayColumn()
    active = ActiveColumn()

    class Meta:
        model = LabourItem
        fields = ("code", "name", "category", "minutes", "price", "valid_from", "valid_to", "active")

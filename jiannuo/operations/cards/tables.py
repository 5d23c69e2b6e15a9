"""The lists of cards and of quarters."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import (
    DayColumn,
    MomentColumn,
    MoneyColumn,
    NumberColumn,
    StateColumn,
    render,
)
from jiannuo.operations.cards.models import CardQuarter, RegistrationCard

NUMBER = {"td": {"class": "j-number"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}


class CardTable(tables.Table):
    """Cards as lists show them."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    organization = tables.Column(verbose_name=_("dealer"), attrs=ONE_LINE)
    model = tables.Column(accessor="model__code", verbose_name=_("model"), attrs=ONE_LINE)
    serial = tables.Column(attrs=NUMBER)
    sold_on = DayColumn(attrs=ONE_LINE)
    customer_name = tables.Column(attrs=ONE_LINE)
    received = MomentColumn(accessor="received_at", verbose_name=_("received on"))
    in_time = tables.Column(attrs=ONE_LINE)
    way = tables.Column(attrs=ONE_LINE)
    card_number = tables.Column(attrs=NUMBER)
    invoice_number = tables.Column(attrs=NUMBER)
    price = MoneyColumn()
    refusal_reason = tables.Column(verbose_name=_("reason"), attrs={"td": {"class": "j-wide"}})

    class Meta:
        model = RegistrationCard
        fields = (
            "number",
            "state",
            "organization",
            "model",
            "serial",
            "sold_on",
            "customer_name",
            "received",
            "in_time",
            "way",
            "card_number",
            "invoice_number",
            "price",
            "refusal_reason",
        )

    def render_in_time(self, value: bool) -> Any:
        if value:
            return render("{% badge label 'success' %}", label=_("in time"))
        return render("{% badge label 'danger' %}", label=_("too late"))

    def value_in_time(self, value: bool) -> str:
        return str(_("in time") if value else _("too late"))


class QuarterTable(tables.Table):
    """Cards of dealers by quarter and product."""

    label = tables.Column(accessor="label", verbose_name=_("quarter"), orderable=False, attrs=NUMBER)
    organization = tables.Column(attrs=ONE_LINE)
    category = tables.Column()
    cards = NumberColumn()
    in_time = NumberColumn()
    falsified = NumberColumn()

    class Meta:
        model = CardQuarter
        fields = ("label", "organization", "category", "cards", "in_time", "falsified")

    def render_label(self, record: CardQuarter, value: str) -> Any:
        address = reverse("cards:quarter", args=[record.pk])
        return render('<a href="{{ url }}">{{ text }}</a>', url=address, text=value)

    def value_label(self, value: str) -> str:
        return value

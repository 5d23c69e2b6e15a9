"""The lists of projects and goods notices."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import DayColumn, MomentColumn, NumberColumn, StateColumn
from jiannuo.operations.installations.models import GoodsNotice, Installation

NUMBER = {"td": {"class": "j-number"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}
WIDE = {"td": {"class": "j-wide"}}


class InstallationTable(tables.Table):
    """Projects as lists show them."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    title = tables.Column(verbose_name=_("customer and product"), attrs=WIDE)
    units = NumberColumn(verbose_name=_("units"), orderable=False)
    expected = MomentColumn(accessor="expected_at", verbose_name=_("arrival agreed for"))
    arrived = MomentColumn(accessor="arrived_at", verbose_name=_("arrived"), orderable=False)
    open_items = NumberColumn(verbose_name=_("remaining"), orderable=False)
    accepted = MomentColumn(accessor="accepted_at", verbose_name=_("accepted"), orderable=False)
    organization = tables.Column()

    class Meta:
        model = Installation
        fields = (
            "number",
            "state",
            "title",
            "units",
            "expected",
            "arrived",
            "open_items",
            "accepted",
            "organization",
        )


class NoticeTable(tables.Table):
    """Goods notices."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    to = tables.Column(accessor="to", verbose_name=_("supplier or branch"), orderable=False)
    title = tables.Column(verbose_name=_("what is wrong"), attrs=WIDE)
    project = tables.Column(linkify=True, verbose_name=_("installation"), attrs=NUMBER)
    promised_on = DayColumn(orderable=False)
    created = MomentColumn(accessor="created_at", verbose_name=_("written"), orderable=False)
    told = MomentColumn(accessor="told_at", verbose_name=_("told"), orderable=False)
    organization = tables.Column()

    class Meta:
        model = GoodsNotice
        fields = (
            "number",
            "state",
            "to",
            "title",
            "project",
            "promised_on",
            "created",
            "told",
            "organization",
        )

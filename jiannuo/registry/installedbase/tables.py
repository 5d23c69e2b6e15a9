"""The list of installed units."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.columns import DayColumn, render
from jiannuo.registry.installedbase.models import InstalledUnit


class UnitTable(tables.Table):
    """Units with model, customer, status and dates."""

    serial = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    model = tables.Column()
    status = tables.Column()
    customer = tables.Column(linkify=True)
    site = tables.Column(accessor="address__label", verbose_name=_("site"))
    installed_on = DayColumn()
    dealer = tables.Column()
    organization = tables.Column()
    label_code = tables.Column(attrs={"td": {"class": "j-number"}})

    class Meta:
        model = InstalledUnit
        fields = (
            "serial",
            "model",
            "status",
            "customer",
            "installed_on",
            "accepted_on",
            "dealer",
            "organization",
        )

    def render_status(self, value: str, record: InstalledUnit) -> Any:
        return render("{% badge label style %}", label=value, style=record.status_style)

    def value_status(self, value: str) -> str:
        return value

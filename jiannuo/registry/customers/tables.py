"""The list of customers."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.regions.services import full_names
from jiannuo.kernel.tables.columns import MomentColumn, NumberColumn, render
from jiannuo.office.accounts.privacy import mask_phone
from jiannuo.registry.customers.models import Customer


class CustomerTable(tables.Table):
    """Customers with main phone and place; phones are masked for who need not see them (``in_full`` of the row)."""

    code = tables.Column(linkify=True, attrs={"td": {"class": "j-number"}})
    name = tables.Column(linkify=True)
    kind = tables.Column()
    grade = tables.Column()
    main_phone = tables.Column(verbose_name=_("phone"), attrs={"td": {"class": "j-number"}})
    main_division = tables.Column(verbose_name=_("place"), attrs={"td": {"class": "j-wide"}})
    tags = tables.ManyToManyColumn(verbose_name=_("tags"), default="")
    unit_count = NumberColumn(verbose_name=_("units"))
    organization = tables.Column()
    created = MomentColumn(accessor="created_at", verbose_name=_("created"))

    class Meta:
        model = Customer
        fields = (
            "code",
            "name",
            "kind",
            "grade",
            "main_phone",
            "main_division",
            "tags",
            "unit_count",
            "organization",
        )

    def render_grade(self, value: str, record: Customer) -> Any:
        if record.grade == Customer.Grade.ORDINARY:
            return value
        style = "primary" if record.grade == Customer.Grade.KEY else "info"
        return render("{% badge label style 'star' %}", label=value, style=style)

    def value_grade(self, value: str) -> str:
        return value

    def render_main_phone(self, value: str, record: Any) -> Any:
        shown = value if record.in_full else mask_phone(value)
        return render("{{ value|phone }}", value=shown)

    def value_main_phone(self, value: str, record: Any) -> str:
        return str(self.render_main_phone(value, record))

    def render_main_division(self, value: str) -> str:
        return self._places.get(value, "")

    @property
    def _places(self) -> dict[str, str]:
        """Full names of all divisions on the page, read at once."""
        if not hasattr(self, "_known_places"):
            self._known_places = full_names(row.record.main_division for row in self.rows)
        return self._known_places

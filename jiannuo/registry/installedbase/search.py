"""How installed units are found: by serial, label code, invoice number, batch, model and component serials."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.search import Entry, SearchSource, register
from jiannuo.registry.installedbase.models import InstalledComponent, InstalledUnit


def _select(rows: QuerySet[InstalledUnit]) -> QuerySet[InstalledUnit]:
    return rows.select_related("model", "customer").prefetch_related("components")


def _entry(unit: InstalledUnit) -> Entry:
    return Entry(
        title=f"{unit.model.code} {unit.serial}",
        subtitle=f"{unit.model.name} · {unit.customer or _('no customer')}",
        url=unit.get_absolute_url(),
        texts=[unit.model.name],
        keys=[
            unit.serial,
            unit.label_code,
            unit.invoice_number,
            unit.batch,
            unit.model.code,
            *(component.serial for component in unit.components.all() if component.serial),
        ],
        organization_id=unit.organization_id,
    )


def _unit_of(row: Any) -> int | None:
    return int(row.unit_id)


register(
    SearchSource(
        kind="unit",
        label=_("installed units"),
        model=InstalledUnit,
        entry=_entry,
        permission="units.view",
        select=_select,
        watch=[(InstalledComponent, _unit_of)],
        order=30,
    )
)

"""Reading installed units: lists, the history of one, what happened to it in order of time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from auditlog.models import LogEntry
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.registry.installedbase.models import InstalledUnit

HISTORY_LIMIT = 200
CHANGES_LIMIT = 40
ICONS = {
    "date": "calendar",
    "document": "file-text",
    "component": "replace",
    "reading": "gauge",
    "owner": "user-share",
    "change": "pencil",
}


def listed(user: Any) -> QuerySet[InstalledUnit]:
    """Rows of the list of units."""
    return InstalledUnit.objects.visible_to(user).select_related(
        "model", "customer", "organization", "dealer", "address"
    )


@dataclass(slots=True)
class Happening:
    """One line of a unit's history, in the form of a timeline entry."""

    at: datetime
    kind: str
    label: str
    text: str = ""
    author: Any = None
    url: str = ""
    document: Any = None
    has_time: bool = True

    @property
    def icon(self) -> str:
        """The icon of this sort of happening."""
        return ICONS.get(self.kind, "circle-dot")

    @property
    def day(self) -> date:
        """The civil date."""
        return timezone.localtime(self.at).date()


def history(unit: InstalledUnit, documents: Iterable[Any]) -> list[Happening]:
    """All that happened to ``unit``, the newest first: dates, documents, components, meter, owners, changes.

    ``documents`` are those that the reader may see. Four queries.
    """
    found = [
        *_dates(unit),
        *_documents(documents),
        *_components(unit),
        *_readings(unit),
        *_owners(unit),
        *_changes(unit),
    ]
    return sorted(found, key=lambda happening: happening.at, reverse=True)[:HISTORY_LIMIT]


def _day(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _dates(unit: InstalledUnit) -> Iterator[Happening]:
    for name in unit.DATE_FIELDS.values():
        day = getattr(unit, name)
        if day is not None:
            label = str(unit._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            yield Happening(_day(day), "date", label, has_time=False)


def _documents(documents: Iterable[Any]) -> Iterator[Happening]:
    for document in documents:
        yield Happening(
            document.created_at,
            "document",
            str(document.kind_name),
            document.title,
            url=document.get_absolute_url(),
            document=document,
        )


def _components(unit: InstalledUnit) -> Iterator[Happening]:
    rows = unit.component_changes.select_related("component", "document", "by")
    for change in rows[:HISTORY_LIMIT]:
        serials = " → ".join(filter(None, (change.old_serial, change.new_serial)))
        yield Happening(
            _day(change.changed_on),
            "component",
            _("component replaced"),
            f"{change.component} {serials}".strip(),
            author=change.by,
            url=change.document.get_absolute_url() if change.document else "",
            has_time=False,
        )


def _readings(unit: InstalledUnit) -> Iterator[Happening]:
    for reading in unit.readings.select_related("by")[:HISTORY_LIMIT]:
        text = f"{reading.value.normalize():f} {unit.model.meter_unit}".strip()
        if reading.meter_replaced:
            text = _("%(reading)s (the meter was replaced)") % {"reading": text}
        yield Happening(reading.read_at, "reading", _("meter reading"), text, author=reading.by)


def _owners(unit: InstalledUnit) -> Iterator[Happening]:
    rows = unit.ownership_changes.select_related("from_customer", "to_customer", "by")
    for change in rows:
        names = [str(customer) for customer in (change.from_customer, change.to_customer) if customer]
        yield Happening(
            _day(change.changed_on),
            "owner",
            _("change of owner"),
            " → ".join(names),
            author=change.by,
            has_time=False,
        )


def _changes(unit: InstalledUnit) -> Iterator[Happening]:
    """Changes of the record itself, from the audit trail; the dates and owners have lines of their own."""
    entries = (
        LogEntry.objects.get_for_object(unit).select_related("actor").exclude(action=LogEntry.Action.CREATE)
    )
    for entry in entries[:CHANGES_LIMIT]:
        texts = list(_changed_fields(unit, entry.changes or {}))
        if texts:
            yield Happening(
                entry.timestamp, "change", _("record changed"), "；".join(texts), author=entry.actor
            )


def _changed_fields(unit: InstalledUnit, changes: dict[str, Any]) -> Iterator[str]:
    hidden = {"version", "updated_at", "customer", "configuration"}
    for name, values in changes.items():
        if name in hidden or not isinstance(values, list) or len(values) != 2:
            continue
        model_field = unit._meta.get_field(name)
        words = [_shown(model_field, value) for value in values]
        yield f"{model_field.verbose_name}: {words[0]} → {words[1]}"  # type: ignore[union-attr]


def _shown(model_field: Any, value: Any) -> str:
    if value in (None, "None", ""):
        return "—"
    return str(dict(model_field.flatchoices).get(value, value))

"""The changes of a log entry in words."""

from __future__ import annotations

from dataclasses import dataclass

from auditlog.models import LogEntry
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

#: Fields that tell who a natural person is or where they live.
PERSONAL = frozenset(
    {
        "name",
        "number",
        "phone",
        "email",
        "address",
        "detail",
        "contact_name",
        "contact_phone",
        "reporter_name",
        "reporter_phone",
        "latitude",
        "longitude",
        "credit_code",
        "remark",
    }
)
#: Apps whose records are about customers; those of others (organisations, staff, products) are not masked.
PERSONAL_APPS = frozenset({"customers", "desk", "workorders", "installedbase"})
MOST = 12
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it is."""

    field: str
    old: str
    new: str


def changes_of(entry: LogEntry, *, in_full: bool) -> list[Change]:
    """The changed fields by their names for people, at most a dozen; personal data masked unless ``in_full``."""
    model = entry.content_type.model_class()
    hidden = PERSONAL if not in_full and entry.content_type.app_label in PERSONAL_APPS else frozenset()
    changes = entry.changes_dict or {}
    lines = []
    for name, values in list(changes.items())[:MOST]:
        if not isinstance(values, (list, tuple)) or len(values) != 2:
            lines.append(Change(_field_name(model, name), "", _short(values)))
            continue
        old, new = (
            ("***" if value not in (None, "None", "") else "") if name in hidden else _short(value)
            for value in values
        )
        lines.append(Change(_field_name(model, name), old, new))
    return lines


def shown_name(entry: LogEntry, *, in_full: bool) -> str:
    """The name of the record, cut to its first sign where it names a person."""
    name = entry.object_repr
    if in_full or entry.content_type.app_label != "customers":
        return name
    return f"{name[:1]}** #{entry.object_pk}"


def _field_name(model: type[Model] | None, name: str) -> str:
    if model is None:
        return name
    try:
        return str(getattr(model._meta.get_field(name), "verbose_name", name))
    except FieldDoesNotExist:
        return name


def _short(value: object) -> str:
    text = "" if value in (None, "None") else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"

"""The changes of a log entry in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from auditlog.models import LogEntry
from auditlog.registry import auditlog
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, Field, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

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
#: Housekeeping that nobody looks for.
UNTOLD = frozenset({"created_at", "updated_at", "version", "is_demo"})
#: Apps whose records are about customers; those of others (organisations, staff, products) are not masked.
PERSONAL_APPS = frozenset({"customers", "desk", "workorders", "installedbase"})
ACTIONS = {
    LogEntry.Action.CREATE: gettext_lazy("added"),
    LogEntry.Action.UPDATE: gettext_lazy("changed"),
    LogEntry.Action.DELETE: gettext_lazy("removed"),
    LogEntry.Action.ACCESS: gettext_lazy("read"),
}
MOST = 12
LONGEST = 80


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what it was and what it is."""

    field: str
    old: str
    new: str


def leave_out_what_points_here() -> None:
    """Audit a record's own fields only.

    django-auditlog also asks each new record for what points to it one to one, a query for each such relation, and
    there is nothing yet that could point to it.
    """
    for model in auditlog.get_models():
        pointing = {
            field.name for field in model._meta.get_fields() if field.auto_created and not field.concrete
        }
        kept = auditlog._registry[model]["exclude_fields"]
        auditlog._registry[model]["exclude_fields"] = sorted({*kept, *pointing})


def changes_of(entry: LogEntry, *, in_full: bool) -> list[Change]:
    """The changed fields by their names for people, at most a dozen; personal data masked unless ``in_full``."""
    model = entry.content_type.model_class()
    hidden = PERSONAL if not in_full and entry.content_type.app_label in PERSONAL_APPS else frozenset()
    lines = []
    for name, values in (entry.changes_dict or {}).items():
        field = _field(model, name)
        if not isinstance(values, (list, tuple)) or len(values) != 2 or (model is not None and field is None):
            continue
        old, new = (_shown(field, value, masked=name in hidden) for value in values)
        if old or new:
            lines.append(Change(_label(field) if field else name, old, new))
    return lines[:MOST]


def _field(model: type[Model] | None, name: str) -> Field[Any, Any] | None:
    """The field of the record itself; what others say about it, and its key, is no news."""
    try:
        field = model._meta.get_field(name) if model else None
    except FieldDoesNotExist:
        return None
    if not isinstance(field, Field) or field.primary_key or name in UNTOLD:
        return None
    return field


def _label(field: Field[Any, Any]) -> str:
    """The name of the field; a tie that was given none is called like the record that it leads to."""
    unnamed = field.verbose_name == field.name.replace("_", " ")
    if field.related_model is not None and unnamed:
        return str(field.related_model._meta.verbose_name)
    return str(field.verbose_name)


def _shown(field: Field[Any, Any] | None, value: object, *, masked: bool) -> str:
    if value in (None, "None", ""):
        return ""
    if masked:
        return "***"
    labels: dict[str, str] = {str(k): str(v) for k, v in field.flatchoices} if field and field.choices else {}
    if isinstance(field, BooleanField):
        labels = {"True": str(_("yes")), "False": str(_("no"))}
    text: str = labels.get(str(value), str(value))
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def shown_name(entry: LogEntry, *, in_full: bool) -> str:
    """The name of the record, cut to its first sign where it names a person."""
    name: str = entry.object_repr
    if in_full or entry.content_type.app_label != "customers":
        return name
    return f"{name[:1]}** #{entry.object_pk}"

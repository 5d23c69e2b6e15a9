"""The filters in force, in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Chip:
    label: str
    value: str
    url: str


def chips_of(filterset: Any, address_without: Callable[..., str]) -> list[Chip]:
    """One chip for each field of the filter that has a value; its address is the list without that field."""
    if filterset is None or not filterset.is_bound:
        return []
    form = filterset.form
    data = form.cleaned_data if form.is_valid() else {}
    chips = []
    for name, field in form.fields.items():
        value = data.get(name)
        if value in (None, "", [], ()) or (isinstance(value, (QuerySet, list)) and not value):
            continue
        names = [key for key in filterset.data if key == name or key.startswith(f"{name}_")]
        chips.append(Chip(str(field.label or name), _words(field, value), address_without(*names)))
    return chips


def _words(field: Any, value: Any) -> str:
    """A value of the filter as people read it."""
    if isinstance(value, slice):
        ends = [_words(field, end) if end is not None else "…" for end in (value.start, value.stop)]
        return " – ".join(ends)
    if isinstance(value, (list, tuple, set, QuerySet)):
        return "、".join(_words(field, item) for item in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, Model):
        return str(value)
    if isinstance(value, date):
        return date_format(value, "Y-m-d")
    return str(_choice_labels(field).get(str(value), value))


def _choice_labels(field: Any) -> dict[str, Any]:
    choices = getattr(field, "choices", ())
    if hasattr(choices, "queryset") or hasattr(field, "queryset"):
        return {}
    labels: dict[str, Any] = {}
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            labels.update({str(inner): text for inner, text in label})
        else:
            labels[str(key)] = label
    return labels

"""What a page shows when somebody else was faster: the person's values beside those saved meanwhile."""

from __future__ import annotations

from typing import Any, NamedTuple

from django.forms import BaseForm
from django.utils.translation import gettext as _


class Difference(NamedTuple):
    """One field that both changed."""

    label: str
    mine: str
    theirs: str


def differences(
    form: BaseForm, record: Any, *, skip: tuple[str, ...] = ("version", "tags")
) -> list[Difference]:
    """The fields in which what was typed differs from what is saved now."""
    found = []
    for name, field in form.fields.items():
        if name in skip or not hasattr(record, name):
            continue
        stored = getattr(record, name)
        mine, theirs = _words(field, form[name].value()), _words(field, field.prepare_value(stored))
        if mine != theirs:
            found.append(Difference(str(field.label or name), mine, theirs))
    return found


def renewed(form: BaseForm, version: int) -> None:
    """Let the next save of the same form overwrite what was shown: it now knows the present version."""
    posted: Any = form.data
    data = posted.copy()
    data["version"] = str(version)
    form.data = data


def _words(field: Any, value: Any) -> str:
    if value in (None, ""):
        return ""
    if isinstance(value, bool) or value in ("on", "True", "False"):
        return str(_("yes") if value in (True, "on", "True") else _("no"))
    for key, label in getattr(field, "choices", ()):
        if str(getattr(key, "value", key)) == str(getattr(value, "pk", value)):
            return str(label)
    return str(value)

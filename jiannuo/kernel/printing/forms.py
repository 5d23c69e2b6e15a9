"""Declarations of printed forms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_forms: dict[str, PrintForm] = {}


@dataclass(frozen=True, slots=True)
class PrintForm:
    """A form that can be printed from a record.

    ``id`` is the number of the form (F09…); ``rows`` gives the records that a person may print (scoped);
    ``context`` what the template shows; ``permission`` a name of the role matrix; ``applies`` says of which of these
    records there is such a form at all, where not of every one.
    """

    id: str
    title: Any
    template: str
    model: type[Any]
    rows: Callable[[Any], Any]
    context: Callable[[Any], dict[str, Any]]
    permission: str
    landscape: bool = False
    applies: Callable[[Any], bool] | None = None


def register(form: PrintForm) -> PrintForm:
    """Make a form printable."""
    _forms[form.id.lower()] = form
    return form


def form_by_id(form_id: str) -> PrintForm | None:
    return _forms.get(form_id.lower())


def forms_for(model: type[Any], user: Any, record: Any = None) -> list[PrintForm]:
    """The forms that ``user`` may print from a record of ``model``, for buttons; with ``record`` those it has."""
    found = [form for form in _forms.values() if form.model is model and user.has_perm(form.permission)]
    if record is not None:
        found = [form for form in found if form.applies is None or form.applies(record)]
    return sorted(found, key=lambda form: form.id)

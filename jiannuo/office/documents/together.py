"""The actions of documents for many of a list at once: the same declaration, one more face."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.tables.bulk import BulkAction, BulkResult, each_row
from jiannuo.office.documents.flow import all_actions
from jiannuo.office.documents.models import Document
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument, act

REFUSALS = (ValidationError, PermissionDenied, ActionNotAllowed, StaleDocument)


def together(model: type[Document], *names: str) -> tuple[BulkAction, ...]:
    """The declared actions ``names`` of ``model`` for the chosen rows of a list.

    Each document is moved by itself: one that its state, its guard or the person's role refuses is named with the
    reason, the others go on. The form of such an action must do without the document.
    """
    declared = all_actions(model)
    return tuple(
        BulkAction(
            name,
            declared[name].label,
            declared[name].permission,
            partial(_act_on_each, name),
            confirm=format_lazy(_("{action}: with every chosen document?"), action=declared[name].label),
            form=declared[name].form_class(),
            style=declared[name].style,
        )
        for name in names
    )


def _act_on_each(name: str, user: Any, rows: QuerySet[Any], data: dict[str, Any] | None = None) -> BulkResult:
    return each_row(rows, lambda row: act(row, name, by=user, data=data or {}), refusals=REFUSALS)

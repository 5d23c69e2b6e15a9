"""Writes about lists: views, columns, exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from jiannuo.kernel.tables.models import SavedView

LONGEST_QUERY = 2000
MOST_VIEWS = 40


@transaction.atomic
def choose_columns(*, user: Any, page: str, columns: Sequence[str]) -> None:
    """Remember the columns of this list for ``user``; none at all goes back to those that the list declares."""
    if columns:
        SavedView.objects.update_or_create(
            owner=user, page=page, title="", defaults={"columns": list(columns)}
        )
    else:
        SavedView.objects.filter(owner=user, page=page, title="").delete()


@transaction.atomic
def save_view(
    *,
    by: Any,
    page: str,
    title: str,
    query: str,
    columns: Sequence[str],
    shared: bool = False,
    default: bool = False,
) -> SavedView:
    """Keep a view; one of the same title by the same person is replaced. Raises ValidationError."""
    title = title.strip()
    if not title:
        raise ValidationError(_("Give the view a name."))
    if len(query) > LONGEST_QUERY:
        raise ValidationError(_("This filter is too long to be kept. Choose fewer values."))
    if shared and by.organization is None:
        raise ValidationError(_("You belong to no organisation, so there is nobody to share the view with."))
    if SavedView.objects.filter(owner=by, page=page).exclude(title__in=["", title]).count() >= MOST_VIEWS:
        raise ValidationError(
            _("You have %(count)s views of this list. Remove one first.") % {"count": MOST_VIEWS}
        )
    if default:
        SavedView.objects.filter(owner=by, page=page, is_default=True).update(is_default=False)
    view, _created = SavedView.objects.update_or_create(
        owner=by,
        page=page,
        title=title,
        defaults={
            "query": QueryDict(query).urlencode(),
            "columns": list(columns),
            "organization": by.organization if shared else None,
            "is_default": default,
        },
    )
    return view


@transaction.atomic
def delete_view(view: SavedView, *, by: Any) -> None:
    """Remove a view. Only its owner may; raises PermissionDenied."""
    if view.owner_id != by.pk:
        raise PermissionDenied(_("Only %(owner)s can remove this view.") % {"owner": view.owner})
    view.delete()

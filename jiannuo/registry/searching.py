"""The search index as a filter of a list."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from jiannuo.kernel.search.services import find
from jiannuo.office.organizations.scope import organization_ids

MOST = 500


def narrowed(rows: QuerySet[Any], kind: str, text: str, user: Any) -> QuerySet[Any]:
    """The rows that search finds under ``text``: phone, number, name, Chinese substring, pinyin initials.

    At most the newest 500, so that a short word costs no more than a long one.
    """
    if not text.strip():
        return rows
    found = find(text, kinds=[kind], organizations=organization_ids(user), limit=MOST)
    return rows.filter(pk__in=[entry.object_id for entry in found])

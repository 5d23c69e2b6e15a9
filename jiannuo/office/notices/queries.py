"""Reading the inbox."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from jiannuo.office.notices.models import Notice


def inbox_of(person: Any) -> QuerySet[Notice]:
    """The notices of ``person``, newest first."""
    return Notice.objects.filter(person=person).select_related("document").order_by("-id")


def unread_count(person: Any) -> int:
    """How many notices ``person`` has not read: one query over an index of the unread ones."""
    return Notice.objects.filter(person=person, read_at=None).count()

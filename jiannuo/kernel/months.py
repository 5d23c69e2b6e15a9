"""Calendar months, each named by its first day."""

from __future__ import annotations

import re
from datetime import date, datetime, tzinfo

from django.utils import timezone


def month_named(text: str) -> date | None:
    """The first day of the month that ``2026-11`` names; nothing for any other text."""
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2])", text) or text < "1900":
        return None
    return date.fromisoformat(f"{text}-01")


def month_of(text: str, today: date | None = None) -> date:
    """The first day of the month that ``2026-11`` names; of the present one for any other text."""
    return month_named(text) or (today or timezone.localdate()).replace(day=1)


def months_before(month: date, count: int) -> date:
    """The first day of the month ``count`` months earlier; later where ``count`` is negative."""
    place = month.year * 12 + month.month - 1 - count
    return date(place // 12, place % 12 + 1, 1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return months_before(month, -1)


def instants_of(month: date, zone: tzinfo | None = None) -> tuple[datetime, datetime]:
    """When the month begins and when the next one does; in the present zone unless ``zone`` is given."""
    zone = zone or timezone.get_current_timezone()
    first, following = months_before(month, 0), next_month(month)
    return datetime(first.year, first.month, 1, tzinfo=zone), datetime(
        following.year, following.month, 1, tzinfo=zone
    )

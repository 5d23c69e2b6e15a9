"""Instants as the phone writes them."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.dateparse import parse_datetime


def instant_of(text: str) -> datetime | None:
    """An instant in the words of the phone; nothing for what is none."""
    try:
        moment = parse_datetime(text.strip())
    except ValueError:
        return None
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment

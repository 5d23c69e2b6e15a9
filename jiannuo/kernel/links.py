"""Addresses of records, asked for by the thousand in lists, exports and the search index."""

from __future__ import annotations

from functools import cache

from django.urls import get_script_prefix, reverse

_KEY = 9_073_215_046


def path_of(view: str, key: int) -> str:
    """The address of a view that takes a key and nothing else; ``reverse`` at a twentieth of its cost."""
    return _pattern(view, get_script_prefix()).replace(str(_KEY), str(key))


@cache
def _pattern(view: str, _prefix: str) -> str:
    return reverse(view, args=[_KEY])

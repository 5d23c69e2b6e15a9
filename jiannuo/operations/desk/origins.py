"""What a request may be made from: rooms above the desk say how the intake screen begins, and hear of it when saved.

A room registers a function for its kind of origin; the screen is opened with ``?origin=<kind>-<key>``, and
``RequestRegistered`` carries the same words on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Begun:
    """How the screen begins: the customer, what is looked up, and values of the fields."""

    customer_id: int | None = None
    lookup: str = ""
    initial: dict[str, Any] = field(default_factory=dict)


#: given the key and the person: how the screen begins, None for what they may not see
Origin = Callable[[int, Any], Begun | None]
_origins: dict[str, Origin] = {}


def origin(kind: str) -> Callable[[Origin], Origin]:
    """Register the function that begins the screen for origins of ``kind``."""

    def register(function: Origin) -> Origin:
        _origins[kind] = function
        return function

    return register


def split(words: str) -> tuple[str, int] | None:
    """Kind and key of an origin; None for anything else."""
    kind, _dash, key = words.partition("-")
    return (kind, int(key)) if kind in _origins and key.isdecimal() and len(key) < 18 else None


def begun(words: str, user: Any) -> Begun:
    """How the screen begins for an origin that ``user`` may see; empty for anything else."""
    found = split(words)
    return (_origins[found[0]](found[1], user) if found else None) or Begun()

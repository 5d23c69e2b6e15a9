"""What can be told: titles and bodies by kind. No tables here: safe to import at any time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import translation


@dataclass(frozen=True, slots=True)
class NoticeKind:
    """One kind of notice. ``title`` and ``body`` are lazy messages with ``%(name)s`` places for the context.

    ``number`` (of the document) is always in the context. ``email`` also sends it by e-mail to those who want that;
    ``broadcast`` sends a copy to the group channels of the installation (WeCom, DingTalk, Feishu …). ``answer`` labels
    a button of the inbox that posts to ``answer_path`` below the address of the notice.
    """

    id: str
    title: Any
    body: Any = ""
    email: bool = True
    broadcast: bool = False
    answer: Any = ""
    answer_path: str = ""

    def texts(self, context: Mapping[str, Any], language: str) -> tuple[str, str]:
        """Title and body for a reader of ``language``; raises KeyError when the context lacks a place."""
        with translation.override(language or settings.LANGUAGE_CODE):
            values = {name: str(value) for name, value in context.items()}
            title, body = str(self.title) % values, str(self.body) % values
        return " ".join(title.split())[:200], body.strip()


_kinds: dict[str, NoticeKind] = {}


def register(kind: NoticeKind) -> NoticeKind:
    """Make a kind known; raises ValueError when another one has its id."""
    present = _kinds.get(kind.id)
    if present is not None and present != kind:
        raise ValueError(f"Two kinds of notices are called {kind.id!r}")
    _kinds[kind.id] = kind
    return kind


def kind_named(name: str | NoticeKind) -> NoticeKind:
    """The kind with that id; raises LookupError when no room declares it."""
    if isinstance(name, NoticeKind):
        return name
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(
            f"No kind of notice is called {name!r}; declare it in the notices.py of its room"
        ) from None


def known_kind(name: str) -> NoticeKind | None:
    """The kind with that id, if a room still declares it."""
    return _kinds.get(name)

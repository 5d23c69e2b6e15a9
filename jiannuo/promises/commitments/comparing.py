"""What differs between two packs, clause by clause, in the words of the letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from jiannuo.promises.commitments.engine import Loaded
from jiannuo.promises.commitments.letter import ClauseText, clause_texts
from jiannuo.promises.commitments.packs import Pack, to_rules

_HEAD = ("name", "kind", "owner", "exclusive", "floor", "valid_from", "valid_to", "scope", "components")
_HEAD_GROUPS = ("parameters", "zones", "calendars", "not_executable")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. ``what`` is ``added``, ``removed`` or ``changed``; ``lines`` are pairs of a label and a text."""

    what: str
    clause: str
    text: str
    lines: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        sign = {"added": "+", "removed": "-", "changed": "~"}[self.what]
        head = f"{sign} {self.clause}: {self.text}" if self.text else f"{sign} {self.clause}"
        return "\n".join([head, *(f"    {label}: {text}" for label, text in self.lines)])


def compare(old: Pack, new: Pack) -> list[Change]:
    """Every difference: what the pack itself says first, then clauses that are gone, changed or new."""
    before, after = old.content(), new.content()
    found = [*_head(before, after)]
    mine = {clause["id"]: clause for clause in before.get("clauses", ())}
    theirs = {clause["id"]: clause for clause in after.get("clauses", ())}
    words, new_words = _in_words(old), _in_words(new)
    found += [Change("removed", name, clause["text"]) for name, clause in mine.items() if name not in theirs]
    for name, clause in theirs.items():
        if name not in mine:
            found.append(Change("added", name, clause["text"]))
        elif clause != mine[name]:
            lines = _lines(words.get(name), new_words.get(name)) or _raw(mine[name], clause)
            found.append(Change("changed", name, clause["text"], tuple(lines)))
    return found


def _head(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    names = [name for name in (*_HEAD, *_HEAD_GROUPS) if before.get(name) != after.get(name)]
    return [Change("changed", name, "", tuple(_raw(before.get(name), after.get(name)))) for name in names]


def _in_words(pack: Pack) -> dict[str, ClauseText]:
    """The clauses without a blank, as a customer reads them."""
    rules = to_rules(pack)
    loaded = Loaded(0, rules.commitment, rules.calendars)
    return {clause.id: clause for clause in clause_texts(loaded, rules.calendars)}


def _lines(old: ClauseText | None, new: ClauseText | None) -> list[tuple[str, str]]:
    """The lines of the letter that differ; nothing when one of the clauses has a blank."""
    if old is None or new is None:
        return []
    before, after = _read(old), _read(new)
    return [
        (label, _arrow(before.get(label), after.get(label)))
        for label in dict.fromkeys((*before, *after))
        if before.get(label) != after.get(label)
    ]


def _read(clause: ClauseText) -> dict[str, str]:
    return {
        pgettext("letter", "text"): clause.text,
        pgettext("letter", "source"): clause.source,
        pgettext("letter", "subject"): clause.subject,
        pgettext("letter", "promise"): clause.headline,
        pgettext("letter", "when"): "；".join(clause.conditions),
        _("to be confirmed"): _("yes") if clause.verify else "",
        **dict(clause.details),
    }


def _raw(old: Any, new: Any) -> list[tuple[str, str]]:
    """The values that differ, by the path that leads to them."""
    before, after = _flat(old), _flat(new)
    return [
        (path, _arrow(before.get(path), after.get(path)))
        for path in dict.fromkeys((*before, *after))
        if before.get(path) != after.get(path)
    ]


def _flat(value: Any, path: str = "") -> dict[str, str]:
    if isinstance(value, Mapping):
        pairs = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        pairs = [(str(number), item) for number, item in enumerate(value, 1)]
    else:
        return {} if value is None else {path or pgettext("letter", "value"): str(value)}
    return {
        key: text
        for name, item in pairs
        for key, text in _flat(item, f"{path}.{name}" if path else name).items()
    }


def _arrow(old: str | None, new: str | None) -> str:
    return f"{old or '–'} → {new or '–'}"

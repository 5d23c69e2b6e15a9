"""Drafts as a customer will read them: also those whose blanks are not filled, as long as they can be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from jiannuo.promises.commitments import packs
from jiannuo.promises.commitments.engine import calendars_of, read
from jiannuo.promises.commitments.letter import ClauseText, clause_texts
from jiannuo.promises.commitments.packs import Pack, PackErrors
from jiannuo.promises.commitments.packs.schema import ClausePart, references

BLANK = "____"


@dataclass(frozen=True, slots=True)
class Spoken:
    """A clause in words; ``words`` is missing while a blank keeps it off. ``text`` shows blanks as lines to fill.

    What it is about and when it applies is known all the same, as far as no blank stands there.
    """

    text: str
    words: ClauseText | None = None
    blanks: tuple[str, ...] = ()
    subject: str = ""
    conditions: tuple[str, ...] = ()


def spoken(content: Mapping[str, Any], names: Mapping[str, str], *, number: int = 1) -> dict[str, Spoken]:
    """The clauses of a draft in words, by id; nothing of clauses that cannot be read. One query for calendars."""
    head = {key: value for key, value in content.items() if key not in ("valid_from", "valid_to")}
    clauses = list(content.get("clauses", ()))
    try:
        pack = packs.pack_from_content({**head, "clauses": clauses})
    except PackErrors as error:
        wrong = {one.place[1] for one in error.errors if len(one.place) > 1 and one.place[0] == "clauses"}
        clauses = [clause for index, clause in enumerate(clauses) if index not in wrong]
        try:
            pack = packs.pack_from_content({**head, "clauses": clauses})
        except PackErrors:
            return {}
    return _spoken(pack, names, number)


def _spoken(pack: Pack, names: Mapping[str, str], number: int) -> dict[str, Spoken]:
    filled = {name: Decimal(1) for name, part in pack.parameters.items() if part.value is None}
    texts = _texts(pack, filled, names, number) or _texts(pack, {}, names, number)
    if texts is None:
        return {}
    return {part.id: _clause(part, texts.get(part.id), pack) for part in pack.clauses}


def _texts(
    pack: Pack, filled: Mapping[str, Decimal], names: Mapping[str, str], number: int
) -> dict[str, ClauseText] | None:
    """The clauses in words, with blanks filled by any figure; nothing where the rules cannot read them so."""
    try:
        loaded = read(packs.to_content(pack, parameters=filled), number=number)
        return {one.id: one for one in clause_texts(loaded, calendars_of([loaded]), names)}
    except ValueError:
        return None


def _clause(part: ClausePart, told: ClauseText | None, pack: Pack) -> Spoken:
    written = part.model_dump(mode="json")
    blanks = tuple(_blanks(written, pack))
    says_when = told is not None and not _blanks(written.get("when"), pack)
    return Spoken(
        text=with_values(part.text, shown_values(pack)),
        words=None if blanks else told,
        blanks=blanks,
        subject=told.subject if told is not None else "",
        conditions=told.conditions if told is not None and says_when else (),
    )


def shown_values(pack: Pack) -> dict[str, str]:
    """The values of the blanks as text; a line to fill where there is none."""
    return {name: _plain(part.value) for name, part in pack.parameters.items()}


def _plain(value: Any) -> str:
    if value is None:
        return BLANK
    text = f"{value:f}" if hasattr(value, "as_tuple") else str(value)
    return text.rstrip("0").rstrip(".") if "." in text else text


def with_values(text: str, values: Mapping[str, str]) -> str:
    """A text with the values of its blanks."""
    for name in references(text):
        text = text.replace(f"{{{name}}}", values.get(name, BLANK))
    return text


def _blanks(part: Any, pack: Pack) -> list[str]:
    """Labels of the blanks that keep a clause off."""
    if isinstance(part, str):
        return [
            pack.parameters[name].label if name in pack.parameters else _("blank “%(name)s”") % {"name": name}
            for name in references(part)
            if name not in pack.parameters or pack.parameters[name].value is None
        ]
    inner = part.values() if isinstance(part, Mapping) else part if isinstance(part, list | tuple) else ()
    return list(dict.fromkeys(label for one in inner for label in _blanks(one, pack)))

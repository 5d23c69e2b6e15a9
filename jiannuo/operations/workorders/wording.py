"""Why a line is charged as it is, in words a customer understands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from jiannuo.operations.workorders.models import ChargedLine, OrderLine
from jiannuo.operations.workorders.services.charging import (
    ASKED_ONCE,
    BEYOND_COVER,
    FREE_SERVICE,
    NO_PROMISE,
)
from jiannuo.promises.commitments.reading import Reader
from jiannuo.rules import JsonFormError, Reason, jsonform

L = TypeVar("L", bound=ChargedLine)


class LineReader:
    """Puts the reasons of lines into words; asks for the published clauses once.

    ``components`` gives the names of component paths, as the catalogue has them.
    """

    def __init__(self, components: Mapping[str, str] | None = None) -> None:
        self._components = components
        self._reader: Reader | None = None

    def why(self, line: ChargedLine) -> str:
        """Up to three sentences; empty when nothing is known."""
        if isinstance(line, OrderLine) and line.overridden_by_id:
            decided = {"person": line.overridden_by, "reason": line.override_reason}
            return _("Decided by %(person)s: %(reason)s") % decided
        return " ".join(self._sentences(line.reasons[:3]))

    def _sentences(self, reasons: Iterable[dict[str, Any]]) -> Iterable[str]:
        for data in reasons:
            if (own := _own_reason(data.get("code"), data.get("params") or {})) is not None:
                yield own
                continue
            if self._reader is None:
                self._reader = Reader(components=self._components)
            try:
                yield self._reader.reason(jsonform.from_json(Reason, data)).text
            except (JsonFormError, KeyError):
                # A reason that a later version of the rules no longer knows.
                yield str(data.get("code", ""))


def _own_reason(code: str | None, params: Mapping[str, str]) -> str | None:
    """The sentence of a reason that orders give themselves."""
    if code == FREE_SERVICE:
        return _("Free of charge: %(because)s") % {"because": params.get("because", "")}
    if code == ASKED_ONCE:
        return _("Asked once for the whole job, with %(number)s.") % {"number": params.get("number", "")}
    if code == NO_PROMISE:
        return _("No commitment covers this.")
    return _("Goes beyond the fault reported.") if code == BEYOND_COVER else None


def explained(lines: Iterable[L]) -> list[L]:
    """The lines, each with its reason in words as ``why``."""
    known = list(lines)
    reader = LineReader({line.component.code_path: line.component.name for line in known if line.component})
    for line in known:
        line.why = reader.why(line)  # type: ignore[attr-defined]
    return known

"""Codes of values and their names, both ways: what a clerk types is a name, what a pack says is a code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jiannuo.promises.commitments import factwords, wordlist, words


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Codes of values and their names: those of product categories, of the system, and of the commitment itself."""

    names: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    def offered(self, fact: str) -> dict[str, str]:
        """The values that a page offers for a fact."""
        if fact == "product":
            return dict(self.names)
        tables = {
            "cause": wordlist.CAUSES,
            "flag": wordlist.CIRCUMSTANCES,
            "document": wordlist.PAPERS,
            "subject": words.APPROVAL_SUBJECTS,
        }
        found = {**factwords.VALUES.get(fact, {}), **tables.get(fact, {})}
        return {str(code): str(label) for code, label in found.items()}

    def _known(self, fact: str) -> dict[str, str]:
        if fact == "product":
            return self.offered(fact)
        general = {str(code): str(label) for code, label in wordlist.MATTERS.items()}
        return {**general, **self.own, **self.offered(fact)}

    def label(self, fact: str, value: str) -> str:
        """A value as people read it; its code where no name belongs to it alone."""
        labels = self._known(fact)
        label = labels.get(value, value)
        return label if list(labels.values()).count(label) <= 1 else value

    def code(self, fact: str, text: str) -> str:
        """The code of what was typed; the text itself where it is no name."""
        labels = self._known(fact)
        found = [code for code, label in labels.items() if label == text]
        return found[0] if len(found) == 1 and text not in labels else text

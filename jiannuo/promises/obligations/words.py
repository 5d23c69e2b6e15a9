"""The words of the ledger as people read them: what is owed, once or again and again, by whom and to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jiannuo.promises.commitments.words import ACTIONS, CHANNELS, METRICS, PARTIES

#: Whatever can be owed: the metrics of time clauses and the actions of recurring ones.
WORDS: dict[str, Any] = {**ACTIONS, **METRICS}


def metric_label(word: str) -> str:
    """What is owed, in the reader's language; the word itself when it is not known."""
    return str(WORDS.get(word, word))


def party_label(word: str) -> str:
    """Who owes, or to whom."""
    return str(PARTIES.get(word, word))


def channels_label(words: Iterable[str]) -> str:
    """Channels as a list in words."""
    return "、".join(str(CHANNELS.get(word, word)) for word in words)

"""What a room says about its records: how they are found and what the result shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """The findable face of one record.

    ``texts`` are names and sentences (found by Chinese substring, word, pinyin initials); ``keys`` are phones,
    serials and numbers (found whole, by beginning, end and middle).
    """

    title: str
    subtitle: str
    url: str
    texts: Sequence[str] = ()
    keys: Sequence[str] = ()
    organization_id: int | None = None


@dataclass(frozen=True, slots=True)
class SearchSource:
    """Records of one model that can be found.

    ``select`` adds what ``entry`` reads to a queryset; ``entry`` gives None for a record that must not be found;
    ``watch`` names further models whose change touches a record, with how to reach its primary key;
    ``permission`` is what a person needs to find these records; ``settled`` says that what a record is found by
    never changes after it is made, so that later saves cost nothing; ``also`` names the primary keys (a queryset of
    them) of records outside the person's organisations that are nevertheless theirs to find.
    """

    kind: str
    label: Any
    model: type[Any]
    entry: Callable[[Any], Entry | None]
    permission: str
    select: Callable[[Any], Any] = lambda rows: rows
    watch: Sequence[tuple[type[Any], Callable[[Any], int | None]]] = ()
    order: int = 50
    settled: bool = False
    also: Callable[[Any], Any] | None = None


_sources: dict[str, SearchSource] = {}


def register(source: SearchSource) -> SearchSource:
    """Make the records of ``source`` findable."""
    _sources[source.kind] = source
    return source


def sources() -> Iterable[SearchSource]:
    return sorted(_sources.values(), key=lambda source: source.order)


def source_of(model: type[Any]) -> SearchSource | None:
    return next((source for source in _sources.values() if source.model is model), None)

"""The index as files of this machine: one folder for each generation, a pointer to the present one, one writer.

Every process opens it for itself; a machine that shares no data folder with the scheduler keeps its own
(``jiannuo follow_knowledge``).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import tantivy
from django.conf import settings

from jiannuo.operations.knowledge.index.cutting import cutting_version

#: changes whenever the fields below do
LAYOUT = "4"
HEAP = 64 * 1024 * 1024  # bytes that the writer may hold before it writes a segment


@dataclass
class Progress:
    """How far an index has read: ``upto`` the instant (ISO), ``seen`` the late changes that it knows already."""

    version: str = ""
    upto: str = ""
    seen: list[int] = field(default_factory=list)


def folder() -> Path:
    """Where the index lies."""
    return Path(getattr(settings, "JIANNUO_KNOWLEDGE_INDEX", settings.DATA_DIR / "knowledge"))


def version() -> str:
    """The version of what this program writes; an index of another version is made anew."""
    return f"{LAYOUT}-{cutting_version()}"


@cache
def schema() -> tantivy.Schema:
    """Fields: ``head`` and ``body`` words, ``pairs`` of signs for phrases, ``tags`` and ``readers`` to filter by."""
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    builder.add_text_field("kind", tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("pk", fast=True, indexed=False)
    builder.add_unsigned_field("organization", indexed=True)
    for name in ("head", "body"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_text_field("pairs", tokenizer_name="whitespace", index_option="position")
    for name in ("tags", "readers"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    return builder.build()


# Who writes


class Busy(Exception):
    """Another process writes the index just now."""


@contextmanager
def sole_writer() -> Iterator[None]:
    """Be the only process that writes the index of this machine; raises Busy at once while another is."""
    folder().mkdir(parents=True, exist_ok=True)
    with (folder() / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Busy from error
        yield


def present() -> Path | None:
    """The folder of the present generation; ``None`` before the first."""
    try:
        name = (folder() / "current").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    place = folder() / name
    return place if name and place.is_dir() else None


def progress() -> Progress | None:
    """How far the present generation has read; ``None`` when there is none of this version."""
    place = present()
    if place is None:
        return None
    try:
        found = Progress(**json.loads((place / "progress.json").read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return found if found.version == version() else None


def note_progress(place: Path, reached: Progress) -> None:
    """Write down how far ``place`` has read (after its commit: what is read twice does no harm)."""
    _replace(place / "progress.json", json.dumps(asdict(reached)))


def new_generation() -> Path:
    """An empty folder for an index that is made anew beside the present one."""
    place = folder() / f"g-{uuid.uuid4().hex[:12]}"
    place.mkdir(parents=True)
    return place


def take_into_use(place: Path) -> None:
    """Make ``place`` the present generation and clear the others away."""
    _replace(folder() / "current", place.name)
    for other in folder().glob("g-*"):
        if other != place:
            shutil.rmtree(other, ignore_errors=True)  # whoever has it open still reads it to the end


def _replace(target: Path, text: str) -> None:
    draft = target.with_name(f"{target.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(target)


def index_in(place: Path) -> tantivy.Index:
    """The index in a folder, made when the folder is empty."""
    return tantivy.Index(schema(), path=str(place))


def writer_of(index: tantivy.Index) -> tantivy.IndexWriter:
    return index.writer(heap_size=HEAP, num_threads=1)


# Who reads


@dataclass
class _Opened:
    process: int
    place: Path
    stamp: int
    index: tantivy.Index


_opened: _Opened | None = None


def searcher() -> tantivy.Searcher | None:
    """A view of the index as it is now; ``None`` before it was made. Costs three looks at the file system."""
    global _opened
    place = present()
    if place is None:
        return None
    try:
        stamp = (place / "meta.json").stat().st_mtime_ns
        if _opened is None or (_opened.process, _opened.place) != (os.getpid(), place):
            _opened = _Opened(os.getpid(), place, stamp, index_in(place))
        elif _opened.stamp != stamp:
            _opened.index.reload()
            _opened.stamp = stamp
    except (FileNotFoundError, ValueError):
        return None  # replaced by a newer generation at this moment
    return _opened.index.searcher()


def make_document(fields: dict[str, Any]) -> tantivy.Document:
    """A document of the index; raises ValueError for a field that it does not have."""
    return tantivy.Document.from_dict(fields, schema())

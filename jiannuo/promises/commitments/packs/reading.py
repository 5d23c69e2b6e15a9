"""Packs from YAML and back. Mistakes come back with file, line, clause and mend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from pathlib import Path
from types import UnionType
from typing import Any, Literal, get_args

from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError

from jiannuo.promises.commitments.packs.schema import Pack
from jiannuo.rules import nearest

Location = tuple[str | int, ...]
_TEXT = "<text>"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackError:
    """One mistake in a pack, or something to know about it (``warning``).

    ``place`` leads to it in the content of the pack: ``("clauses", 0, "limit", "amount")``.
    """

    message: str
    mend: str = ""
    file: str = ""
    line: int = 0
    clause: str = ""
    severity: Literal["error", "warning"] = "error"
    place: Location = ()

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.file, self.line) if part)
        clause = f"clause {self.clause}: " if self.clause else ""
        mend = f" {self.mend}" if self.mend else ""
        return f"{place}: {self.severity}: {clause}{self.message}.{mend}".lstrip(": ")


class PackErrors(ValueError):
    """A pack that cannot be read, with all its mistakes."""

    def __init__(self, errors: Iterable[PackError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(map(str, self.errors)))


class _TextConstructor(SafeConstructor):
    """Leaves dates and instants as they are written."""


_TextConstructor.add_constructor(
    "tag:yaml.org,2002:timestamp", lambda loader, node: loader.construct_scalar(node)
)


def read_plain(text: str) -> Any:
    """YAML as plain values, dates and instants as they are written. Raises ``MarkedYAMLError``."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _TextConstructor
    return yaml.load(text)


def load_pack(source: Path | str) -> Pack:
    """Read a pack from a file, or from YAML text (any string with a line break).

    Raises :class:`PackErrors` when it is not YAML or not a pack; :func:`check_pack` looks for contradictions.
    """
    if isinstance(source, str) and "\n" in source:
        return _read(source, _TEXT)
    path = Path(source)
    told = path.stat()
    return _read_file(path, told.st_mtime_ns, told.st_size)


@lru_cache(maxsize=128)
def _read_file(path: Path, _written_ns: int, _size: int) -> Pack:
    """A pack never changes once it is read, so a file is read again only when it was written again."""
    return _read(path.read_text(encoding="utf-8"), str(path))


def _read(text: str, file: str) -> Pack:
    try:
        data = YAML(typ="rt").load(text)
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        problem = error.problem or "not YAML"
        raise PackErrors(
            [PackError(message=f"cannot read the file: {problem}", file=file, line=line)]
        ) from error
    if not isinstance(data, CommentedMap):
        raise PackErrors(
            [PackError(message="a pack must be a mapping", mend="Begin with code and name.", file=file)]
        )
    lines = dict(_lines(data, ()))
    try:
        pack = Pack.model_validate(_plain(data))
    except ValidationError as error:
        raise PackErrors(_pack_error(mistake, data, lines, file) for mistake in error.errors()) from error
    pack._file = file
    pack._lines = lines
    return pack


def pack_from_content(content: Mapping[str, Any]) -> Pack:
    """Read a pack from the JSON values that :meth:`Pack.content` gives. Raises :class:`PackErrors`."""
    try:
        return Pack.model_validate(dict(content))
    except ValidationError as error:
        raise PackErrors(_pack_error(mistake, content, {}, "") for mistake in error.errors()) from error


def dump_pack(pack: Pack) -> str:
    """Write a pack as YAML that :func:`load_pack` reads back to the same pack."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.allow_unicode = True
    yaml.width = 110
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = StringIO()
    yaml.dump(pack.content(), stream)
    return stream.getvalue()


def line_of(pack: Pack, *location: str | int) -> int:
    """The line on which a part of a pack stands; 0 when it was not read from YAML."""
    return _nearest(pack._lines, location)


def mistake(pack: Pack, place: Location, message: str, mend: str = "", *, warning: bool = False) -> PackError:
    """Something wrong at a place of a pack, with its line and clause."""
    is_clause = len(place) > 1 and place[0] == "clauses"
    return PackError(
        message=message,
        mend=mend,
        file=pack._file,
        line=line_of(pack, *place),
        clause=pack.clauses[int(place[1])].id if is_clause else "",
        severity="warning" if warning else "error",
        place=place,
    )


def _plain(value: Any) -> Any:
    """What ruamel read, as ordinary Python values."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    for kind in (str, bool, int, float):
        if isinstance(value, kind):
            return kind(value)
    return value


def _lines(data: Any, location: Location) -> Iterable[tuple[Location, int]]:
    if isinstance(data, CommentedMap | CommentedSeq):
        pairs = data.items() if isinstance(data, CommentedMap) else enumerate(data)
        for key, value in pairs:
            here = (*location, key if isinstance(key, int) else str(key))
            yield here, data.lc.data[key][0] + 1
            yield from _lines(value, here)


def _nearest(lines: Mapping[Location, int], location: Location) -> int:
    while location:
        if location in lines:
            return lines[location]
        location = location[:-1]
    return 1 if lines else 0


def _pack_error(mistake: Any, data: Any, lines: Mapping[Location, int], file: str) -> PackError:
    location: Location = mistake["loc"]
    written = _written(location, data)
    message, mend = mistake["msg"].removeprefix("Value error, "), ""
    place = ".".join(str(part) for part in written)
    if mistake["type"] == "extra_forbidden":
        message = f"unknown key {location[-1]!r}"
        mend = _sentence(nearest(str(location[-1]), _fields_at(location)))
    elif mistake["type"] == "missing":
        message, mend = f"{location[-1]!r} is missing", f"Add it to {place.rpartition('.')[0] or 'the pack'}."
    elif ": " in message:
        message, _, rest = message.partition(": ")
        mend = _sentence(rest)
    else:
        message = f"{place}: {message}" if place else message
    return PackError(
        message=message,
        mend=mend,
        file=file,
        line=_nearest(lines, written),
        clause=_clause_id(written, data),
        place=written,
    )


def _written(location: Location, data: Any) -> Location:
    """The place in the document: pydantic's location without the names of the models it tried."""
    written: list[str | int] = []
    for index, part in enumerate(location):
        is_there = (isinstance(data, Mapping) and part in data) or (
            isinstance(data, list | tuple) and isinstance(part, int) and part < len(data)
        )
        if is_there:
            written.append(part)
            data = data[part]
        elif index == len(location) - 1 and isinstance(data, Mapping):
            written.append(part)
    return tuple(written)


def _clause_id(location: Location, data: Any) -> str:
    if len(location) < 2 or location[0] != "clauses":
        return ""
    clause = data["clauses"][location[1]]
    return str(clause.get("id", f"number {int(location[1]) + 1}")) if isinstance(clause, Mapping) else ""


def _fields_at(location: Location) -> list[str]:
    """Keys that the models allow at the place of an unknown key."""
    models: list[type[BaseModel]] = [Pack]
    for part in location[:-1]:
        inner = [
            model
            for outer in models
            if str(part) in outer.model_fields
            for model in _models_in(outer.model_fields[str(part)].annotation)
        ]
        models = inner or [model for model in models if _tag(model) in ("", part)] or models
    return sorted({name for model in models for name in model.model_fields})


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and not get_args(annotation) and issubclass(annotation, BaseModel):
        return [annotation]
    arguments = get_args(annotation) if get_args(annotation) or isinstance(annotation, UnionType) else ()
    return [model for argument in arguments for model in _models_in(argument)]


def _tag(model: type[BaseModel]) -> str:
    kind = model.model_fields.get("kind")
    words = get_args(kind.annotation) if kind else ()
    return str(words[0]) if len(words) == 1 else ""


def _sentence(text: str) -> str:
    text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."

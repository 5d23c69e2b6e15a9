"""Frozen dataclasses to plain JSON values and back, driven by their type hints.

Classes of a union are told apart by their class variable ``kind``. Dates and instants become ISO text,
decimals text, tuples and sets lists (sets sorted), paths stay lists of segments. Fields at their default are
left out, so that stored decisions stay small and new fields need no migration.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Built = TypeVar("Built")


class JsonFormError(ValueError):
    """JSON that does not describe the object asked for; the message names the place."""


def to_json(value: Any) -> Any:
    """Turn a value of the rules into what :mod:`json` can write."""
    if is_dataclass(value) and not isinstance(value, type):
        kind = _kind(type(value))
        data: dict[str, Any] = {"kind": kind} if kind else {}
        for field in fields(value):
            if field.init and getattr(value, field.name) != _default(field):
                data[field.name] = to_json(getattr(value, field.name))
        return data
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(to_json(item) for item in value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [to_json(item) for item in value]
    return value


def from_json(cls: type[Built], data: Mapping[str, Any]) -> Built:
    """Build a dataclass from what :func:`to_json` wrote.

    Raises :class:`JsonFormError` with the place of the mistake.
    """
    result: Built = _dataclass(cls, data, cls.__name__)
    return result


def nearest(word: str, known: Iterable[str]) -> str:
    """What to write instead of an unknown word: the nearest known one, or the whole list."""
    names = list(known)
    near = get_close_matches(word, names, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"use one of {', '.join(names)}"


@cache
def _hints(cls: type) -> dict[str, Any]:
    return get_type_hints(cls)


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


def _kind(cls: Any) -> str:
    """The word that tells one class of a union from another: its class variable ``kind``."""
    kind = getattr(cls, "kind", "")
    return kind if isinstance(kind, str) else ""


def _dataclass(cls: type, data: Any, place: str) -> Any:
    if not isinstance(data, Mapping):
        raise JsonFormError(f"{place}: expected an object, not {data!r}")
    hints = _hints(cls)
    known = {field.name for field in fields(cls) if field.init}
    unknown = set(data) - known - ({"kind"} if _kind(cls) else set())
    if unknown:
        key = min(unknown)
        raise JsonFormError(f"{place}: unknown key {key!r}: {nearest(key, sorted(known))}")
    values = {key: _value(hints[key], item, f"{place}.{key}") for key, item in data.items() if key in known}
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        raise JsonFormError(f"{place}: {error}") from error


def _value(hint: Any, data: Any, place: str) -> Any:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _one_of(arguments, data, place)
    if origin is Literal:
        if data not in arguments:
            raise JsonFormError(f"{place}: {data!r} is none of {', '.join(map(str, arguments))}")
        return data
    if origin is tuple:
        return _tuple(arguments, data, place)
    if origin is Sequence:
        return _tuple((*arguments, Ellipsis), data, place)
    if origin is frozenset:
        return frozenset(_value(arguments[0], item, place) for item in data)
    if origin is not None and issubclass(origin, Mapping):
        return {str(key): _value(arguments[1], item, f"{place}.{key}") for key, item in data.items()}
    if is_dataclass(hint):
        return _dataclass(hint, data, place)  # type: ignore[arg-type]
    return _scalar(hint, data, place)


def _one_of(hints: tuple[Any, ...], data: Any, place: str) -> Any:
    if data is None and NoneType in hints:
        return None
    if date in hints and datetime in hints:
        return _scalar(datetime if len(str(data)) > len("2026-01-31") else date, data, place)
    kinds = {_kind(hint): hint for hint in hints if _kind(hint)}
    if kinds:
        kind = data.get("kind") if isinstance(data, Mapping) else None
        if kind not in kinds:
            raise JsonFormError(f"{place}: unknown kind of clause {kind!r}, use one of {', '.join(kinds)}")
        return _dataclass(kinds[kind], data, place)
    return _value(next(hint for hint in hints if hint is not NoneType), data, place)


def _tuple(hints: tuple[Any, ...], data: Any, place: str) -> tuple[Any, ...]:
    if isinstance(data, str):
        data = [part for part in data.split("/") if part]
    if len(hints) == 2 and hints[1] is Ellipsis:
        return tuple(_value(hints[0], item, place) for item in data)
    return tuple(_value(hint, item, place) for hint, item in zip(hints, data, strict=True))


def _scalar(hint: Any, data: Any, place: str) -> Any:
    try:
        if hint is datetime:
            return data if isinstance(data, datetime) else datetime.fromisoformat(data)
        if hint is date:
            return data if isinstance(data, date) else date.fromisoformat(data)
        if hint is Decimal:
            return Decimal(str(data))
        if hint is str:
            return str(data)
        if hint is int:
            return _whole(data)
    except (ValueError, TypeError, ArithmeticError) as error:
        raise JsonFormError(f"{place}: cannot read {data!r} as {hint.__name__}") from error
    return data


def _whole(data: Any) -> int:
    number = Decimal(str(data))
    if number % 1:
        raise ValueError(f"{data!r} is not a whole number")
    return int(number)

"""What was typed into a form, read back as the content of a pack."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jiannuo.promises.commitments.editing.dictionary import Dictionary
from jiannuo.promises.commitments.editing.shapes import Shape, asked, kind_of, shape_of
from jiannuo.promises.commitments.editing.values import as_amount, as_json, as_mapping
from jiannuo.promises.commitments.packs import schema
from jiannuo.rules import WEEKDAYS

Typed = Mapping[str, Any]
_BETWEEN = re.compile(r"[\n,，、;；]+")


def typed_in(
    model: type[BaseModel],
    data: Any,
    *,
    prefix: str = "",
    before: Typed | None = None,
    known: Dictionary | None = None,
    only: Iterable[str] = (),
) -> dict[str, Any]:
    """What was typed into the fields of a part, as content of a pack; ``data`` is a QueryDict.

    What is empty or at its default is left out. ``before`` keeps the order of lists that did not change; ``known``
    turns names of values back into their codes.
    """
    before, known = before or {}, known or Dictionary()
    wanted = list(only) or asked(model)
    content: dict[str, Any] = {}
    for name in wanted:
        info = model.model_fields[name]
        value = _read(name, info, data, f"{prefix}{name}", before.get(name), known)
        usual = [] if info.is_required() else as_json(info.get_default(call_default_factory=True))
        if value is None or value == usual:
            continue
        content[name] = value
    return content


def _read(name: str, info: FieldInfo, data: Any, full: str, before: Any, known: Dictionary) -> Any:
    shape = shape_of(info)
    kind = kind_of(name, shape)
    if kind == "flag":
        return data.get(full) is not None
    if kind == "choices":
        return _in_order([one for one in data.getlist(full) if one], before)
    if kind == "part" and shape.model:
        inner = typed_in(shape.model, data, prefix=f"{full}.", before=as_mapping(before), known=known)
        is_there = info.is_required() or info.default is not None or _says_something(inner)
        return inner if is_there else None
    if kind in ("parts", "named", "table", "lists", "texts", "when"):
        return _read_rows(kind, shape, data, full, before, known)
    if kind == "week":
        if data.get(f"{full}.always") is not None:
            return "24x7"
        hours = {day: _hours(str(data.get(f"{full}.{day}", ""))) for day in WEEKDAYS}
        return {day: one for day, one in hours.items() if one}
    text = "\n".join(data.getlist(full)).replace("\r\n", "\n").strip()
    if kind in ("words", "dates"):
        # An empty list says something where the default is none at all: it stays if it was there.
        is_open = info.default is None and before != []
        return _split(text) or (None if is_open else [])
    if kind == "days":
        return _read_days(text)
    return as_amount(text) if kind == "amount" else text or None


def _split(text: str) -> list[str]:
    return [one.strip() for one in _BETWEEN.split(text) if one.strip()]


def _hours(text: str) -> list[str]:
    tidy = re.sub(r"\s*[-–—~～至到]\s*", "-", text.replace("：", ":"))
    return [one for one in re.split(r"[,，、;；\s]+", tidy) if one]


def _read_days(text: str) -> dict[str, list[str]]:
    lines = (line.split(None, 1) for line in text.splitlines() if line.strip())
    return {line[0]: _hours(line[1] if len(line) > 1 else "") for line in lines}


def _in_order(chosen: list[str], before: Any) -> list[str]:
    """What was chosen, in the order in which the pack had it."""
    old = [str(one) for one in before] if isinstance(before, list) else []
    return [*(one for one in old if one in chosen), *(one for one in chosen if one not in old)]


def _indexes(data: Any, full: str) -> list[int]:
    pattern = re.compile(re.escape(full) + r"\.(\d{1,4})\.")
    return sorted({int(found[1]) for name in data if (found := pattern.match(name))})


def _read_rows(kind: str, shape: Shape, data: Any, full: str, before: Any, known: Dictionary) -> Any:
    rows = _indexes(data, full)
    if kind == "when":
        return _read_conditions(data, full, rows, known)
    if kind in ("table", "lists", "texts"):
        pairs = (
            (data.get(f"{full}.{i}.key", "").strip(), data.get(f"{full}.{i}.value", "").strip()) for i in rows
        )
        reading: dict[str, Callable[[str], Any]] = {"table": as_amount, "texts": str, "lists": _split}
        return {key: reading[kind](value) for key, value in pairs if key or value}
    if shape.model is None:
        return None
    if kind == "named":
        named = {}
        for i in rows:
            key = data.get(f"{full}.{i}.key", "").strip()
            inner = typed_in(
                shape.model,
                data,
                prefix=f"{full}.{i}.",
                before=as_mapping(as_mapping(before).get(key)),
                known=known,
            )
            if key or inner:
                named[key] = inner
        return named
    old = before if isinstance(before, list) else []
    parts = [
        typed_in(
            shape.model,
            data,
            prefix=f"{full}.{i}.",
            before=as_mapping(old[i]) if i < len(old) else None,
            known=known,
        )
        for i in rows
    ]
    return [one for one in parts if _says_something(one)]


def _says_something(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_says_something, value.values()))
    return value not in (None, "", [], {}, False)


def _read_conditions(data: Any, full: str, rows: Iterable[int], known: Dictionary) -> dict[str, Any]:
    when: dict[str, Any] = {}
    for index in rows:
        get = {
            key: str(data.get(f"{full}.{index}.{key}", "")).strip()
            for key in ("fact", "part", "how", "values", "min", "max")
        }
        fact = get["fact"]
        if fact in schema.NUMBER_GROUPS and get["part"]:
            fact = f"{fact}.{get['part']}"
        if not fact:
            continue
        values = [known.code(fact, one) for one in _split(get["values"])]
        if get["how"] == "range":
            bounds = {"min": as_amount(get["min"]), "max": as_amount(get["max"])}
            when[fact] = {key: value for key, value in bounds.items() if value is not None}
        else:
            when[fact] = {get["how"]: values} if get["how"] in ("none_of", "all_of") else values
    return when

"""Packs as plain forms: the fields are those of the pack's schema, the values what was typed, mistakes included.

A field that the schema gains appears by itself. :func:`nodes_of` makes the fields that a template shows,
:func:`typed_in` reads them back; what comes back is the content of a pack, whether it is right or not.
"""

from __future__ import annotations

import re
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from jiannuo.promises.commitments import fieldwords, words
from jiannuo.promises.commitments.packs import PackError, schema
from jiannuo.promises.commitments.wordlist import MATTERS
from jiannuo.rules import WEEKDAYS

CLAUSE_PARTS: dict[str, type[schema.ClausePart]] = {
    get_args(part.model_fields["kind"].annotation)[0]: part for part in get_args(get_args(schema.AnyPart)[0])
}
SPARE_ROWS = 1
_BETWEEN = re.compile(r"[\n,，、;；]+")
Place = tuple[str | int, ...]
Typed = Mapping[str, Any]


# What kind of field the schema asks for


@dataclass(frozen=True, slots=True)
class Shape:
    """How a field is asked for: as a text, an amount, a choice, rows of parts …"""

    kind: str
    words: tuple[str, ...] = ()
    family: str = ""
    model: type[BaseModel] | None = None


def shape_of(info: FieldInfo) -> Shape:
    """The shape of a field of the schema."""
    return _shape(info.annotation, tuple(info.metadata))


def _shape(annotation: Any, metadata: tuple[Any, ...] = ()) -> Shape:
    while get_origin(annotation) is Annotated:
        annotation, *more = get_args(annotation)
        metadata = (*metadata, *more)
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, types.UnionType):
        return _union(arguments, metadata)
    if origin is Literal:
        return Shape("choice", tuple(map(str, arguments)))
    if origin is tuple:
        return _tuple(_shape(arguments[0]))
    if origin is dict:
        return _dict(arguments, metadata)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("part", model=annotation)
    simple = {bool: "flag", date: "date", Decimal: "amount", int: "amount"}
    if annotation in simple:
        return Shape(simple[annotation])
    check = next((one.func for one in metadata if isinstance(one, AfterValidator)), None)
    if isinstance(check, schema.known):
        return Shape("choice", tuple(check.words), check.kind)
    return Shape("text")


def _union(arguments: tuple[Any, ...], metadata: tuple[Any, ...]) -> Shape:
    rest = [one for one in arguments if one is not type(None)]
    if any(get_origin(one) is dict for one in rest):
        return Shape("week")
    if Decimal in rest:
        return Shape("amount")
    return _shape(rest[0], metadata)


def _tuple(inner: Shape) -> Shape:
    if inner.kind == "choice":
        return Shape("choices", inner.words, inner.family)
    if inner.kind == "part":
        return Shape("parts", model=inner.model)
    return Shape("dates" if inner.kind == "date" else "words")


def _dict(arguments: tuple[Any, ...], metadata: tuple[Any, ...]) -> Shape:
    key, value = arguments
    if any(getattr(one, "func", None) is schema._matchable for one in metadata):
        return Shape("when")
    if key is date:
        return Shape("days")
    inner = _shape(value)
    if inner.kind == "part":
        return Shape("named", model=inner.model)
    return Shape({"amount": "table", "text": "texts"}.get(inner.kind, "lists"))


# What a template shows


@dataclass(slots=True)
class Node:
    """One field of a form with what was typed and what is wrong with it."""

    name: str
    kind: str
    label: str = ""
    help: str = ""
    value: Any = ""
    required: bool = False
    choices: Sequence[tuple[str, str]] = ()
    mistakes: list[PackError] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    rows: list[list[Node]] = field(default_factory=list)
    blank: list[Node] = field(default_factory=list)
    advanced: bool = False
    filled: bool = False
    is_open: bool = False
    options: str = ""

    @property
    def id(self) -> str:
        return "f-" + self.name.replace(".", "-")

    @property
    def plain(self) -> list[Node]:
        return [one for one in self.nodes if not one.advanced]

    @property
    def more(self) -> list[Node]:
        return [one for one in self.nodes if one.advanced]

    @property
    def more_open(self) -> bool:
        return any(one.filled or one.mistakes for one in self.more)


@dataclass
class Surroundings:
    """What a field needs to know of the rest: calendars, blanks, names of categories; and all mistakes."""

    calendars: Sequence[tuple[str, str]] = ()
    parameters: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)
    mistakes: list[PackError] = field(default_factory=list)

    def take(self, place: Place) -> list[PackError]:
        """The mistakes at a place and below it that no field has shown yet."""
        found = [one for one in self.mistakes if one.place[: len(place)] == place]
        self.mistakes = [one for one in self.mistakes if one.place[: len(place)] != place]
        return found


def nodes_of(
    model: type[BaseModel],
    typed: Typed,
    around: Surroundings,
    place: Place = (),
    *,
    prefix: str = "",
    only: Iterable[str] = (),
) -> list[Node]:
    """The fields of a part of the schema with the values of ``typed``, in the order of the schema."""
    wanted = list(only) or _asked(model)
    return [
        _node(name, model.model_fields[name], typed.get(name), around, (*place, name), prefix)
        for name in wanted
    ]


def _asked(model: type[BaseModel]) -> list[str]:
    """The fields of a part but its kind, where that is what it is."""
    return [name for name, info in model.model_fields.items() if len(shape_of(info).words) != 1]


def _node(name: str, info: FieldInfo, value: Any, around: Surroundings, place: Place, prefix: str) -> Node:
    shape = shape_of(info)
    default = info.get_default(call_default_factory=True)
    node = Node(
        name=f"{prefix}{name}",
        kind=_kind(name, shape),
        label=fieldwords.label(name, prefix),
        help=fieldwords.help_text(name, prefix),
        required=info.is_required() and name not in fieldwords.GIVEN,
        advanced=name in fieldwords.ADVANCED,
        filled=value is not None and value != _json(default),
    )
    if value is None and not info.is_required():
        value = _json(default)
    _fill(node, shape, value, around, place, name)
    node.mistakes = around.take(place)
    return node


def _kind(name: str, shape: Shape) -> str:
    if name in fieldwords.LONG and shape.kind == "text":
        return "area"
    if name in fieldwords.CHOSEN_BY_NAME:
        return "choices" if shape.kind == "words" else "choice"
    return shape.kind


def _json(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, Decimal):
        return _amount(str(value))
    return list(value) if isinstance(value, tuple) else value


def _fill(node: Node, shape: Shape, value: Any, around: Surroundings, place: Place, name: str) -> None:
    prefix = f"{node.name}."
    if node.kind in ("choice", "choices"):
        given = value if isinstance(value, list) else [value] if value else []
        node.choices = _choices(name, shape, given, around)
        node.value = [str(one) for one in given] if node.kind == "choices" else str(value or "")
        node.is_open = not shape.words and name in fieldwords.CHOSEN_BY_NAME
    elif node.kind == "part" and shape.model:
        node.nodes = nodes_of(shape.model, _mapping(value), around, place, prefix=prefix)
        node.filled = value is not None
    elif node.kind in ("parts", "named") and shape.model:
        _part_rows(node, shape.model, value, around, place)
    elif node.kind in ("table", "lists", "texts"):
        rows = enumerate(_mapping(value).items())
        node.rows = [_pair(prefix, index, key, one, node.kind) for index, (key, one) in rows]
        node.blank = _pair(prefix, "__n__", "", "", node.kind)
    elif node.kind == "when":
        rows = enumerate(_mapping(value).items())
        node.rows = [_condition(prefix, index, fact, match, around) for index, (fact, match) in rows]
        node.blank = _condition(prefix, "__n__", "", None, around)
    elif node.kind == "week":
        _week(node, value, prefix)
    else:
        node.value = _text(node.kind, value)
        node.options = "parameters" if node.kind == "amount" and around.parameters else ""


def _part_rows(node: Node, model: type[BaseModel], value: Any, around: Surroundings, place: Place) -> None:
    """Rows of parts; those of a mapping begin with their key."""
    is_named = node.kind == "named"
    items: Iterable[tuple[str | int, Any]] = (
        _mapping(value).items() if is_named else enumerate(value if isinstance(value, list) else ())
    )
    for index, (key, one) in enumerate(items):
        at = f"{node.name}.{index}."
        row = nodes_of(model, _mapping(one), around, (*place, key), prefix=at)
        node.rows.append([_key(f"{at}key", str(key)), *row] if is_named else row)
    at = f"{node.name}.__n__."
    blank = nodes_of(model, {}, _quiet(around), ("blank",), prefix=at)
    node.blank = [_key(f"{at}key", ""), *blank] if is_named else blank


def _quiet(around: Surroundings) -> Surroundings:
    return Surroundings(around.calendars, around.parameters, around.names, around.own)


def _text(kind: str, value: Any) -> Any:
    if kind == "flag":
        return bool(value)
    if value is None:
        return ""
    if kind in ("words", "dates"):
        return "\n".join(map(str, value)) if isinstance(value, list) else str(value)
    if kind == "days":
        return "\n".join(f"{day} {', '.join(hours)}" for day, hours in value.items())
    return str(value)


def _key(name: str, value: str) -> Node:
    return Node(name=name, kind="text", label=str(_("name")), value=value, required=True)


def _pair(prefix: str, index: int | str, key: str, value: Any, kind: str) -> list[Node]:
    shown = "、".join(map(str, value)) if isinstance(value, list) else str(value)
    labels = {"table": _("value"), "lists": _("division codes, separated by commas"), "texts": _("words")}
    label = labels[kind]
    return [
        _key(f"{prefix}{index}.key", key),
        Node(name=f"{prefix}{index}.value", kind="text", label=label, value=shown),
    ]


def _week(node: Node, value: Any, prefix: str) -> None:
    from jiannuo.kernel.calendars.forms import DAY_NAMES

    always = value == "24x7"
    node.nodes = [
        Node(name=f"{prefix}always", kind="flag", label=str(_("round the clock")), value=always),
        *(
            Node(
                name=f"{prefix}{day}",
                kind="text",
                label=str(DAY_NAMES[day]),
                value="" if always or not isinstance(value, Mapping) else ", ".join(value.get(day, ())),
            )
            for day in WEEKDAYS
        ),
    ]


# Choices in the reader's language


def _choices(name: str, shape: Shape, given: Sequence[Any], around: Surroundings) -> list[tuple[str, str]]:
    """The choices of a field; what a pack already says is among them, known or not."""
    if name == "calendar":
        found = [("24x7", _("round the clock")), *around.calendars]
    elif name in fieldwords.CHOSEN_BY_NAME:
        offered = {
            **fieldwords.CHOSEN_BY_NAME[name](),
            **{one: around.own[one] for one in given if one in around.own},
        }
        found = [(value, str(label)) for value, label in offered.items()]
    else:
        found = [(word, fieldwords.word(shape.family or name, word)) for word in shape.words]
    known = {value for value, _label in found}
    return [*found, *((str(one), str(one)) for one in given if str(one) not in known)]


# Conditions

HOW = ("any_of", "none_of", "range")


def _condition(prefix: str, index: int | str, fact: str, match: Any, around: Surroundings) -> list[Node]:
    how, values, low, high = _match(match)
    name = f"{prefix}{index}."
    group, _dot, part = fact.partition(".")
    is_group = group in schema.NUMBER_GROUPS
    facts = [(one, words.fact_label(one)) for one in fact_words()]
    facts += [(one, words.fact_label(one)) for one in schema.NUMBER_GROUPS]
    if fact and (group if is_group else fact) not in {value for value, _label in facts}:
        facts.append((fact, fact))
    known = Dictionary(around.names, around.own)
    shown = "、".join(known.label(fact, one) for one in values)
    return [
        Node(
            f"{name}fact",
            "choice",
            pgettext("condition", "what"),
            value=group if is_group else fact,
            choices=facts,
        ),
        Node(f"{name}part", "text", str(_("of what (meter or amount)")), value=part if is_group else ""),
        Node(
            f"{name}how",
            "choice",
            pgettext("condition", "how"),
            value=how,
            choices=how_choices(),
            required=True,
        ),
        Node(f"{name}values", "text", str(_("values")), value=shown, options=f"fact-{fact or 'none'}"),
        Node(f"{name}min", "amount", str(_("from")), value=low),
        Node(f"{name}max", "amount", str(_("to")), value=high),
    ]


def fact_words() -> tuple[str, ...]:
    """The facts that a condition may ask for."""
    return tuple(schema.MATCHABLE_FACTS)


def how_choices() -> list[tuple[str, str]]:
    return [("any_of", _("is one of")), ("none_of", _("is none of")), ("range", _("from – to"))]


def _match(match: Any) -> tuple[str, list[str], str, str]:
    if isinstance(match, Mapping) and "none_of" in match:
        return "none_of", [str(one) for one in match["none_of"]], "", ""
    if isinstance(match, Mapping):
        low, high = (match.get(key) for key in ("min", "max"))
        return "range", [], "" if low is None else str(low), "" if high is None else str(high)
    values = match if isinstance(match, list | tuple) else [] if match is None else [match]
    return "any_of", [str(one) for one in values], "", ""


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Codes of values and their names: those of product categories, of the system, and of the commitment itself."""

    names: Mapping[str, str] = field(default_factory=dict)
    own: Mapping[str, str] = field(default_factory=dict)

    def offered(self, fact: str) -> dict[str, str]:
        """The values that a page offers for a fact."""
        if fact == "product":
            return dict(self.names)
        tables = {"cause": words.CAUSES, "flag": words.CIRCUMSTANCES, "subject": words.APPROVAL_SUBJECTS}
        found = {**words.VALUES.get(fact, {}), **tables.get(fact, {})}
        return {str(code): str(label) for code, label in found.items()}

    def _known(self, fact: str) -> dict[str, str]:
        if fact == "product":
            return self.offered(fact)
        general = {str(code): str(label) for code, label in MATTERS.items()}
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


# Reading a form


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
    wanted = list(only) or _asked(model)
    content: dict[str, Any] = {}
    for name in wanted:
        info = model.model_fields[name]
        value = _read(name, info, data, f"{prefix}{name}", before.get(name), known)
        usual = [] if info.is_required() else _json(info.get_default(call_default_factory=True))
        if value is None or value == usual:
            continue
        content[name] = value
    return content


def _read(name: str, info: FieldInfo, data: Any, full: str, before: Any, known: Dictionary) -> Any:
    shape = shape_of(info)
    kind = _kind(name, shape)
    if kind == "flag":
        return data.get(full) is not None
    if kind == "choices":
        return _in_order([one for one in data.getlist(full) if one], before)
    if kind == "part" and shape.model:
        inner = typed_in(shape.model, data, prefix=f"{full}.", before=_mapping(before), known=known)
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
    return _amount(text) if kind == "amount" else text or None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _amount(text: str) -> Any:
    """A number as a pack writes it, a blank as ``{name}``, or what was typed."""
    if not text:
        return None
    try:
        number = Decimal(text.replace("，", "").replace(",", ""))
    except ArithmeticError:
        return text
    if not number.is_finite():
        return text
    return int(number) if number == int(number) else float(number)


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
        reading: dict[str, Callable[[str], Any]] = {"table": _amount, "texts": str, "lists": _split}
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
                before=_mapping(_mapping(before).get(key)),
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
            before=_mapping(old[i]) if i < len(old) else None,
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
            bounds = {"min": _amount(get["min"]), "max": _amount(get["max"])}
            when[fact] = {key: value for key, value in bounds.items() if value is not None}
        else:
            when[fact] = {"none_of": values} if get["how"] == "none_of" else values
    return when

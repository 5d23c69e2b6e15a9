"""The fields that a template shows: every value with its label, its choices and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jiannuo.promises.commitments import factwords, fieldwords
from jiannuo.promises.commitments.editing.dictionary import Dictionary
from jiannuo.promises.commitments.editing.shapes import Shape, asked, kind_of, shape_of
from jiannuo.promises.commitments.editing.values import as_json, as_mapping
from jiannuo.promises.commitments.packs import PackError, schema
from jiannuo.rules import WEEKDAYS

Place = tuple[str | int, ...]
Typed = Mapping[str, Any]


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
    wanted = list(only) or asked(model)
    return [
        _node(name, model.model_fields[name], typed.get(name), around, (*place, name), prefix)
        for name in wanted
    ]


def _node(name: str, info: FieldInfo, value: Any, around: Surroundings, place: Place, prefix: str) -> Node:
    shape = shape_of(info)
    default = info.get_default(call_default_factory=True)
    node = Node(
        name=f"{prefix}{name}",
        kind=kind_of(name, shape),
        label=fieldwords.label(name, prefix),
        help=fieldwords.help_text(name, prefix),
        required=info.is_required() and name not in fieldwords.GIVEN,
        advanced=name in fieldwords.ADVANCED,
        filled=value is not None and value != as_json(default),
    )
    if value is None and not info.is_required() and default != 0:
        value = as_json(default)
    _fill(node, shape, value, around, place, name)
    node.mistakes = around.take(place)
    return node


def _fill(node: Node, shape: Shape, value: Any, around: Surroundings, place: Place, name: str) -> None:
    prefix = f"{node.name}."
    if node.kind in ("choice", "choices"):
        given = value if isinstance(value, list) else [value] if value else []
        node.choices = _choices(name, shape, given, around)
        node.value = [str(one) for one in given] if node.kind == "choices" else str(value or "")
        node.is_open = not shape.words and name in fieldwords.CHOSEN_BY_NAME
    elif node.kind == "part" and shape.model:
        node.nodes = nodes_of(shape.model, as_mapping(value), around, place, prefix=prefix)
        node.filled = value is not None
    elif node.kind in ("parts", "named") and shape.model:
        _part_rows(node, shape.model, value, around, place)
    elif node.kind in ("table", "lists", "texts"):
        rows = enumerate(as_mapping(value).items())
        node.rows = [_pair(prefix, index, key, one, node.kind) for index, (key, one) in rows]
        node.blank = _pair(prefix, "__n__", "", "", node.kind)
    elif node.kind == "when":
        rows = enumerate(as_mapping(value).items())
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
        as_mapping(value).items() if is_named else enumerate(value if isinstance(value, list) else ())
    )
    for index, (key, one) in enumerate(items):
        at = f"{node.name}.{index}."
        row = nodes_of(model, as_mapping(one), around, (*place, key), prefix=at)
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


def _condition(prefix: str, index: int | str, fact: str, match: Any, around: Surroundings) -> list[Node]:
    how, values, low, high = _match(match)
    name = f"{prefix}{index}."
    group, _dot, part = fact.partition(".")
    is_group = group in schema.NUMBER_GROUPS
    facts = [(one, factwords.fact_label(one)) for one in fact_words()]
    facts += [(one, factwords.fact_label(one)) for one in schema.NUMBER_GROUPS]
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
    return [
        ("any_of", _("is one of")),
        ("all_of", _("is all of")),
        ("none_of", _("is none of")),
        ("range", _("from – to")),
    ]


def _match(match: Any) -> tuple[str, list[str], str, str]:
    for how in ("none_of", "all_of"):
        if isinstance(match, Mapping) and how in match:
            return how, [str(one) for one in match[how]], "", ""
    if isinstance(match, Mapping):
        low, high = (match.get(key) for key in ("min", "max"))
        return "range", [], "" if low is None else str(low), "" if high is None else str(high)
    values = match if isinstance(match, list | tuple) else [] if match is None else [match]
    return "any_of", [str(one) for one in values], "", ""

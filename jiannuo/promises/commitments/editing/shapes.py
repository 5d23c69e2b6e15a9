"""What kind of field the schema of packs asks for: a text, an amount, a choice, rows of parts …"""

from __future__ import annotations

import types
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import AfterValidator, BaseModel
from pydantic.fields import FieldInfo

from jiannuo.promises.commitments import fieldwords
from jiannuo.promises.commitments.packs import schema

CLAUSE_PARTS: dict[str, type[schema.ClausePart]] = {
    get_args(part.model_fields["kind"].annotation)[0]: part for part in get_args(get_args(schema.AnyPart)[0])
}


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
    if any(getattr(one, "func", None) is schema.matchable for one in metadata):
        return Shape("when")
    if key is date:
        return Shape("days")
    inner = _shape(value)
    if inner.kind == "part":
        return Shape("named", model=inner.model)
    return Shape({"amount": "table", "text": "texts"}.get(inner.kind, "lists"))


def kind_of(name: str, shape: Shape) -> str:
    """The kind of control a field is shown with."""
    if name in fieldwords.LONG and shape.kind == "text":
        return "area"
    if name in fieldwords.CHOSEN_BY_NAME:
        return "choices" if shape.kind == "words" else "choice"
    return shape.kind


def asked(model: type[BaseModel]) -> list[str]:
    """The fields of a part but its kind, where that is what it is."""
    return [name for name, info in model.model_fields.items() if len(shape_of(info).words) != 1]

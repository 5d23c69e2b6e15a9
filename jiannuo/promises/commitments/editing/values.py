"""Values as a pack writes them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel


def as_json(value: Any) -> Any:
    """A default of the schema as a pack writes it."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json", exclude_defaults=True)
    if isinstance(value, Decimal):
        return as_amount(str(value))
    return list(value) if isinstance(value, tuple) else value


def as_amount(text: str) -> Any:
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


def as_mapping(value: Any) -> Mapping[str, Any]:
    """The value where it is a mapping, else an empty one: what was typed may be anything."""
    return value if isinstance(value, Mapping) else {}

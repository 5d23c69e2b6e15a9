"""What the outcomes of a decision are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

Outcome = TypeVar("Outcome")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def outcome(cls: type[Outcome]) -> type[Outcome]:
    """A dataclass that nobody changes once it is made: the type checker sees to that.

    At run time nothing stands in the way, which makes it more than twice as fast to build; a decision has dozens.
    """
    return dataclass(slots=True, kw_only=True)(cls)

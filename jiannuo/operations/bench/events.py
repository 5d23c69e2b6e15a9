"""What the bench announces."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from jiannuo.kernel.events import Event


@dataclass(frozen=True)
class GoodsEvent(Event):
    """Something that happened to goods in the house."""

    receipt_id: int
    order_id: int
    at: datetime


@dataclass(frozen=True)
class GoodsTakenIn(GoodsEvent):
    """A receipt was given."""


@dataclass(frozen=True)
class GoodsCollected(GoodsEvent):
    """The customer has the goods again."""

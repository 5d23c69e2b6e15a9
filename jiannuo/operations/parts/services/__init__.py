"""Every write of the ledger of parts."""

from __future__ import annotations

from jiannuo.operations.parts.services.booking import Item, PartGone, StockChanged, StockShort
from jiannuo.operations.parts.services.jobs import draw, put_back
from jiannuo.operations.parts.services.keeping import count, move, receive, receive_all, reverse
from jiannuo.operations.parts.services.places import add_location, change_location

__all__ = [
    "Item",
    "PartGone",
    "StockChanged",
    "StockShort",
    "add_location",
    "change_location",
    "count",
    "draw",
    "move",
    "put_back",
    "receive",
    "receive_all",
    "reverse",
]

"""The pages of stock: lists, places, what a storekeeper books, the own van."""

from __future__ import annotations

from jiannuo.operations.parts.views.booking import (
    choices,
    count_page,
    move_page,
    move_row,
    receive_page,
    receive_row,
    reverse_page,
)
from jiannuo.operations.parts.views.lists import Ledger, PlaceList, PlacePage, StockList
from jiannuo.operations.parts.views.places import my_van, place_edit, place_new

__all__ = [
    "Ledger",
    "PlaceList",
    "PlacePage",
    "StockList",
    "choices",
    "count_page",
    "move_page",
    "move_row",
    "my_van",
    "place_edit",
    "place_new",
    "receive_page",
    "receive_row",
    "reverse_page",
]

"""Pages of registration cards."""

from __future__ import annotations

from jiannuo.operations.cards.views.handing import card_new, card_type, photos_new
from jiannuo.operations.cards.views.pages import CardList, CardPage, QuarterList, quarter, settings

__all__ = [
    "CardList",
    "CardPage",
    "QuarterList",
    "card_new",
    "card_type",
    "photos_new",
    "quarter",
    "settings",
]

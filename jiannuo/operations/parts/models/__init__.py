"""Where spare parts lie, the ledger of what came and went, and the balances that follow from it."""

from __future__ import annotations

from jiannuo.operations.parts.models.ledger import Condition, StockBalance, StockEntry, plain
from jiannuo.operations.parts.models.locations import StockLocation

__all__ = ["Condition", "StockBalance", "StockEntry", "StockLocation", "plain"]

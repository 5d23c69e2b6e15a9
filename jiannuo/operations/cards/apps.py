from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CardsConfig(AppConfig):
    """Registration cards (三包回执卡).

    The room stands among the operations and not in the registry: recognising a card settles what the ledger owes, asks
    the clauses and may need a consent, and the registry lies below all three.
    """

    name = "jiannuo.operations.cards"
    label = "cards"

    def ready(self) -> None:
        import_module("jiannuo.operations.cards.proofs")
        import_module("jiannuo.operations.cards.panels")

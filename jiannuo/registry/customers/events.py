"""What the customers' room announces."""

from __future__ import annotations

from dataclasses import dataclass

from jiannuo.kernel.events.bus import Event


@dataclass(frozen=True)
class CustomersMerged(Event):
    """Everything of ``loser_id`` now belongs to ``winner_id``."""

    winner_id: int
    loser_id: int


@dataclass(frozen=True)
class CustomerErased(Event):
    """A natural person asked to be erased: rooms remove what they hold about the person beyond the history of work."""

    customer_id: int

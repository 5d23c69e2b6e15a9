"""How an answer written in the inbox reaches the sender; each channel that can send registers itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: given the item, the text and the person: puts the answer on its way and says how, "" when it cannot be sent
Sender = Callable[[Any, str, Any], str]
_senders: dict[str, Sender] = {}


def sends(channel: str) -> Callable[[Sender], Sender]:
    """Register the function that sends answers on ``channel``; it is called inside the transaction of the answer."""

    def register(function: Sender) -> Sender:
        _senders[channel] = function
        return function

    return register


def send_answer(item: Any, text: str, by: Any) -> str:
    """Put the answer on its way; "" when the channel cannot send it, so that the person does it by hand."""
    sender = _senders.get(item.channel)
    return sender(item, text, by) if sender is not None else ""

"""How an answer written in the inbox reaches the sender; each channel that can send registers itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

#: given the item, the text and the person: puts the answer on its way and says how, "" when it cannot be sent
Sender = Callable[[Any, str, Any], str]
#: given the item: whether an answer to it can be sent
Able = Callable[[Any], bool]
_senders: dict[str, tuple[Sender, Able]] = {}


def sends(channel: str, able: Able = bool) -> Callable[[Sender], Sender]:
    """Register the function that sends answers on ``channel``; it is called inside the transaction of the answer."""

    def register(function: Sender) -> Sender:
        _senders[channel] = (function, able)
        return function

    return register


def can_send(item: Any) -> bool:
    """Whether an answer to the item can be sent from here."""
    found = _senders.get(item.channel)
    return found is not None and found[1](item)


def send_answer(item: Any, text: str, by: Any) -> str:
    """Put the answer on its way; "" when the channel cannot send it, so that the person does it by hand."""
    return _senders[item.channel][0](item, text, by) if can_send(item) else ""

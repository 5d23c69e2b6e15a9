"""Pages of the channels."""

from __future__ import annotations

from jiannuo.operations.channels.views.calls import (
    CallList,
    call,
    call_card,
    call_edit,
    call_new,
    call_recording,
    ringing,
)
from jiannuo.operations.channels.views.inbox import InboxList, LetterList, arrival_new, item, item_action
from jiannuo.operations.channels.views.settings import (
    connection_edit,
    connection_new,
    connection_step,
    connections,
    extension_edit,
    extension_new,
    setting_edit,
)

__all__ = [
    "CallList",
    "InboxList",
    "LetterList",
    "arrival_new",
    "call",
    "call_card",
    "call_edit",
    "call_new",
    "call_recording",
    "connection_edit",
    "connection_new",
    "connection_step",
    "connections",
    "extension_edit",
    "extension_new",
    "item",
    "item_action",
    "ringing",
    "setting_edit",
]

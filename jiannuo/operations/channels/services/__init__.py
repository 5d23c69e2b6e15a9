"""Every write of the channels."""

from __future__ import annotations

from jiannuo.operations.channels.services.calls import describe, told, write_down
from jiannuo.operations.channels.services.connecting import (
    connect,
    rotate,
    save_setting,
    switch,
)
from jiannuo.operations.channels.services.inbox import (
    ItemConflict,
    answer,
    attach_to_request,
    dismiss,
    hand_over,
    note,
    set_customer,
    take,
    take_over,
)
from jiannuo.operations.channels.services.receiving import add_message, keep_files, receive
from jiannuo.operations.channels.services.recordings import keep_recording, note_hearing

__all__ = [
    "ItemConflict",
    "add_message",
    "answer",
    "attach_to_request",
    "connect",
    "describe",
    "dismiss",
    "hand_over",
    "keep_files",
    "keep_recording",
    "note",
    "note_hearing",
    "receive",
    "rotate",
    "save_setting",
    "set_customer",
    "switch",
    "take",
    "take_over",
    "told",
    "write_down",
]

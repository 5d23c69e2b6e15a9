"""What comes in before it is a service request: things in the inbox, calls, connections."""

from __future__ import annotations

from jiannuo.operations.channels.models.calls import Call, CallLine
from jiannuo.operations.channels.models.connections import (
    ChannelSetting,
    Connection,
    Extension,
    HookEvent,
)
from jiannuo.operations.channels.models.inbox import Channel, InboxFile, InboxItem, InboxLine
from jiannuo.operations.channels.models.mail import Encryption, MailAccount, MailMessage

__all__ = [
    "Call",
    "CallLine",
    "Channel",
    "ChannelSetting",
    "Connection",
    "Encryption",
    "Extension",
    "HookEvent",
    "InboxFile",
    "InboxItem",
    "InboxLine",
    "MailAccount",
    "MailMessage",
]

"""What comes in before it is a service request: things in the inbox, calls, connections."""

from __future__ import annotations

from jiannuo.operations.channels.models.inbox import Channel, InboxFile, InboxItem, InboxLine

__all__ = ["Channel", "InboxFile", "InboxItem", "InboxLine"]

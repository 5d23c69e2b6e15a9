"""Every write of the channels."""

from __future__ import annotations

from jiannuo.operations.channels.services.receiving import add_message, keep_files, receive

__all__ = ["add_message", "keep_files", "receive"]

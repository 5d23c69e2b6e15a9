"""Signed hooks: HMAC-SHA256 over the timestamp and the body, with the secret of the connection.

``X-Jiannuo-Timestamp`` holds seconds since 1970, ``X-Jiannuo-Signature`` the hexadecimal HMAC of
``<timestamp>.<body>``; a recording, whose body does not say what it is, is signed as ``<timestamp>.<call>.<body>``.
"""

from __future__ import annotations

import hashlib
import hmac
import time

TIMESTAMP, SIGNATURE = "X-Jiannuo-Timestamp", "X-Jiannuo-Signature"
#: seconds by which the clocks may differ, and in which a signature is good
WINDOW = 300


class Refused(Exception):
    """The signature is not to be trusted; ``kind`` says why: ``unsigned``, ``stale`` or ``signature``."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of ``body`` as it is sent."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def verify(secret: str, timestamp: str, given: str, body: bytes, *, now: float | None = None) -> None:
    """Raise Refused unless ``given`` is the signature of ``body``, made less than five minutes ago."""
    given = given.strip()
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) <= 12 and given):
        raise Refused("unsigned")
    if abs((time.time() if now is None else now) - int(timestamp)) > WINDOW:
        raise Refused("stale")
    if not secret or not hmac.compare_digest(
        signature(secret, timestamp, body).encode(), given.lower().encode()
    ):
        raise Refused("signature")

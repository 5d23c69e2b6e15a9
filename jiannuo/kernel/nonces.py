"""Links of records that whoever holds them may open: key and nonce of a row, signed for one purpose.

A row that gets a new nonce makes its older links stale: they are still known, but no longer good.
"""

from __future__ import annotations

import secrets

from django.core import signing
from django.utils.crypto import constant_time_compare


def new_nonce() -> str:
    """What makes a link unguessable (16 signs)."""
    return secrets.token_urlsafe(12)


def token_of(purpose: str, key: int, nonce: str) -> str:
    """What the address ends in; only ``purpose`` accepts it."""
    return signing.Signer(salt=purpose).sign(f"{key}.{nonce}")


def read_token(purpose: str, token: str) -> tuple[int, str] | None:
    """Key and nonce of a token; ``None`` when it was never made here for ``purpose``."""
    try:
        key, _dot, nonce = signing.Signer(salt=purpose).unsign(token).partition(".")
    except signing.BadSignature:
        return None
    return int(key), nonce


def is_same(nonce: str, other: str) -> bool:
    """Whether two nonces are the same, told in constant time."""
    return constant_time_compare(nonce, other)

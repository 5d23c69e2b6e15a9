"""Secrets that must be read again (of a hook, of a mailbox): kept encrypted, so that a copy of the database tells none.

The key comes from the installation's signing key (``JIANNUO_SECRET_KEY``); whoever changes that enters them anew.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """It was sealed with another key, or altered."""


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_fernet(str(key)) for key in keys])


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"jiannuo.sealing:{key}".encode()).digest()))


def seal(text: str) -> str:
    """``text`` encrypted and authenticated; empty stays empty."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """What was sealed. Raises Unreadable when the key is another one or the text was altered."""
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise Unreadable from error

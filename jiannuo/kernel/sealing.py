"""Secrets that must be read again (of a hook, of a mailbox): kept encrypted, so that a copy of the database tells none.

Beside them marks, by which this installation knows what it sent itself. The keys come from the installation's signing
key (``JIANNUO_SECRET_KEY``); whoever changes that enters the secrets anew.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """It was sealed with another key, or altered."""


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([_fernet(str(key)) for key in keys])


def _fernet(key: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"jiannuo.sealing:{key}".encode()).digest()))


def mark(text: str) -> str:
    """``text`` with a signature behind it, by which this installation knows it again; another one does not."""
    return f"{text}.{_signature(text, str(settings.SECRET_KEY))}"


def is_marked_here(marked: str) -> bool:
    """Whether :func:`mark` of this installation made it, with its present or a former signing key."""
    text, _dot, signature = marked.strip().rpartition(".")
    given = signature.encode("utf-8", errors="replace")
    keys = [str(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    matching = [hmac.compare_digest(_signature(text, key).encode(), given) for key in keys]
    return bool(text) and any(matching)


def _signature(text: str, key: str) -> str:
    secret = hashlib.sha256(f"jiannuo.marks:{key}".encode()).digest()
    return hmac.new(secret, text.encode("utf-8", errors="replace"), hashlib.sha256).hexdigest()[:32]


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

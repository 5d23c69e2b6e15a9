"""Whose failed tries are counted together when somebody guesses passwords."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jiannuo.office.accounts.models import User


def login_name(request: Any, credentials: Mapping[str, Any] | None = None) -> str:
    """The user name behind a try to sign in, whether the name or the e-mail address was typed.

    A name that does not exist is counted too, so that the lock does not tell which names exist.
    """
    given = credentials or {}
    typed = given.get("username") or given.get("email") or ""
    if not typed and request is not None:
        typed = getattr(request, "POST", {}).get("login", "")
    typed = str(typed).strip().lower()[:150]
    if "@" in typed:
        known = (
            User.objects.filter(email__iexact=typed).order_by("pk").values_list("username", flat=True).first()
        )
        return known.lower() if known else typed
    return typed

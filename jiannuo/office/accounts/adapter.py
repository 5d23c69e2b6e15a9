"""Rules of signing in that differ from django-allauth's defaults."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    def is_open_for_signup(self, request: Any) -> bool:
        return False

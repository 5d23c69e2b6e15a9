"""Whose phone it is now: a mark in a cookie that the app can read also without network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

COOKIE = "jiannuo_field"
#: what the cookie holds after somebody signed out
NOBODY = "-"
KEPT = 365 * 86400  # seconds


def mark_of(user: Any) -> str:
    """A short word for a person that says nothing about them."""
    return salted_hmac("jiannuo.field.person", str(user.pk)).hexdigest()[:16]


class PersonMiddleware:
    """Keeps the mark of who is signed in. What the app stored for one person it neither shows nor sends for another.

    A phone gets its first mark on the pages of technicians; signing out puts ``NOBODY`` in its place.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.COOKIES.get(COOKIE, "")
        if request.path.startswith("/api/") or not (known or request.path.startswith("/field/")):
            return self.get_response(request)
        was_signed_in = request.user.is_authenticated
        response = self.get_response(request)
        user: Any = request.user
        nobody = NOBODY if was_signed_in else known
        wanted = mark_of(user) if user.is_authenticated else nobody
        if wanted != known:
            response.set_cookie(
                COOKIE,
                wanted,
                max_age=KEPT,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=False,
                samesite="Lax",
            )
        return response

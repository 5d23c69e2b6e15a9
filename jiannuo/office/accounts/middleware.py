"""What follows from who is signed in: the language of pages, the list of devices, the second factor of some roles."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from jiannuo.office.accounts import services

Respond = Callable[[HttpRequest], HttpResponse]
_SEEN = "second_factor"
_DEVICE = "device"


class LanguageMiddleware:
    """Pages speak the language of the person; choosing one in the menu changes it for good.

    The API keeps to ``Accept-Language``. Visitors who are not signed in keep to their browser or their cookie.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/api/"):
            return self.get_response(request)
        user: Any = request.user
        if not user.is_authenticated:
            return self.get_response(request)
        choosing = request.method == "POST" and request.path == reverse("set_language")
        chosen = request.POST.get("language", "") if choosing else ""
        if chosen in dict(settings.LANGUAGES):
            services.choose_language(user, chosen)
        translation.activate(user.language)
        request.LANGUAGE_CODE = translation.get_language()
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", translation.get_language() or user.language)
        return response


class DeviceMiddleware:
    """Keeps the list of signed-in devices, at most once in five minutes for each: reading a page writes nothing."""

    resolution = timedelta(minutes=5).total_seconds()

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.session.session_key and request.user.is_authenticated:
            now = time.time()
            if now - request.session.get(_DEVICE, 0.0) > self.resolution:
                request.session[_DEVICE] = now
                UserSession.objects.create_from_request(request)
        return self.get_response(request)


def device_was_seen(sender: object, request: HttpRequest, **_signal: object) -> None:
    """Signing in itself puts the device on the list; the next look is due after a while."""
    request.session[_DEVICE] = time.time()


class SecondFactorMiddleware:
    """Sends holders of the roles in ``JIANNUO_MFA_ROLES`` to set up a second factor before anything else."""

    open_prefixes = ("/accounts/", "/i18n/", "/static/", "/healthz", "/readyz")

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (
            not settings.JIANNUO_MFA_ROLES
            or request.path.startswith(self.open_prefixes)
            or not self._owes(request)
        ):
            return self.get_response(request)
        text = _("Your role needs a second factor. Set it up now; it takes a minute.")
        if request.path.startswith("/api/"):
            return JsonResponse(
                {
                    "type": "urn:jiannuo:problem:second-factor-needed",
                    "title": text,
                    "status": 403,
                    "detail": text,
                },
                status=403,
                content_type="application/problem+json",
            )
        messages.warning(request, text)
        return redirect("mfa_activate_totp")

    def _owes(self, request: HttpRequest) -> bool:
        user: Any = request.user
        if (
            not user.is_authenticated
            or request.session.get(_SEEN)
            or not user.has_role(*settings.JIANNUO_MFA_ROLES)
        ):
            return False
        if not is_mfa_enabled(user):
            return True
        request.session[_SEEN] = True
        return False

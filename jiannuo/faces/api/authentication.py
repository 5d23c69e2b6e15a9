"""Who calls the API: a key in ``Authorization: Bearer …``, or the session of a page (with its CSRF token)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed

from jiannuo.office.accounts.models import ApiToken

# The time of last use is for people who look for unused keys; writing it at every call would only cost.
USE_RESOLUTION = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """A key issued on the page of API keys, acting as its person. Only the digest of a key is known here."""

    keyword = "Bearer"

    def authenticate(self, request: Any) -> tuple[Any, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != self.keyword.lower().encode():
            return None
        if len(parts) != 2:
            raise AuthenticationFailed(_("The header must read: Authorization: Bearer <key>."))
        try:
            key = parts[1].decode("ascii")
        except UnicodeDecodeError:
            raise AuthenticationFailed(_("The API key is not valid.")) from None
        token = ApiToken.objects.select_related("user").filter(digest=ApiToken.digest_of(key)).first()
        now = timezone.now()
        if token is None or not token.user.is_active:
            raise AuthenticationFailed(_("The API key is not valid."))
        if token.expires_at is not None and token.expires_at <= now:
            raise AuthenticationFailed(_("The API key has expired. Issue a new one."))
        if token.last_used_at is None or now - token.last_used_at > USE_RESOLUTION:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Any) -> str:
        return f'{self.keyword} realm="jiannuo"'


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes the key."""

    target_class = "jiannuo.faces.api.authentication.TokenAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}

"""The link of an invitation: signed, for one use, without signing in."""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from jiannuo.operations.surveys.models import Invitation

SALT = "surveys.invitation"


def token_of(invitation: Invitation) -> str:
    """What the address ends in."""
    return signing.Signer(salt=SALT).sign(f"{invitation.pk}.{invitation.nonce}")


def url_of(invitation: Invitation) -> str:
    """The whole address of the page on which it is answered."""
    return settings.BASE_URL + reverse("portal:survey", args=[token_of(invitation)])


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a token names; ``None`` when it was never made here."""
    try:
        key, _dot, nonce = signing.Signer(salt=SALT).unsign(token).partition(".")
    except signing.BadSignature:
        return None
    found = (
        Invitation.objects.select_related("edition__questionnaire", "organization", "model", "document")
        .filter(pk=int(key))
        .first()
    )
    return found if found is not None and constant_time_compare(found.nonce, nonce) else None

"""The link of an invitation: signed, for one use, without signing in."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from jiannuo.kernel import nonces
from jiannuo.operations.surveys.models import Invitation

SALT = "surveys.invitation"


def token_of(invitation: Invitation) -> str:
    """What the address ends in."""
    return nonces.token_of(SALT, invitation.pk, invitation.nonce)


def url_of(invitation: Invitation) -> str:
    """The whole address of the page on which it is answered."""
    return settings.BASE_URL + reverse("portal:survey", args=[token_of(invitation)])


def invitation_of(token: str) -> Invitation | None:
    """The invitation that a token names; ``None`` when it was never made here."""
    read = nonces.read_token(SALT, token)
    if read is None:
        return None
    rows = Invitation.objects.select_related("edition__questionnaire", "organization", "model", "document")
    found = rows.filter(pk=read[0]).first()
    return found if found is not None and nonces.is_same(found.nonce, read[1]) else None

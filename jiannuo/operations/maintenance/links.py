"""The link of a quotation: signed, without signing in; the customer sees what it costs, accepts or refuses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel import nonces
from jiannuo.operations.maintenance.models import Quotation

PURPOSE = "maintenance.quotation"
#: how long after its validity the link still shows what was answered
LASTS = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Opened:
    """The quotation that a link names, and whether the link was replaced by one sent elsewhere."""

    quotation: Quotation
    replaced: bool

    @property
    def is_over(self) -> bool:
        """Whether the link has served its time, or never was sent."""
        until = self.quotation.valid_until
        return until is None or until + LASTS <= timezone.now()


def token_of(quotation: Quotation) -> str:
    """What the address ends in."""
    return nonces.token_of(PURPOSE, quotation.pk, quotation.link_nonce)


def url_of(quotation: Quotation) -> str:
    """The whole address of the customer's page."""
    return settings.BASE_URL + reverse("portal:quotation", args=[token_of(quotation)])


def open_link(token: str) -> Opened | None:
    """What a token names; ``None`` when it was never made here."""
    read = nonces.read_token(PURPOSE, token)
    if read is None:
        return None
    rows = Quotation.objects.select_related("organization", "customer", "unit__model", "order", "replaced_by")
    found = rows.filter(pk=read[0]).first()
    return Opened(found, not nonces.is_same(found.link_nonce, read[1])) if found is not None else None

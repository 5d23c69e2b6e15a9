"""The link of a receipt: signed, without signing in; it shows the receipt and takes the answer to an estimate."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel import nonces
from jiannuo.operations.bench.models import CarryIn

SALT = "bench.receipt"
#: how long after collecting the link still shows the receipt
LASTS = timedelta(days=90)


def token_of(receipt: CarryIn) -> str:
    """What the address ends in."""
    return nonces.token_of(SALT, receipt.pk, receipt.link_nonce)


def url_of(receipt: CarryIn) -> str:
    """The whole address of the customer's page of a receipt."""
    return settings.BASE_URL + reverse("portal:carry_in", args=[token_of(receipt)])


def receipt_of(token: str) -> CarryIn | None:
    """The receipt that a token names; ``None`` when it was never made here."""
    read = nonces.read_token(SALT, token)
    if read is None:
        return None
    rows = CarryIn.objects.select_related("organization", "order", "unit__model", "customer")
    found = rows.filter(pk=read[0]).first()
    return found if found is not None and nonces.is_same(found.link_nonce, read[1]) else None


def is_over(receipt: CarryIn) -> bool:
    """Whether the link has served its time."""
    return receipt.collected_at is not None and receipt.collected_at + LASTS < timezone.now()

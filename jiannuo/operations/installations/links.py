"""The link of a goods notice: signed, expiring, without signing in; the supplier sees the list and answers."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel import nonces
from jiannuo.operations.installations.models import GoodsNotice

PURPOSE = "installations.goods_notice"


@dataclass(frozen=True, slots=True)
class Opened:
    """The notice that a link names, and whether the link was replaced by one sent to another address."""

    notice: GoodsNotice
    replaced: bool

    @property
    def is_over(self) -> bool:
        """Whether the link has served its time."""
        until = self.notice.link_until
        return until is None or until <= timezone.now()


def token_of(notice: GoodsNotice) -> str:
    """What the address ends in."""
    return nonces.token_of(PURPOSE, notice.pk, notice.link_nonce)


def url_of(notice: GoodsNotice) -> str:
    """The whole address of the supplier's page."""
    return settings.BASE_URL + reverse("portal:goods_notice", args=[token_of(notice)])


def open_link(token: str) -> Opened | None:
    """What a token names; ``None`` when it was never made here."""
    read = nonces.read_token(PURPOSE, token)
    if read is None:
        return None
    rows = GoodsNotice.objects.select_related("organization", "customer", "project", "addressee")
    found = rows.filter(pk=read[0]).first()
    return Opened(found, not nonces.is_same(found.link_nonce, read[1])) if found is not None else None

"""Doing an action on a card, with everything that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from jiannuo.kernel.events import publish
from jiannuo.office.accounts.models import User
from jiannuo.office.documents import services as documents
from jiannuo.office.notices.services import notify
from jiannuo.operations.cards import notices
from jiannuo.operations.cards.events import CardRecognised, CardRefused
from jiannuo.operations.cards.models import RegistrationCard
from jiannuo.operations.cards.services.recognising import check_again, take_over
from jiannuo.operations.cards.services.standing import recount, renew_standing
from jiannuo.operations.workorders import consents

#: What an approval clause calls the recognition of a card that came too late.
SUBJECT = "late_card"


@transaction.atomic
def do(
    document: RegistrationCard,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> RegistrationCard:
    """Do an action; raises what ``documents.services.perform`` raises, and ValidationError for a card gone wrong."""
    at = at or timezone.now()
    if name in ("check_card", "recognise"):
        check_again(_fresh(document))
    if name == "excuse" and not as_system and _waits_for_consent(document, data or {}, by=by):
        return document
    card = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "recognise":
        _recognised(_fresh(card), by=by, at=at)
    elif name in ("refuse", "revoke"):
        _refused(_fresh(card), at=at)
    elif name == "send_back":
        _tell(card, notices.SENT_BACK, reason=card.refusal_reason)
    elif name == "excuse":
        if card.unit is not None:
            renew_standing(card.unit)
        recount(_fresh(card))
    return RegistrationCard.objects.select_related("organization").get(pk=card.pk)


def _fresh(card: RegistrationCard) -> RegistrationCard:
    related = ("organization", "model__category", "unit", "division", "customer")
    return RegistrationCard.objects.select_related(*related).get(pk=card.pk)


def _waits_for_consent(card: RegistrationCard, data: Mapping[str, Any], *, by: Any) -> bool:
    """Ask for the consent that a clause wants before a late card counts; the page shows whose."""
    if not by.has_perm("cards.excuse", card):
        raise PermissionDenied("cards.excuse")
    reason = str(data.get("reason", ""))
    approval = consents.obtain(card, SUBJECT, by=by, action="excuse", data={"reason": reason}, reason=reason)
    return approval is not None


def _recognised(card: RegistrationCard, *, by: Any, at: datetime) -> None:
    standing = take_over(card, by=by, at=at)
    publish(CardRecognised(card_id=card.pk, unit_id=card.unit_id or 0, at=at))
    _tell(card, notices.RECOGNISED, standing=standing.state_label if standing is not None else "")


def _refused(card: RegistrationCard, *, at: datetime) -> None:
    if card.unit is not None:
        renew_standing(card.unit)
    recount(card)
    publish(CardRefused(card_id=card.pk, unit_id=card.unit_id, at=at))
    _tell(card, notices.REFUSED, reason=f"{card.get_refusal_display()}: {card.refusal_reason}")


def _tell(card: RegistrationCard, kind: Any, **words: str) -> None:
    people = User.objects.holding("dealer_clerk", card.organization)
    key = f"{kind.id}:{card.pk}:{card.version}"
    notify(people, kind, document=card, context={"serial": card.serial or card.title, **words}, key=key)

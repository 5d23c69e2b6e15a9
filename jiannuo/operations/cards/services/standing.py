"""What the ledger and the cards say about a unit, and how many cards a quarter has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Count, Q

from jiannuo.operations.cards.models import CardQuarter, RegistrationCard, UnitStanding
from jiannuo.promises.obligations.models import Obligation

METRIC = "registration"
State = UnitStanding.State
Ledger = Obligation.State


@transaction.atomic
def renew_standing(unit: Any) -> UnitStanding | None:
    """Work out what is so about the card of a unit; None where no clause asks for one and none came.

    Late is what the ledger says: the obligation was missed, or met after its due instant.
    """
    owed = list(
        Obligation.objects.filter(unit=unit.pk, document__isnull=True, metric=METRIC)
        .exclude(state=Ledger.CANCELLED)
        .order_by("due_at", "pk")
    )
    cards = list(
        RegistrationCard.objects.filter(unit=unit.pk).select_for_update(of=("self",)).order_by("-pk")
    )
    card = next((one for one in cards if one.state == RegistrationCard.State.RECOGNISED), None)
    state = _state(owed, card, refused=any(one.refusal and one.recognised_at for one in cards))
    if state is None:
        UnitStanding.objects.filter(unit=unit.pk).delete()
        return None
    asking = next((one for one in owed if one.state in _BAD), owed[0] if owed else None)
    if card is not None and card.in_time is not (state != State.LATE):
        card.in_time = state != State.LATE
        RegistrationCard.objects.filter(pk=card.pk).update(in_time=card.in_time)
    standing, _created = UnitStanding.objects.update_or_create(
        unit_id=unit.pk,
        defaults={
            "state": state,
            "card": card,
            "due_at": asking.due_at if asking is not None else None,
            "why": asking.text if asking is not None else "",
        },
    )
    return standing


_BAD = (Ledger.MISSED, Ledger.MET_LATE)


def _state(owed: Sequence[Obligation], card: RegistrationCard | None, *, refused: bool) -> str | None:
    states = {one.state for one in owed}
    late = bool(states.intersection(_BAD))
    if card is not None:
        if late:
            return State.EXCUSED if card.excused_at is not None else State.LATE
        return State.EXCUSED if Ledger.WAIVED in states else State.IN_TIME
    if refused:
        return State.REFUSED
    if late:
        return State.OVERDUE
    if Ledger.OPEN in states:
        return State.AWAITED
    if Ledger.WAIVED in states:
        return State.EXCUSED
    return State.IN_TIME if Ledger.MET in states else None


@transaction.atomic
def recount(card: RegistrationCard) -> None:
    """Count the cards of the dealer, the quarter and the product of ``card`` anew."""
    if card.model is None:
        return
    row, _created = CardQuarter.objects.get_or_create(
        organization_id=card.organization_id, quarter=card.quarter, category_id=card.model.category_id
    )
    row = CardQuarter.objects.select_for_update().get(pk=row.pk)
    recognised = Q(state=RegistrationCard.State.RECOGNISED)
    counted = RegistrationCard.objects.filter(
        organization=row.organization_id, quarter=row.quarter, model__category=row.category_id
    ).aggregate(
        cards=Count("pk", filter=recognised),
        in_time=Count("pk", filter=recognised & Q(in_time=True)),
        falsified=Count("pk", filter=Q(refusal=RegistrationCard.Refusal.FALSIFIED)),
    )
    row.cards, row.in_time, row.falsified = counted["cards"], counted["in_time"], counted["falsified"]
    row.save()

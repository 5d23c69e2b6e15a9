"""What the room of cards does on the news of the ledger."""

from __future__ import annotations

from jiannuo.kernel.events import subscribe
from jiannuo.operations.cards.services.standing import METRIC, recount, renew_standing
from jiannuo.promises.obligations.events import ObligationMissed, ObligationOpened, ObligationSettled
from jiannuo.registry.installedbase.models import InstalledUnit


@subscribe(ObligationOpened)
def a_card_is_awaited(event: ObligationOpened) -> None:
    """A unit was sold for which a clause asks for the card."""
    _renew(event.metric, event.unit_id, event.document_id)


@subscribe(ObligationMissed)
def no_card_came(event: ObligationMissed) -> None:
    """The day passed without a card."""
    _renew(event.metric, event.unit_id, event.document_id)


@subscribe(ObligationSettled)
def it_was_settled(event: ObligationSettled) -> None:
    """It was kept or waived, by a card or by hand."""
    _renew(event.metric, event.unit_id, event.document_id)


def _renew(metric: str, unit_id: int | None, document_id: int | None) -> None:
    if metric != METRIC or unit_id is None or document_id is not None:
        return
    unit = InstalledUnit.objects.filter(pk=unit_id).first()
    if unit is None:
        return
    standing = renew_standing(unit)
    if standing is not None and standing.card is not None:
        recount(standing.card)

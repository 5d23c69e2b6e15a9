"""The printed form F06: the registration card with its number and the customer's stub."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing import PrintForm, register
from jiannuo.kernel.regions.services import full_name
from jiannuo.operations.cards.models import RegistrationCard, UnitStanding


def registration_card(card: RegistrationCard) -> dict[str, Any]:
    """What F06 shows: the card, its stub, and the clause that asks for it."""
    standing = UnitStanding.objects.filter(unit=card.unit_id).first() if card.unit_id else None
    return {
        "card": card,
        "standing": standing,
        "place": (full_name(card.division_id) if card.division_id else "") + card.address,
        "terms": standing.why if standing is not None else "",
    }


register(
    PrintForm(
        id="F06",
        title=_("Registration card (three guarantees)"),
        template="cards/print/card.html",
        model=RegistrationCard,
        rows=lambda user: RegistrationCard.objects.visible_to(user).select_related(
            "organization", "model", "division"
        ),
        context=registration_card,
        permission="cards.create",
    )
)

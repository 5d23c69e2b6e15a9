"""Reading cards."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import QuerySet
from django.utils import timezone

from jiannuo.office.documents import timeline
from jiannuo.office.organizations.models import Organization, OrganizationKind
from jiannuo.operations.cards.models import CardQuarter, RegistrationCard
from jiannuo.operations.cards.proofs import CARD
from jiannuo.promises.commitments.reading import Reader
from jiannuo.promises.commitments.services import decide, facts_for

DEALERS = (OrganizationKind.DEALER, OrganizationKind.STATION)
RELATED = ("organization", "model__category", "unit", "customer", "division")


def cards_for(user: Any) -> QuerySet[RegistrationCard]:
    """Rows of the list of cards."""
    return RegistrationCard.objects.visible_to(user).select_related(
        "organization", "model", "unit", "division"
    )


def quarters_for(user: Any) -> QuerySet[CardQuarter]:
    """Rows of the list of quarters."""
    return CardQuarter.objects.visible_to(user).select_related("organization", "category")


def dealers_of(user: Any) -> QuerySet[Organization]:
    """The dealers and stations for which ``user`` may hand in cards."""
    scope = user.organization_scope("cards.create")
    rows = Organization.objects.active().filter(kind__in=DEALERS)
    return rows if scope is None else rows.filter(pk__in=scope)


def pictures_of(card: RegistrationCard) -> list[Any]:
    """The pictures of a card, oldest first, as pages show files."""
    return list(timeline.file_views(card.attachments.select_related("file").order_by("pk")))


@dataclass(frozen=True, slots=True)
class Fee:
    """What a clause pays a dealer for the cards of a quarter (yuan), or why not."""

    clause: str
    commitment: str
    amount: Decimal | None
    effect: str
    reasons: list[str]


def fees_of(quarter: CardQuarter) -> list[Fee]:
    """What the settlement clauses pay for each card of the quarter; one falsified card is a fact for them."""
    last = quarter.quarter + relativedelta(months=3) - timedelta(days=1)
    at = min(timezone.make_aware(datetime.combine(last, time(23, 59))), timezone.now())
    facts = facts_for(
        category=quarter.category,
        events={"requested": at, "quarter_closed": last},
        documents=frozenset({CARD} if quarter.cards else ()),
        flags=frozenset({"falsified_cards"} if quarter.falsified else ()),
    )
    facts = replace(facts, dealer=quarter.organization.code, amounts={"card": Decimal(quarter.cards)})
    decision = decide(facts, at, quarter.organization)
    reader = Reader()
    return [
        Fee(
            clause=one.clause,
            commitment=one.commitment,
            amount=one.amount,
            effect=one.effect,
            reasons=[reader.reason(why).text for why in one.reasons],
        )
        for one in decision.settlements
        if one.payee in ("dealer", "station") and one.per == "card"
    ]

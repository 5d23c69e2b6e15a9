"""Printed forms of a trip: the feedback form (F37) and the claim of expenses. F71 is printed from its page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.money import in_words
from jiannuo.kernel.printing import PrintForm, register
from jiannuo.operations.trips.balances import balances_of
from jiannuo.operations.trips.models import BusinessTrip
from jiannuo.operations.trips.tables import charged_to


def _rows(user: Any) -> Any:
    return BusinessTrip.objects.visible_to(user).select_related(
        "organization", "cause", "payer_order", "feedback__by", "settled_by"
    )


def feedback(document: BusinessTrip) -> dict[str, Any]:
    """What F37 shows."""
    return {
        "trip": document,
        "feedback": document.feedback,
        "people": "、".join(one.person.name for one in document.people.select_related("person")),
        "customers": "、".join(str(one) for one in document.customers.order_by("pk")),
        "units": "、".join(
            f"{one.model} {one.serial}" for one in document.units.select_related("model").order_by("pk")
        ),
    }


def claim(document: BusinessTrip) -> dict[str, Any]:
    """What the claim of expenses shows."""
    expenses = list(document.expenses.select_related("traveller__person"))
    total = sum(one.amount for one in expenses)
    return {
        "trip": document,
        "expenses": expenses,
        "total": total,
        "words": in_words(total) if total else "",
        "balances": balances_of(document),
        "charged": charged_to(document),
    }


register(
    PrintForm(
        id="F37",
        title=_("After-sales information feedback form"),
        template="trips/print/feedback.html",
        model=BusinessTrip,
        rows=lambda user: _rows(user).filter(feedback__isnull=False),
        context=feedback,
        permission="trips.own",
    )
)
register(
    PrintForm(
        id="trip-claim",
        title=_("Claim of travel expenses"),
        template="trips/print/claim.html",
        model=BusinessTrip,
        rows=_rows,
        context=claim,
        permission="trips.own",
    )
)

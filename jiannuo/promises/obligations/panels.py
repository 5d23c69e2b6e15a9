"""Countdowns on the page of every document that owes something, and what is owed to a customer on theirs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents import panels
from jiannuo.office.documents.models import Document
from jiannuo.promises.obligations.models import RecurringDuty, Retention
from jiannuo.promises.obligations.queries import for_document, kept_for_document, visible_to
from jiannuo.registry.customers.panels import Panel
from jiannuo.registry.customers.panels import panels as customer_panels
from jiannuo.registry.installedbase.panels import panels as unit_panels

MOST_OWED = 10


@panels.register
def countdowns(document: Document, user: Any) -> dict[str, Any]:
    """The obligations that the page shows at its head, and until when what is kept; two queries."""
    return {"obligations": for_document(document), "retentions": kept_for_document(document, user)}


def owed_to(customer: Any, user: Any) -> dict[str, Any] | None:
    """What the customer is owed now, soonest first; one query, nothing when nothing is."""
    rows = (
        visible_to(user)
        .open()
        .filter(customer=customer)
        .select_related("document", "person", "unit", "organization")
        .order_by("due_at")
    )
    owed = list(rows[:MOST_OWED])
    return {"owed": owed} if owed else None


customer_panels.register(
    Panel(
        name="obligations",
        title=_("What we owe the customer"),
        template="obligations/_owed.html",
        context=owed_to,
        permission="obligations.view",
        order=10,
    )
)


def owed_for(unit: Any, user: Any) -> dict[str, Any] | None:
    """What is owed for the unit by its own events, what recurs, and what is kept; three queries, else nothing."""
    rows = visible_to(user).open().filter(unit=unit, document__isnull=True).order_by("due_at", "pk")
    owed = list(rows.select_related("organization", "customer", "person", "unit")[:MOST_OWED])
    running = (
        RecurringDuty.objects.visible_to(user).filter(unit=unit, ended_at__isnull=True).order_by("action")
    )
    duties = list(running)
    kept = list(
        Retention.objects.filter(unit=unit, document__isnull=True).select_related("organization", "version")
    )
    return {"owed": owed, "duties": duties, "retentions": kept} if owed or duties or kept else None


unit_panels.register(
    Panel(
        name="obligations",
        title=_("What is owed for this unit"),
        template="obligations/_owed_for_unit.html",
        context=owed_for,
        permission="obligations.view",
        order=20,
    )
)

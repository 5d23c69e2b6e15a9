"""Follow-ups on the pages of documents and customers."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents import panels
from jiannuo.office.documents.models import Document
from jiannuo.operations.followups.models import AddressDoubt, FollowUp
from jiannuo.operations.followups.queries import of_document
from jiannuo.registry.customers.panels import Panel
from jiannuo.registry.customers.panels import panels as customer_panels

MOST = 6
WITH_FOLLOWUPS = ("servicerequest", "workorder")


@panels.register
def followups(document: Document, user: Any) -> dict[str, Any]:
    """The follow-ups of a request or an order; one query, nothing for those who may not see them."""
    if document.kind not in WITH_FOLLOWUPS or not user.has_perm("followups.view"):
        return {}
    return {"followups": of_document(document)}


def of_customer(customer: Any, user: Any) -> dict[str, Any] | None:
    """The last follow-ups with a customer, and whether letters came back; two queries."""
    rows = (
        FollowUp.objects.visible_to(user).filter(customer=customer).select_related("followup_kind", "owner")
    )
    found = list(rows.order_by("-pk")[:MOST])
    doubts = list(
        AddressDoubt.objects.filter(customer=customer, cleared_at__isnull=True).select_related("letter")
    )
    return {"followups": found, "doubts": doubts} if found or doubts else None


customer_panels.register(
    Panel(
        name="followups",
        title=_("Follow-ups"),
        template="followups/_of_customer.html",
        context=of_customer,
        permission="followups.view",
        order=40,
    )
)

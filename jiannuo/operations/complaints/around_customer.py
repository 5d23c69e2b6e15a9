"""Complaints of a customer, for those who may see them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.complaints.models import Complaint
from jiannuo.operations.complaints.models.complaint import OPEN
from jiannuo.operations.complaints.queries import complaints_for
from jiannuo.registry.customers.around import AccountColumn, Cell, Keys, columns, tabs
from jiannuo.registry.customers.panels import Panel

MOST = 30


def complaints(customer: Any, user: Any) -> dict[str, Any]:
    """The latest complaints; one query."""
    return {"complaints": list(complaints_for(user).filter(customer=customer).order_by("-pk")[:MOST])}


def counts(keys: Keys, user: Any) -> Mapping[int, Cell]:
    """How many complaints there are, and how many are open; one query."""
    rows = Complaint.objects.visible_to(user).filter(customer__in=keys).order_by().values("customer")
    found = {}
    for row in rows.annotate(number=Count("pk"), open=Count("pk", filter=Q(state__in=OPEN))):
        text = gettext("%(number)s, %(open)s open") % row
        found[row["customer"]] = Cell(text, style="danger" if row["open"] else "secondary")
    return found


tabs.register(
    Panel(
        name="complaints",
        title=_("Complaints"),
        template="complaints/_of_customer.html",
        context=complaints,
        permission="complaints.view",
        order=40,
        icon="urgent",
    )
)
columns.register(AccountColumn("complaints", _("Complaints"), counts, permission="complaints.view", order=40))

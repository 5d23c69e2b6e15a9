"""The tab of all documents of a customer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.registry.customers.around import tabs
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.panels import Panel
from jiannuo.registry.history import documents_of


def documents(customer: Customer, user: Any) -> dict[str, Any]:
    """The newest documents that the person may see; one query a kind."""
    return {"documents": documents_of(customer, "customer", user)}


tabs.register(
    Panel(
        name="documents",
        title=_("Requests and orders"),
        template="registry/_documents.html",
        context=documents,
        order=10,
        icon="tool",
    )
)

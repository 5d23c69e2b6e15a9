"""The installations of a customer on their page."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.operations.installations.queries import installations_for
from jiannuo.registry.customers.around import tabs
from jiannuo.registry.customers.panels import Panel

MOST = 30


def installations(customer: Any, user: Any) -> dict[str, Any]:
    """The latest projects; one query."""
    rows = installations_for(user).filter(customer=customer).order_by("-pk")
    return {"projects": list(rows[:MOST]), "most": MOST}


tabs.register(
    Panel(
        name="installations",
        title=_("Installations"),
        template="installations/_of_customer.html",
        context=installations,
        permission="installations.view",
        order=30,
        icon="package",
    )
)

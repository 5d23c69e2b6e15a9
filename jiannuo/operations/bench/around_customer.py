"""What a customer brought in, and which loaners they have."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from jiannuo.operations.bench.queries import loans_for, receipts_for
from jiannuo.registry.customers.around import tabs
from jiannuo.registry.customers.panels import Panel

MOST = 30


def goods(customer: Any, user: Any) -> dict[str, Any]:
    """The latest receipts, and the loans with those that are out first; two queries."""
    receipts = receipts_for(user).filter(customer=customer).order_by("-pk")
    loans = loans_for(user).filter(customer=customer).order_by("-is_out", "-pk")
    return {"receipts": list(receipts[:MOST]), "loans": list(loans[:MOST]), "most": MOST}


tabs.register(
    Panel(
        name="bench",
        title=_("Carried in and lent"),
        template="bench/_of_customer.html",
        context=goods,
        permission="bench.view",
        order=35,
        icon="package-import",
    )
)

"""What work for a customer cost, and who paid; and when we were last there."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.registry.customers.around import Keys, contacts, tabs
from jiannuo.registry.customers.panels import Panel

MOST = 50
NOTHING = Decimal("0.00")


def charges(customer: Any, user: Any) -> dict[str, Any]:
    """The latest orders that had lines, with what the customer and what others pay; two queries."""
    rows = WorkOrder.objects.visible_to(user).filter(customer=customer).exclude(state="cancelled")
    orders = list(rows.filter(lines__isnull=False).distinct().order_by("-pk")[:MOST])
    lines: dict[int, list[OrderLine]] = {}
    for line in OrderLine.objects.filter(order__in=orders):
        lines.setdefault(line.order_id, []).append(line)
    found = [
        (
            order,
            sum((one.asked for one in lines.get(order.pk, ())), NOTHING),
            sum((one.customer_amount for one in lines.get(order.pk, ())), NOTHING),
        )
        for order in orders
    ]
    return {
        "orders": found,
        "total": sum((whole for _order, whole, _paid in found), NOTHING),
        "paid": sum((paid for _order, _whole, paid in found), NOTHING),
        "most": MOST if len(found) == MOST else 0,
    }


def last_signed(keys: Keys, user: Any) -> QuerySet[Any, Any] | None:
    """When each customer last signed an order."""
    rows = WorkOrder.objects.visible_to(user).filter(customer__in=keys, signed_at__isnull=False)
    return rows.order_by().values_list("customer").annotate(at=Max("signed_at"))


tabs.register(
    Panel(
        name="charges",
        title=_("Money"),
        template="workorders/_charges_of_customer.html",
        context=charges,
        permission="orders.view",
        order=60,
        icon="coin",
    )
)
contacts.append(last_signed)

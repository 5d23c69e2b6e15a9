"""What the bench puts onto an order: a fee in place of a repair that was refused, and damage of what was lent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.models.moves import RUNNING
from jiannuo.operations.workorders.services.lines import recharge
from jiannuo.operations.workorders.services.supplying import give_back_all
from jiannuo.registry.products.models import LabourItem

#: states in which a sum may still come onto the order: the customer has not signed it
CHARGEABLE = tuple(state for state in RUNNING if state != "signed")


@transaction.atomic
def put_fee_instead(order: WorkOrder, fee: LabourItem | None, *, by: Any) -> None:
    """Take the planned lines away and put the inspection fee of the price list there, charged by the clauses."""
    order = lock(order)
    gone = [f"{line.description} × {line.quantity.normalize():f}" for line in order.lines.all()]
    give_back_all(order, by=by, reason=_("The repair was refused."))
    order.lines.all().delete()
    if gone:
        text = _("The repair was refused; removed: %(lines)s") % {"lines": "、".join(gone)}
        record(order, TimelineEntry.Kind.CHANGE, by=by, text=text)
    if fee is not None:
        OrderLine.objects.create(
            order=order,
            kind=OrderLine.Kind.LABOUR,
            labour=fee,
            code=fee.code,
            description=fee.name,
            unit_price=fee.price,
            recorded_by=by,
        )
    recharge(order)


@transaction.atomic
def put_charge(order: WorkOrder, *, description: str, amount: Decimal, by: Any) -> OrderLine | None:
    """A sum (CNY) that the customer pays beside the repair; ``None`` once the order was signed."""
    order = lock(order)
    if order.state not in CHARGEABLE:
        return None
    line = OrderLine.objects.create(
        order=order,
        kind=OrderLine.Kind.OTHER,
        description=description[:160],
        unit_price=amount,
        recorded_by=by,
    )
    recharge(order)
    return line


@transaction.atomic
def take_charge_off(line: OrderLine, *, by: Any, reason: str) -> bool:
    """Take such a sum away again; whether the order still allowed it."""
    order = lock(line.order)
    if order.state not in CHARGEABLE:
        return False
    text = _("Removed: %(line)s (%(reason)s)") % {"line": line.description, "reason": reason}
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=text)
    line.delete()
    recharge(order)
    return True

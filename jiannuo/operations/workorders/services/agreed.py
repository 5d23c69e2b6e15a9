"""Lines that a customer agreed to before there was an order: they come onto it as they were agreed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record
from jiannuo.operations.workorders.models import ChargedLine, OrderLine, WorkOrder
from jiannuo.operations.workorders.services.lines import ask_about_cost


@transaction.atomic
def put_agreed(
    order: WorkOrder, lines: Iterable[ChargedLine], *, by: Any, agreed_by: str, at: datetime, reason: str
) -> list[OrderLine]:
    """Put ``lines`` onto a new order, with payer and sum as ``agreed_by`` consented to them.

    ``by`` stands for the offer: what clauses say later changes nothing of it. ``reason`` says what was agreed. The
    consent that the cost needs is asked for as with any other line.
    """
    order = lock(order)
    made = [
        OrderLine(
            order=order,
            **line.as_charged(),
            consented_by=agreed_by[:60],
            consented_at=at,
            overridden_by=by,
            override_reason=reason[:200],
            recorded_by=by,
        )
        for line in lines
    ]
    OrderLine.objects.bulk_create(made)
    agreed = _("%(name)s agreed: %(reason)s") % {"name": agreed_by, "reason": reason}
    record(order, TimelineEntry.Kind.CHANGE, by=by, at=at, text=agreed)
    ask_about_cost(order, by=by)
    return made

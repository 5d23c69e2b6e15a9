"""Lines of an order: added, changed, removed, charged anew, the payer overridden."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.services.charging import charge
from jiannuo.operations.workorders.services.guard import NotNow, lock_for_lines
from jiannuo.registry.products.models import LabourItem

FIELDS = (
    "kind",
    "description",
    "component",
    "part",
    "labour",
    "old_serial",
    "new_serial",
    "quantity",
    "unit_price",
    "added",
    "consented_by",
)
NEVER_EMPTY = ("quantity", "unit_price")


@transaction.atomic
def add_line(order: WorkOrder, data: Mapping[str, Any], *, by: Any, at: datetime | None = None) -> OrderLine:
    """Add a line: name, code and price come from the labour item or spare part unless given.

    ``data`` holds fields of OrderLine. A line ``added`` on site needs the name of whoever agreed (``consented_by``).
    Raises PermissionDenied, NotNow or ValidationError.
    """
    order = lock_for_lines(order, by=by)
    line = OrderLine(order=order, recorded_by=by)
    _fill(line, data, at or timezone.now())
    line.full_clean(exclude=["order"])
    line.save()
    recharge(order)
    line.refresh_from_db()
    return line


@transaction.atomic
def update_line(
    line: OrderLine, data: Mapping[str, Any], *, by: Any, at: datetime | None = None
) -> OrderLine:
    """Change a line and charge the order anew. Raises what :func:`add_line` raises."""
    order = lock_for_lines(line.order, by=by)
    line = OrderLine.objects.select_related("component", "part", "labour").get(pk=line.pk, order=order)
    _fill(line, data, at or timezone.now())
    line.full_clean(exclude=["order"])
    line.save()
    recharge(order)
    line.refresh_from_db()
    return line


@transaction.atomic
def remove_line(line: OrderLine, *, by: Any) -> None:
    """Take a line away; the timeline keeps what it was. Raises PermissionDenied or NotNow."""
    order = lock_for_lines(line.order, by=by)
    what = {"line": line.description, "quantity": line.quantity}
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=_("Removed: %(line)s × %(quantity)s") % what)
    line.delete()
    recharge(order)


@transaction.atomic
def override_payer(line: OrderLine, payer: str, *, by: Any, reason: str) -> OrderLine:
    """Let another party pay than the decision says; needs ``orders.charge`` and a reason, and goes on the timeline.

    Raises PermissionDenied, NotNow once the order is reviewed, ValidationError without a reason or when the customer
    would have to pay more than was signed for.
    """
    order = lock(line.order)
    if not by.has_perm("orders.charge", order):
        raise PermissionDenied
    if order.state in ("reviewed", "closed", "cancelled"):
        raise NotNow(order)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why someone else pays.")})
    if payer not in OrderLine.Payer.values:
        raise ValidationError({"payer": _("Choose who pays.")})
    if payer == OrderLine.Payer.CUSTOMER and order.state == "signed" and line.payer != payer:
        raise ValidationError(
            {"payer": _("The customer has signed for less. Send the order back to the technician first.")}
        )
    before = line.get_payer_display()
    line.payer, line.overridden_by, line.override_reason = payer, by, reason.strip()[:200]
    line.save(update_fields=["payer", "overridden_by", "override_reason"])
    words = {
        "line": line.description,
        "before": before,
        "after": line.get_payer_display(),
        "reason": line.override_reason,
    }
    text = _("%(line)s: paid by %(after)s instead of %(before)s. %(reason)s") % words
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=text)
    return line


def recharge(order: WorkOrder, *, cause: str = "") -> None:
    """Charge every line anew that nobody has overridden; ``cause`` is a cause class that clauses may exclude."""
    for line in order.lines.select_related("component"):
        charge(line, order, cause=cause)
        line.save(update_fields=["covered", "payer", "clause", "reasons"])


@transaction.atomic
def set_free(order: WorkOrder, because: str, *, by: Any = None) -> WorkOrder:
    """Let the customer pay nothing for the order, because of what we missed; an empty ``because`` takes it back.

    An order that is reviewed or over stays as it was.
    """
    order = lock(order)
    if order.state in ("reviewed", "closed", "cancelled") or order.free_because == because[:200]:
        return order
    order.free_because = because[:200]
    order.save(update_fields=["free_because"])
    recharge(order, cause=order.cause.cause_class if order.cause else "")
    text = (
        _("Free of charge: %(because)s") % {"because": because} if because else _("Charged as usual again.")
    )
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=text)
    return order


def _fill(line: OrderLine, data: Mapping[str, Any], at: datetime) -> None:
    for name in FIELDS:
        if name in data and not (data[name] is None and name in NEVER_EMPTY):
            setattr(line, name, data[name])
    _from_catalogue(line, data)
    _check_component(line)
    if not line.description:
        raise ValidationError({"description": _("Say what was done or used, or choose it from the list.")})
    if line.added and not line.consented_by.strip():
        raise ValidationError(
            {"consented_by": _("An added item needs the customer's consent: enter who agreed.")}
        )
    if line.added and line.consented_at is None:
        line.consented_at = at


def _from_catalogue(line: OrderLine, data: Mapping[str, Any]) -> None:
    """Name, code and price of the labour item or spare part, where nothing else was given."""
    chosen = line.labour if line.kind == OrderLine.Kind.LABOUR else line.part
    if line.kind != OrderLine.Kind.LABOUR:
        line.labour = None
    if line.kind != OrderLine.Kind.PART:
        line.part = None
    if chosen is None:
        return
    line.code = chosen.code
    line.description = line.description or chosen.name
    if data.get("unit_price") is None:
        line.unit_price = chosen.price if isinstance(chosen, LabourItem) else chosen.list_price


def _check_component(line: OrderLine) -> None:
    unit = line.order.unit
    if line.component is not None and (unit is None or line.component.model_id != unit.model_id):
        raise ValidationError({"component": _("This component does not belong to the model of the unit.")})
    if line.component is not None and line.component.has_serial and not line.new_serial:
        raise ValidationError({"new_serial": _("This component has a serial number. Enter the new one.")})
    if line.new_serial and line.new_serial == line.old_serial:
        raise ValidationError({"new_serial": _("The new serial number must differ from the old one.")})

"""Lines of an order: added, changed, removed, charged anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.documents.services import lock, record
from jiannuo.operations.workorders import consents, telling
from jiannuo.operations.workorders.case import Case
from jiannuo.operations.workorders.models import ChargedLine, OrderLine, WorkOrder
from jiannuo.operations.workorders.services.charging import charge, cover_replaced
from jiannuo.operations.workorders.services.guard import lock_for_lines
from jiannuo.operations.workorders.services.pricing import price_lines
from jiannuo.operations.workorders.services.supplying import give_back, settle, source_of
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
    A part with the ``source`` van is drawn from there; ``auto`` is the van where it has the part, else elsewhere.
    Raises PermissionDenied, NotNow, PartGone or ValidationError.
    """
    order = lock_for_lines(order, by=by)
    at = at or timezone.now()
    line = OrderLine(order=order, recorded_by=by)
    _fill(line, data, at, by=by)
    _keep(line, by=by, at=at)
    recharge(order)
    ask_about_cost(order, by=by)
    line.refresh_from_db()
    return line


@transaction.atomic
def add_missing_part(
    order: WorkOrder, data: Mapping[str, Any], *, by: Any, at: datetime | None = None
) -> OrderLine:
    """Add a part that was used although the ledger has it in the van no more: as one from elsewhere.

    The timeline says so and the storekeepers are told, so that they look for the difference. Raises what
    :func:`add_line` raises.
    """
    line = add_line(order, {**data, "source": OrderLine.Source.ELSEWHERE}, by=by, at=at)
    what = {"line": line.description, "quantity": f"{line.quantity.normalize():f}", "person": by}
    text = _("%(person)s used %(line)s × %(quantity)s, which the van no longer had: kept as from elsewhere.")
    record(line.order, TimelineEntry.Kind.CHANGE, by=by, text=text % what)
    telling.tell_storekeepers(line, text % what)
    return line


@transaction.atomic
def update_line(
    line: OrderLine, data: Mapping[str, Any], *, by: Any, at: datetime | None = None
) -> OrderLine:
    """Change a line and charge the order anew. Raises what :func:`add_line` raises."""
    order = lock_for_lines(line.order, by=by)
    at = at or timezone.now()
    rows = OrderLine.objects.select_related("component", "part", "labour", "drawn__location")
    line = rows.get(pk=line.pk, order=order)
    line.order = order
    _fill(line, data, at, by=by)
    _keep(line, by=by, at=at)
    recharge(order)
    ask_about_cost(order, by=by)
    line.refresh_from_db()
    return line


@transaction.atomic
def remove_line(line: OrderLine, *, by: Any) -> None:
    """Take a line away, and put its part back into the van that it came from; the timeline keeps what it was.

    Raises PermissionDenied or NotNow.
    """
    order = lock_for_lines(line.order, by=by)
    line = OrderLine.objects.select_related("drawn__location").filter(pk=line.pk).first() or line
    what = {"line": line.description, "quantity": line.quantity}
    record(order, TimelineEntry.Kind.CHANGE, by=by, text=_("Removed: %(line)s × %(quantity)s") % what)
    give_back([line], by=by)
    line.delete()
    recharge(order)


def ask_about_cost(order: WorkOrder, *, by: Any) -> None:
    """Ask for the consent that the cost of the work needs, as soon as the lines come to that much.

    Where nobody can be asked (the role is held by none), the work goes on and completing says whose consent is missing.
    """
    total = cost_of(order)
    if order.state in ("completed", "signed") or not total:
        return
    with suppress(ValidationError), transaction.atomic():
        consents.obtain(order, "cost", by=by, amount=total)


def cost_of(order: WorkOrder) -> Decimal:
    """What all lines of the order come to (CNY), whoever pays."""
    return sum((line.amount for line in order.lines.all()), Decimal("0.00"))


def recharge(order: WorkOrder, *, cause: str = "") -> None:
    """Charge every line anew that nobody has overridden; ``cause`` is a cause class that clauses may exclude."""
    lines = list(order.lines.select_related("component", "part", "labour"))
    charge_all(order, lines, cause=cause)
    for line in lines:
        line.save(update_fields=["covered", "payer", "basis", "charged", "clause", "reasons"])


def charge_all(order: WorkOrder, lines: Sequence[OrderLine], *, cause: str = "") -> None:
    """Put payer, basis and sum on all lines of an order by its clauses; neither order nor lines need be saved."""
    case = Case(order)
    usual = next(
        (one.component.code_path for one in lines if one.kind == one.Kind.PART and one.component), ""
    )
    for line in lines:
        charge(line, order, cause=cause, usual=usual)
        cover_replaced(line, order, case, cause=cause)
    price_lines(order, lines, case, cause=cause, usual=usual)


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


def _keep(line: OrderLine, *, by: Any, at: datetime) -> None:
    """Save a line, and let the ledger of parts follow it."""
    line.full_clean(exclude=["order", "drawn"])
    settle(line, by=by, at=at)
    line.save()


def _fill(line: OrderLine, data: Mapping[str, Any], at: datetime, *, by: Any) -> None:
    for name in FIELDS:
        if name in data and not (data[name] is None and name in NEVER_EMPTY):
            setattr(line, name, data[name])
    from_catalogue(line, data)
    line.source = source_of(line, str(data.get("source", line.source) or ""), by=by)
    _check_component(line)
    if not line.description:
        raise ValidationError({"description": _("Say what was done or used, or choose it from the list.")})
    if line.added and not line.consented_by.strip():
        raise ValidationError(
            {"consented_by": _("An added item needs the customer's consent: enter who agreed.")}
        )
    if line.added and line.consented_at is None:
        line.consented_at = at


def from_catalogue(line: ChargedLine, data: Mapping[str, Any]) -> None:
    """Name, code and price of the labour item or spare part, where nothing else was given."""
    chosen = line.labour if line.kind == line.Kind.LABOUR else line.part
    if line.kind != line.Kind.LABOUR:
        line.labour = None
    if line.kind != line.Kind.PART:
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

"""Taking goods in: the receipt, the order behind it, and the line of the goods book."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.services import attach, attach_all, create_document, lock
from jiannuo.operations.bench import notices, telling
from jiannuo.operations.bench.events import GoodsTakenIn
from jiannuo.operations.bench.models import Accessory, BenchRules, CarryIn, GoodsMove
from jiannuo.operations.bench.services.book import book_goods
from jiannuo.operations.bench.services.expecting import promised
from jiannuo.operations.workorders import services as orders
from jiannuo.operations.workorders.models import WorkOrder, is_assigned
from jiannuo.promises.commitments.services import about_the_case, decide, facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.registry.installedbase.services import record_reading

#: states of an order whose machine may come onto the bench
TAKEN_IN_FROM = ("draft", "ready", "dispatched", "accepted", "on_site", "bench")


@dataclass(frozen=True, slots=True)
class Goods:
    """What was handed in, by whom and how it looked. Without an ``order`` one is made."""

    condition: str
    brought_name: str
    order: WorkOrder | None = None
    organization: Any = None
    customer: Any = None
    unit: Any = None
    what: str = ""
    serial: str = ""
    serial_note: str = ""
    fault: str = ""
    way: str = CarryIn.Way.CUSTOMER
    brought_phone: str = ""
    meter_reading: Decimal | None = None
    accessories: Sequence[tuple[str, int]] = ()
    expected_at: datetime | None = None
    photos: Sequence[Any] = field(default=())
    signature: Any = None


@transaction.atomic
def take_in(goods: Goods, *, by: Any, at: datetime | None = None, is_demo: bool = False) -> CarryIn:
    """Give a receipt for goods: number, condition, accessories, when they should be ready; tell the customer.

    ``photos`` and ``signature`` are stored files. Raises PermissionDenied, and ValidationError by field: a unit that is
    in the house already, a serial number that differs from the unit's file without a reason, a meter that runs
    backwards, an order of another organisation or in a state in which nothing is brought in.
    """
    at = at or timezone.now()
    order = goods.order
    organization = order.organization if order is not None else goods.organization
    if not by.has_perm("bench.handle", organization):
        raise PermissionDenied("bench.handle")
    unit = order.unit if order is not None and order.unit is not None else goods.unit
    customer = order.customer if order is not None else goods.customer
    _refuse_twice(order, unit)
    matches = _serial_matches(goods, unit)
    order = _on_the_bench(goods, order, unit, customer, organization, by=by, at=at)
    due, why = promised(order)
    rules = BenchRules.of(organization)
    receipt = CarryIn(
        organization=organization,
        order=order,
        customer=customer,
        unit=unit,
        what=(goods.what or (str(unit.model) if unit is not None else ""))[:120],
        serial=goods.serial or (unit.serial if unit is not None else ""),
        serial_matches=matches,
        serial_note=goods.serial_note if matches is False else "",
        way=goods.way,
        brought_name=goods.brought_name,
        brought_phone=goods.brought_phone,
        condition=goods.condition,
        meter_reading=goods.meter_reading,
        taken_at=at,
        expected_at=due or goods.expected_at,
        expected_why=why,
        storage_text=rules.storage_text,
        signature=goods.signature,
        created_at=at,
        is_demo=is_demo,
    )
    receipt.title = f"{customer} · {receipt.what}"[:200]
    create_document(receipt, by=by)
    Accessory.objects.bulk_create(
        Accessory(carry_in=receipt, name=name[:80], quantity=quantity) for name, quantity in goods.accessories
    )
    if goods.photos:
        attach_all(receipt, goods.photos, by=by, purpose=Attachment.Purpose.BEFORE, visible_to_customer=True)
    if goods.signature is not None:
        attach(
            receipt, goods.signature, by=by, purpose=Attachment.Purpose.SIGNATURE, caption=goods.brought_name
        )
    _read_meter(receipt, by=by, at=at)
    book_goods(receipt, GoodsMove.Reason.TAKEN_IN, by=by, at=at, party=goods.brought_name)
    publish(GoodsTakenIn(receipt_id=receipt.pk, order_id=order.pk, at=at))
    expected = telling.moment(receipt.expected_at)
    telling.tell_receipt(receipt, notices.RECEIPT, occasion="given", expected=expected)
    return receipt


def _refuse_twice(order: WorkOrder | None, unit: Any) -> None:
    if order is not None and order.state not in TAKEN_IN_FROM:
        text = _("%(number)s is “%(state)s”: nothing can be taken in for it now.")
        raise ValidationError(text % {"number": order.number, "state": order.state_label})
    live = CarryIn.objects.present().select_related("organization")
    known = live.filter(order=order).first() if order is not None else None
    if known is None and unit is not None:
        known = live.filter(unit=unit).first()
    if known is not None:
        text = _("It is in the house already, against receipt %(number)s.") % {"number": known.number}
        raise ValidationError({"serial": text})


def _serial_matches(goods: Goods, unit: Any) -> bool | None:
    """Whether the plate agrees with the file; nothing where one of them says nothing."""
    if not goods.what and unit is None:
        raise ValidationError({"what": _("Say what was handed in.")})
    if unit is None or not goods.serial:
        return None
    if goods.serial.strip().upper() == unit.serial.upper():
        return True
    if not goods.serial_note.strip():
        text = _(
            "The plate says %(plate)s, the file of the unit %(file)s. Check the unit, or write down why."
        )
        raise ValidationError({"serial": text % {"plate": goods.serial, "file": unit.serial}})
    return False


def _on_the_bench(
    goods: Goods,
    order: WorkOrder | None,
    unit: Any,
    customer: Any,
    organization: Any,
    *,
    by: Any,
    at: datetime,
) -> WorkOrder:
    """The order of the goods, on the bench: made now, or led there from where it stood."""
    if order is None:
        order = _new_order(goods, unit, customer, organization, by=by, at=at)
    order = lock(order)
    if order.state not in TAKEN_IN_FROM:
        raise ValidationError(_("The order was changed meanwhile. Reload it and try again."))
    if order.state == WorkOrder.State.ON_SITE:
        if not (is_assigned(order, by) or by.has_perm("orders.dispatch", order)):
            raise PermissionDenied("orders.work")
        return orders.do(
            order, "bring_in", by=by, at=at, data={"reason": goods.condition[:200]}, as_system=True
        )
    if order.state != WorkOrder.State.BENCH:
        return orders.do(order, "take_in", by=by, at=at, as_system=True)
    return order


def _new_order(
    goods: Goods, unit: Any, customer: Any, organization: Any, *, by: Any, at: datetime
) -> WorkOrder:
    """An order for what was brought to the counter; what the commitments promise about it is owed by it."""
    if customer is None:
        raise ValidationError({"customer": _("Choose the customer.")})
    if not goods.fault.strip():
        raise ValidationError({"fault": _("Write down what is wrong with it.")})
    category = unit.model.category if unit is not None else None
    facts = facts_for(
        unit=unit,
        customer=customer,
        category=category,
        kind=WorkOrder.Kind.REPAIR,
        severity="normal",
        channel="visit",
        events={"requested": at},
    )
    decision = about_the_case(decide(facts, at, organization), {at})
    order = orders.create_order(
        by=by,
        organization=organization,
        customer=customer,
        unit=unit,
        fault=goods.fault,
        severity="normal",
        category=category,
        contact_name=goods.brought_name,
        contact_phone=goods.brought_phone,
        decision=decision,
        release=False,
        at=at,
    )
    obligations.open_obligations(order, decision, organization=organization, customer=customer, by=by, at=at)
    return order


def _read_meter(receipt: CarryIn, *, by: Any, at: datetime) -> None:
    if receipt.meter_reading is None or receipt.unit is None or not receipt.unit.model.meter_unit:
        return
    try:
        record_reading(receipt.unit, receipt.meter_reading, at=at, document=receipt, by=by)
    except ValidationError as error:
        raise ValidationError({"meter_reading": error.messages}) from error

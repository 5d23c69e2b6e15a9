"""What happens to a unit over its life: components, meter, owner, status."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.search.services import indexing_once
from jiannuo.registry.installedbase.events import ComponentReplaced, UnitDatesChanged
from jiannuo.registry.installedbase.models import (
    ComponentChange,
    InstalledComponent,
    InstalledUnit,
    MeterReading,
    OwnershipChange,
)
from jiannuo.registry.installedbase.services.records import normal_serial, person_of
from jiannuo.registry.versions import lock, save_next


@transaction.atomic
@indexing_once()
def replace_component(
    unit: InstalledUnit,
    component: Any,
    *,
    old_serial: str = "",
    new_serial: str = "",
    on: date | None = None,
    document: Any = None,
    by: Any = None,
) -> ComponentChange:
    """Write down that a component was replaced, and what sits in the unit now.

    Raises ValidationError for a component of another model, a missing serial number where the component has one,
    a day before the unit was produced or still to come.
    """
    day = on or timezone.localdate()
    old_serial, new_serial = normal_serial(old_serial), normal_serial(new_serial)
    _check_component(unit, component, new_serial, day)
    seat = _seat(unit, component, old_serial)
    if not old_serial and seat is not None:
        old_serial = seat.serial
    change = ComponentChange.objects.create(
        unit=unit,
        component=component,
        old_serial=old_serial,
        new_serial=new_serial,
        changed_on=day,
        document_id=document.pk if document is not None else None,
        by=person_of(by),
    )
    if seat is None:
        seat = InstalledComponent(unit=unit, component=component)
    seat.serial, seat.since = new_serial, day
    seat.save()
    publish(ComponentReplaced(unit_id=unit.pk, component_id=component.pk, change_id=change.pk))
    return change


def _check_component(unit: InstalledUnit, component: Any, new_serial: str, day: date) -> None:
    problems: dict[str, str] = {}
    if component.model_id != unit.model_id:
        problems["component"] = _("This component does not belong to the model of the unit.")
    if component.has_serial and not new_serial:
        problems["new_serial"] = _("This component has a serial number. Enter the new one.")
    if day > timezone.localdate():
        problems["changed_on"] = _("This day is still to come.")
    elif unit.produced_on is not None and day < unit.produced_on:
        problems["changed_on"] = _("The unit was produced on %(day)s, after this day.") % {
            "day": unit.produced_on.isoformat()
        }
    if new_serial and unit.components.filter(component=component, serial=new_serial).exists():
        problems["new_serial"] = _("This serial number sits in the unit already.")
    if problems:
        raise ValidationError(problems)


def _seat(unit: InstalledUnit, component: Any, old_serial: str) -> InstalledComponent | None:
    """The place whose component was taken out; one without a number may be the one meant."""
    seats = unit.components.filter(component=component)
    if old_serial:
        return seats.filter(Q(serial=old_serial) | Q(serial="")).order_by("-serial").first()
    return seats.order_by("pk").first()


@transaction.atomic
@indexing_once()
def record_reading(
    unit: InstalledUnit,
    value: Decimal | int,
    *,
    at: datetime | None = None,
    document: Any = None,
    by: Any = None,
    meter_replaced: bool = False,
) -> MeterReading:
    """Write down a meter reading (in the unit of the model: hours, km, cycles).

    A meter does not run backwards: raises ValidationError when ``value`` is below an earlier reading or above a later
    one, unless the meter was replaced in between; also for a negative value or an instant still to come.
    """
    moment = at or timezone.now()
    InstalledUnit.objects.select_for_update().get(pk=unit.pk)
    reading = MeterReading(
        unit=unit,
        value=Decimal(value),
        read_at=moment,
        meter_replaced=meter_replaced,
        document_id=document.pk if document is not None else None,
        by=person_of(by),
    )
    problem = _meter_problem(unit, reading)
    if problem:
        raise ValidationError({"value": problem}, code="meter")
    reading.full_clean(exclude=["document"])
    reading.save()
    return reading


def _meter_problem(unit: InstalledUnit, reading: MeterReading) -> str:
    if reading.value < 0:
        return _("A meter shows no negative value.")
    if reading.read_at > timezone.now():
        return _("This time is still to come.")
    readings = unit.readings.exclude(pk=reading.pk)
    before = readings.filter(read_at__lte=reading.read_at).order_by("-read_at", "-id").first()
    if before is not None and reading.value < before.value and not reading.meter_replaced:
        return _("The meter showed %(value)s on %(day)s. If it was replaced, say so.") % _words(before)
    after = readings.filter(read_at__gt=reading.read_at).order_by("read_at", "id").first()
    if after is not None and after.value < reading.value and not after.meter_replaced:
        return _("The meter showed only %(value)s later, on %(day)s.") % _words(after)
    return ""


def _words(reading: MeterReading) -> dict[str, str]:
    return {
        "value": f"{reading.value.normalize():f}",
        "day": timezone.localtime(reading.read_at).date().isoformat(),
    }


@transaction.atomic
@indexing_once()
def change_owner(
    unit: InstalledUnit,
    to_customer: Any,
    *,
    by: Any,
    on: date | None = None,
    address: Any = None,
    version: int | None = None,
) -> OwnershipChange:
    """The unit passes to another customer (None: back to nobody) on a day; its site becomes ``address``.

    Raises StaleRecord, and ValidationError for the same owner, a day before it was produced or still to come, an
    address of somebody else.
    """
    fresh = lock(unit, version=version)
    day = on or timezone.localdate()
    problems: dict[str, str] = {}
    if (to_customer.pk if to_customer else None) == fresh.customer_id:
        problems["customer"] = _("The unit belongs to this customer already.")
    if day > timezone.localdate():
        problems["changed_on"] = _("This day is still to come.")
    elif fresh.produced_on is not None and day < fresh.produced_on:
        problems["changed_on"] = _("The unit was produced on %(day)s, after this day.") % {
            "day": fresh.produced_on.isoformat()
        }
    if address is not None and (to_customer is None or address.customer_id != to_customer.pk):
        problems["address"] = _("This address belongs to another customer. Choose one of the owner's.")
    if problems:
        raise ValidationError(problems)
    change = OwnershipChange.objects.create(
        unit=fresh, from_customer=fresh.customer, to_customer=to_customer, changed_on=day, by=person_of(by)
    )
    fresh.customer, fresh.address, fresh.to_plan = to_customer, address, True
    save_next(fresh)
    publish(UnitDatesChanged(unit_id=fresh.pk))
    return change


@transaction.atomic
@indexing_once()
def change_status(unit: InstalledUnit, status: str, *, by: Any, version: int | None = None) -> InstalledUnit:
    """Set the status. Raises StaleRecord, and ValidationError for a status that does not exist."""
    fresh = lock(unit, version=version)
    fresh.status, fresh.to_plan = status, True
    return save_next(fresh)

"""Registering and changing installed units."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.search.services import indexing_once
from jiannuo.registry.installedbase.dates import FIELDS as DATE_FIELDS
from jiannuo.registry.installedbase.dates import date_problems
from jiannuo.registry.installedbase.events import UnitDatesChanged, UnitRegistered
from jiannuo.registry.installedbase.models import InstalledUnit, OwnershipChange
from jiannuo.registry.versions import assign, lock, save_next

FIELDS = (
    "organization",
    "model",
    "serial",
    "batch",
    "address",
    "dealer",
    *DATE_FIELDS,
    "invoice_number",
    "price",
    "service_level",
    "configuration",
    "status",
    "remark",
)


class DuplicateSerial(ValidationError):
    """The serial number of this model is registered already; ``unit`` is the one that has it."""

    def __init__(self, unit: InstalledUnit) -> None:
        self.unit = unit
        text = _("This unit is already registered.")
        super().__init__({"serial": ValidationError(text, code="duplicate_serial")})


@transaction.atomic
@indexing_once()
def register_unit(
    *,
    by: Any,
    model: Any,
    serial: str,
    organization: Any,
    customer: Any = None,
    is_demo: bool = False,
    **fields: Any,
) -> InstalledUnit:
    """Register a unit; the serial is kept without spaces and in capitals, as labels show it.

    Raises DuplicateSerial, and ValidationError by field for impossible dates, an address of another customer and
    anything else that cannot be kept.
    """
    unit = InstalledUnit(
        model=model, serial=serial, organization=organization, customer=customer, is_demo=is_demo
    )
    assign(unit, fields, FIELDS)
    _check(unit)
    unit.full_clean()
    unit.save()
    if customer is not None:
        OwnershipChange.objects.create(
            unit=unit, to_customer=customer, changed_on=_owned_since(unit), by=person_of(by)
        )
    publish(UnitRegistered(unit_id=unit.pk))
    return unit


@transaction.atomic
@indexing_once()
def update_unit(unit: InstalledUnit, *, by: Any, version: int | None, **fields: Any) -> InstalledUnit:
    """Change a unit; a new ``customer`` is a change of owner and kept as such.

    Raises StaleRecord, DuplicateSerial and ValidationError as :func:`register_unit`.
    """
    fresh = lock(unit, version=version)
    before = _promised_by(fresh)
    owner_before = fresh.customer_id
    if "customer" in fields:
        fresh.customer = fields.pop("customer")
    assign(fresh, fields, FIELDS)
    _check(fresh)
    fresh.to_plan = fresh.to_plan or before != _promised_by(fresh)
    save_next(fresh)
    if fresh.customer_id != owner_before:
        OwnershipChange.objects.create(
            unit=fresh,
            from_customer_id=owner_before,
            to_customer_id=fresh.customer_id,
            changed_on=timezone.localdate(),
            by=person_of(by),
        )
    if before != _promised_by(fresh):
        publish(UnitDatesChanged(unit_id=fresh.pk))
    return fresh


def _promised_by(unit: InstalledUnit) -> list[Any]:
    """What of the file of a unit decides what is promised for it."""
    names = (
        *DATE_FIELDS,
        "customer_id",
        "dealer_id",
        "organization_id",
        "model_id",
        "address_id",
        "price",
        "status",
    )
    return [getattr(unit, name) for name in names]


def normal_serial(text: str) -> str:
    """A serial number as it is kept: capitals, no spaces."""
    return re.sub(r"\s+", "", text).upper()


def _check(unit: InstalledUnit) -> None:
    unit.serial = normal_serial(unit.serial)
    problems = date_problems({name: getattr(unit, name) for name in DATE_FIELDS})
    if problems:
        raise ValidationError(problems)
    if unit.address is not None and unit.address.customer_id != unit.customer_id:
        raise ValidationError(
            {"address": _("This address belongs to another customer. Choose one of the owner's.")}
        )
    if unit.customer is not None and unit.customer.merged_into_id:
        raise ValidationError({"customer": _("This customer was merged into another. Choose that one.")})
    twin = InstalledUnit.objects.filter(model=unit.model_id, serial=unit.serial).exclude(pk=unit.pk).first()
    if twin is not None and unit.serial:
        raise DuplicateSerial(twin)


def _owned_since(unit: InstalledUnit) -> Any:
    return unit.delivered_on or unit.invoiced_on or unit.installed_on or timezone.localdate()


def person_of(by: Any) -> Any:
    return by if getattr(by, "pk", None) else None

"""Demo units: 1,000 serial numbers of 12 models at the demo customers, from brand-new to out of warranty."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from jiannuo.demo.customers import Made
from jiannuo.kernel.search.services import index_many
from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledComponent, InstalledUnit, MeterReading
from jiannuo.registry.products.models import Component, ProductModel

HOUSEHOLD_MODELS = ("KFR-35GW", "KFR-72LW")
LABELS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
TOTAL = 1000


def load_units(
    customers: list[Made],
    organizations: dict[str, Organization],
    data: dict[str, Any],
    today: date,
    random: Random,
) -> list[InstalledUnit]:
    """Create the units; returns them in order of creation."""
    models = {model.code: model for model in ProductModel.objects.all()}
    rows = {row["code"]: row for row in data["models"]}
    heavy = [code for code in models if code not in HOUSEHOLD_MODELS]
    units = []
    for serial in range(1, TOTAL + 1):
        owner = customers[serial % len(customers)] if serial <= len(customers) else random.choice(customers)
        household = owner.customer.kind == Customer.Kind.HOUSEHOLD
        code = random.choice(HOUSEHOLD_MODELS if household else heavy)
        units.append(_unit(serial, models[code], rows[code], owner, organizations, today, random))
    InstalledUnit.objects.bulk_create(units, batch_size=500)
    _components(units, random)
    _readings(units, today, random)
    index_many(InstalledUnit, [unit.pk for unit in units])
    return units


def _unit(
    serial: int,
    model: ProductModel,
    row: dict[str, Any],
    owner: Made,
    organizations: dict[str, Organization],
    today: date,
    random: Random,
) -> InstalledUnit:
    age = timedelta(days=int(random.triangular(20, row["years"] * 365, 300)))
    invoiced = today - age
    installed = min(invoiced + timedelta(days=random.randrange(1, 12)), today)
    organization = owner.customer.organization
    dealer = organization if organization.kind == "dealer" else organizations[random.choice(("HZAS", "SZHX"))]
    produced = invoiced - timedelta(days=random.randrange(20, 160))
    return InstalledUnit(
        organization=organization,
        model=model,
        serial=f"{model.code.replace('-', '')}{produced:%y%m}{serial:05d}",
        batch=f"{produced:%Y%m}-{random.choice('AB')}",
        label_code="".join(random.choices(LABELS, k=12)),
        customer=owner.customer,
        address=owner.address,
        dealer=dealer,
        produced_on=produced,
        shipped_on=produced + timedelta(days=10),
        delivered_on=invoiced,
        invoiced_on=invoiced,
        installed_on=installed,
        accepted_on=min(installed + timedelta(days=random.randrange(0, 4)), today),
        invoice_number=f"{random.randrange(10**8):08d}",
        price=Decimal(row["price"]),
        status=InstalledUnit.Status.IN_USE,
        is_demo=True,
    )


def _components(units: list[InstalledUnit], random: Random) -> None:
    by_model: dict[int, list[Component]] = {}
    for component in Component.objects.filter(has_serial=True):
        by_model.setdefault(component.model_id, []).append(component)
    InstalledComponent.objects.bulk_create(
        [
            InstalledComponent(
                unit=unit,
                component=component,
                serial=f"{component.code[:3].upper()}{random.randrange(10**9):09d}",
                since=unit.installed_on,
            )
            for unit in units
            for component in by_model.get(unit.model_id, [])
        ],
        batch_size=500,
    )


def _readings(units: list[InstalledUnit], today: date, random: Random) -> None:
    MeterReading.objects.bulk_create(
        [
            MeterReading(unit=unit, value=(today - unit.installed_on).days * random.randrange(2, 9))
            for unit in units
            if unit.model.meter_unit and unit.installed_on
        ]
    )

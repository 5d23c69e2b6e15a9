"""Units: registering, dates that can be true, one serial number once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from jiannuo.kernel.bulk import insert, maker
from jiannuo.kernel.search.services import find
from jiannuo.registry.installedbase import services
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.versions import StaleRecord
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db

PRODUCED = date(2026, 2, 1)
BEFORE = date(2026, 1, 31)


def registered(agent, head, model, **fields):
    return services.register_unit(
        by=agent,
        **{"organization": head, "model": model, "serial": "SN-1", "produced_on": PRODUCED, **fields},
    )


def test_unit_is_registered_and_found(agent, head, model, customer):
    unit = registered(
        agent, head, model, serial=" sn 0001a ", customer=customer, invoiced_on=date(2026, 3, 1)
    )

    assert unit.serial == "SN0001A"
    owner = unit.ownership_changes.get()
    assert (owner.to_customer, owner.changed_on) == (customer, date(2026, 3, 1))
    for words in ("SN0001A", "001A", unit.label_code, "KFR-35"):
        assert [entry.object_id for entry in find(words, kinds=["unit"], organizations=None)] == [unit.pk], (
            words
        )


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"shipped_on": BEFORE}, "shipped_on"),
        ({"delivered_on": BEFORE}, "delivered_on"),
        ({"invoiced_on": BEFORE}, "invoiced_on"),
        ({"installed_on": BEFORE}, "installed_on"),
        ({"accepted_on": BEFORE}, "accepted_on"),
        ({"installed_on": date(2026, 3, 2), "accepted_on": date(2026, 3, 1)}, "accepted_on"),
        ({"installed_on": timezone.localdate() + timedelta(days=2)}, "installed_on"),
        ({"produced_on": timezone.localdate() + timedelta(days=2)}, "produced_on"),
        ({"price": Decimal(-1)}, "price"),
        ({"status": "lost"}, "status"),
        ({"serial": "  "}, "serial"),
        ({"serial": "X" * 61}, "serial"),
    ],
)
def test_impossible_unit_is_refused(agent, head, model, fields, where):
    with pytest.raises(ValidationError) as refused:
        registered(agent, head, model, **fields)

    assert where in refused.value.message_dict
    assert InstalledUnit.objects.count() == 0


def test_dates_say_what_lies_before_what(agent, head, model):
    with pytest.raises(ValidationError) as refused:
        registered(agent, head, model, accepted_on=BEFORE)

    assert "2026-02-01" in refused.value.message_dict["accepted_on"][0]


def test_serial_is_unique_per_model(agent, head, model):
    first = registered(agent, head, model)

    with pytest.raises(services.DuplicateSerial) as refused:
        registered(agent, head, model, serial="sn-1")

    assert refused.value.unit == first
    assert registered(agent, head, factories.product_model()).pk


def test_site_must_be_the_owners(agent, head, model, customer):
    other = factories.customer(head)
    address = other.addresses.create(detail="1号")

    with pytest.raises(ValidationError) as refused:
        registered(agent, head, model, customer=customer, address=address)

    assert "address" in refused.value.message_dict


def test_change_keeps_the_owner_before(agent, head, model, customer):
    unit = registered(agent, head, model, customer=customer)
    other = factories.customer(head)

    changed = services.update_unit(unit, by=agent, version=1, customer=other, batch="2026-02")

    assert (changed.version, changed.batch) == (2, "2026-02")
    change = unit.ownership_changes.first()
    assert (change.from_customer, change.to_customer, change.by) == (customer, other, agent)
    with pytest.raises(StaleRecord):
        services.update_unit(unit, by=agent, version=1, batch="x")


def test_change_to_a_taken_serial_is_refused(agent, head, model):
    registered(agent, head, model)
    other = registered(agent, head, model, serial="SN-2")

    with pytest.raises(services.DuplicateSerial):
        services.update_unit(other, by=agent, version=1, serial="SN-1")


def test_records_made_for_an_import_are_those_that_saving_would_make(head, model):
    told = {"serial": "SN-1", "produced_on": date(2026, 1, 5), "price": Decimal("12.50")}
    usual = InstalledUnit(model=model, organization=head, **told)
    usual.save()
    swift = maker(InstalledUnit)({"model": model}, organization_id=head.pk, **told | {"serial": "SN-2"})

    insert([swift])

    own = {"id", "serial", "label_code", "created_at", "updated_at"}
    kept = InstalledUnit.objects.filter(pk__in=[usual.pk, swift.pk]).order_by("pk").values()
    first, second = ({name: value for name, value in one.items() if name not in own} for one in kept)
    assert first == second
    assert swift.model is model
    assert swift.label_code != usual.label_code
    assert timezone.now() - InstalledUnit.objects.get(pk=swift.pk).created_at < timedelta(minutes=1)

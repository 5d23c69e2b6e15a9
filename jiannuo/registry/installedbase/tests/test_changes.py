"""The life of a unit: components, meter, owner, status, and the history that shows them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.registry.history import documents_of
from jiannuo.registry.installedbase import queries, services
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(agent, head, model, customer):
    return services.register_unit(
        by=agent,
        organization=head,
        model=model,
        serial="SN-1",
        customer=customer,
        produced_on=date(2026, 1, 5),
    )


def test_component_is_replaced_and_remembered(unit, compressor, agent):
    services.replace_component(unit, compressor, new_serial="C1", on=date(2026, 2, 1), by=agent)

    change = services.replace_component(unit, compressor, new_serial="c 2", on=date(2026, 3, 1), by=agent)

    assert (change.old_serial, change.new_serial, change.by) == ("C1", "C2", agent)
    seat = unit.components.get()
    assert (seat.serial, seat.since) == ("C2", date(2026, 3, 1))


def test_one_of_two_like_components_is_replaced(unit, compressor):
    unit.components.create(component=compressor, serial="LEFT")
    unit.components.create(component=compressor, serial="RIGHT")

    services.replace_component(unit, compressor, old_serial="RIGHT", new_serial="NEW")

    assert set(unit.components.values_list("serial", flat=True)) == {"LEFT", "NEW"}


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"new_serial": ""}, "new_serial"),
        ({"new_serial": "X", "on": date(2026, 1, 4)}, "changed_on"),
        ({"new_serial": "X", "on": timezone.localdate() + timedelta(days=2)}, "changed_on"),
        ({"new_serial": "HERE"}, "new_serial"),
    ],
)
def test_impossible_replacement_is_refused(unit, compressor, fields, where):
    unit.components.create(component=compressor, serial="HERE")

    with pytest.raises(ValidationError) as refused:
        services.replace_component(unit, compressor, **fields)

    assert where in refused.value.message_dict
    assert unit.component_changes.count() == 0


def test_component_of_another_model_is_refused(head, compressor):
    other = factories.unit(head)

    with pytest.raises(ValidationError):
        services.replace_component(other, compressor, new_serial="X")


def test_meter_does_not_run_backwards(unit, agent):
    now = timezone.now()
    services.record_reading(unit, 100, at=now - timedelta(days=9), by=agent)
    services.record_reading(unit, Decimal("250.5"), at=now - timedelta(days=3))

    for value, days in ((99, 1), (260, 5), (90, 5), (-1, 1)):
        with pytest.raises(ValidationError) as refused:
            services.record_reading(unit, value, at=now - timedelta(days=days))
        assert "value" in refused.value.message_dict
    with pytest.raises(ValidationError):
        services.record_reading(unit, 999, at=now + timedelta(days=1))
    assert services.record_reading(unit, 200, at=now - timedelta(days=5)).pk
    assert services.record_reading(unit, 3, meter_replaced=True).meter_replaced


def test_owner_changes(unit, agent, head, customer):
    other = factories.customer(head)
    site = other.addresses.create(detail="2号")

    change = services.change_owner(unit, other, by=agent, address=site)

    unit.refresh_from_db()
    assert (unit.customer, unit.address, change.from_customer) == (other, site, customer)
    with pytest.raises(ValidationError):
        services.change_owner(unit, other, by=agent)
    with pytest.raises(ValidationError):
        services.change_owner(unit, customer, by=agent, on=date(2026, 1, 4))
    with pytest.raises(ValidationError):
        services.change_owner(unit, customer, by=agent, address=site)


def test_status_changes(unit, agent):
    assert services.change_status(unit, "stopped", by=agent, version=1).status == "stopped"
    with pytest.raises(ValidationError):
        services.change_status(unit, "lost", by=agent)


def test_history_shows_everything_newest_first(
    unit, agent, head, customer, compressor, django_assert_max_num_queries
):
    services.replace_component(unit, compressor, new_serial="C1", on=date(2026, 2, 1), by=agent)
    services.record_reading(unit, 120, by=agent)
    services.change_status(unit, "stopped", by=agent)
    create_document(
        ServiceRequest(
            organization=head,
            customer=customer,
            unit=unit,
            title="不制冷",
            symptom_text="x",
            received_at=timezone.now(),
        ),
        by=agent,
    )
    documents = documents_of(unit, "unit", agent)

    with django_assert_max_num_queries(6):
        shown = queries.history(unit, documents)

    assert {happening.kind for happening in shown} == {
        "date",
        "document",
        "component",
        "reading",
        "owner",
        "change",
    }
    assert [happening.at for happening in shown] == sorted(
        (happening.at for happening in shown), reverse=True
    )
    assert shown[-1].kind == "date"


def test_documents_of_other_organisations_stay_hidden(unit, head, customer, agent):
    branch = factories.organization(head)
    create_document(
        ServiceRequest(
            organization=head, customer=customer, unit=unit, symptom_text="x", received_at=timezone.now()
        ),
        by=agent,
    )

    assert len(documents_of(unit, "unit", agent)) == 1
    assert documents_of(unit, "unit", factories.person("service_agent", at=branch)) == []

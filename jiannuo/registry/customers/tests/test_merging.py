"""Merging loses nothing, can be undone, and is for those who may."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.kernel.search.services import find
from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers import services
from jiannuo.registry.customers.models import Customer, CustomerMerge
from jiannuo.registry.customers.services import AddressEntry, ContactEntry
from jiannuo.registry.customers.services.merging import pointing_to, references
from jiannuo.registry.installedbase.models import OwnershipChange
from jiannuo.registry.versions import StaleRecord
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def winner(head, agent):
    return services.create_customer(
        by=agent, organization=head, name="王小明", phones=["13800138000"], tags=["甲"]
    )


@pytest.fixture
def loser(head, agent, divisions):
    customer = services.create_customer(
        by=agent,
        organization=head,
        name="王晓明",
        phones=["13800138000", "13900139000"],
        addresses=[AddressEntry("文三路100号", divisions.get(pk="330106"))],
        contacts=[ContactEntry("李梅")],
        tags=["乙"],
        email="wang@example.com",
    )
    unit = factories.unit(head, of=customer, address=customer.addresses.get())
    OwnershipChange.objects.create(unit=unit, to_customer=customer, changed_on=date(2026, 3, 1), by=agent)
    request = create_document(
        ServiceRequest(
            organization=head, customer=customer, unit=unit, symptom_text="不制冷", received_at=timezone.now()
        ),
        by=agent,
    )
    Obligation.objects.create(
        organization=head,
        customer=customer,
        document=request,
        clause="r1",
        metric="response",
        started_at=timezone.now(),
    )
    return customer


def test_everything_moves_and_nothing_points_to_the_loser(winner, loser, agent):
    before = pointing_to(loser)
    assert set(before) >= {
        "customers.phone.customer",
        "customers.address.customer",
        "customers.contact.customer",
        "installedbase.installedunit.customer",
        "installedbase.ownershipchange.to_customer",
        "desk.servicerequest.customer",
        "obligations.obligation.customer",
    }

    merge = services.merge_customers(winner, loser, by=agent, versions=(1, 1))

    loser.refresh_from_db()
    winner.refresh_from_db()
    assert pointing_to(loser) == {}
    assert loser.merged_into == winner
    assert set(winner.phones.values_list("number", flat=True)) == {"+8613800138000", "+8613900139000"}
    assert winner.phones.filter(is_primary=True).count() == 1
    assert {tag.name for tag in winner.tags.all()} == {"甲", "乙"}
    assert winner.email == "wang@example.com"
    assert winner.requests.count() == winner.units.count() == winner.obligations.count() == 1
    assert (merge.by, merge.dropped[0]["number"]) == (agent, "+8613800138000")


def test_every_foreign_key_to_a_customer_is_known():
    labels = {f"{field.model._meta.label_lower}.{field.name}" for field in references()}

    assert "customers.customer.merged_into" in labels
    assert "customers.customermerge.loser" not in labels


def test_search_finds_the_winner_only(winner, loser, agent):
    services.merge_customers(winner, loser, by=agent)

    assert [entry.object_id for entry in find("13900139000", kinds=["customer"], organizations=None)] == [
        winner.pk
    ]


def test_earlier_merges_point_to_the_new_winner(winner, loser, agent, head):
    first = factories.customer(head)
    services.merge_customers(loser, first, by=agent)

    services.merge_customers(winner, loser, by=agent)

    first.refresh_from_db()
    assert first.merged_into == winner


def test_merge_is_undone(winner, loser, agent):
    before = pointing_to(loser)
    merge = services.merge_customers(winner, loser, by=agent)

    back = services.undo_merge(merge, by=agent)

    assert pointing_to(back) == before
    assert back.merged_into is None
    assert set(winner.phones.values_list("number", flat=True)) == {"+8613800138000"}
    with pytest.raises(ValidationError):
        services.undo_merge(merge, by=agent)


def test_refusals(winner, loser, agent, head):
    stranger = factories.person("dealer_clerk", at=head)
    with pytest.raises(PermissionDenied):
        services.merge_customers(winner, loser, by=stranger)
    with pytest.raises(ValidationError):
        services.merge_customers(winner, winner, by=agent)
    with pytest.raises(StaleRecord):
        services.merge_customers(winner, loser, by=agent, versions=(1, 7))
    services.merge_customers(winner, loser, by=agent)
    with pytest.raises(ValidationError):
        services.merge_customers(winner, loser, by=agent)
    assert CustomerMerge.objects.count() == 1


def test_merge_across_organisations_needs_both(winner, agent, head):
    branch = factories.organization(head)
    elsewhere = factories.organization(head)
    clerk = factories.person("service_agent", at=branch)
    mine, theirs = factories.customer(branch), factories.customer(elsewhere)

    with pytest.raises(PermissionDenied):
        services.merge_customers(mine, theirs, by=clerk)

    assert Customer.objects.filter(merged_into__isnull=False).count() == 0

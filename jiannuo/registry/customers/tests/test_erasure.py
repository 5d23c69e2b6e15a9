"""The rights of a natural person."""

from __future__ import annotations

import io
import json

import openpyxl
import pytest
from auditlog.models import LogEntry
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.search.services import find
from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers import services
from jiannuo.registry.customers.services import AddressEntry, ContactEntry
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(head, agent, divisions):
    customer = services.create_customer(
        by=agent,
        organization=head,
        name="欧阳修远",
        phones=["13800138000"],
        addresses=[AddressEntry("文三路100号", divisions.get(pk="330106"))],
        contacts=[ContactEntry("欧阳夫人")],
        email="ouyang@example.com",
    )
    factories.unit(head, of=customer, serial="SN-1")
    return customer


def test_erasure_removes_the_person_and_keeps_the_history(person, agent):
    erased = services.erase_person(person, by=agent, version=1)

    assert "欧阳" not in erased.name
    assert erased.phones.count() == erased.contacts.count() == 0
    assert erased.addresses.get().detail == ""
    assert erased.addresses.get().division_id == "330106"
    assert erased.units.count() == 1
    assert find("13800138000", kinds=["customer"], organizations=None) == []
    trail = json.dumps(
        list(LogEntry.objects.values_list("changes", "object_repr", "changes_text")), default=str
    )
    for trace in ("欧阳修远", "13800138000", "文三路", "ouyang"):
        assert trace not in trail


def test_erasure_is_refused_while_something_is_owed(person, agent, head):
    request = create_document(
        ServiceRequest(organization=head, customer=person, symptom_text="x", received_at=timezone.now()),
        by=agent,
    )
    Obligation.objects.create(
        organization=head,
        customer=person,
        document=request,
        clause="r1",
        metric="response",
        started_at=timezone.now(),
    )

    with pytest.raises(ValidationError) as refused:
        services.erase_person(person, by=agent)

    assert refused.value.code == "owed"


def test_companies_and_strangers_are_refused(person, agent, head):
    company = services.create_customer(by=agent, organization=head, name="厂", kind="company")
    technician = factories.person("technician", at=head)

    with pytest.raises(ValidationError):
        services.erase_person(company, by=agent)
    with pytest.raises(PermissionDenied):
        services.erase_person(person, by=technician)
    services.erase_person(person, by=agent)
    with pytest.raises(ValidationError):
        services.erase_person(person, by=agent)
    with pytest.raises(ValidationError):
        services.update_customer(person, by=agent, version=2, name="又来")


def test_person_gets_a_copy(client, person, agent):
    client.force_login(agent)

    data = client.get(reverse("customers:export", args=[person.pk, "json"])).json()
    sheet = client.get(reverse("customers:export", args=[person.pk, "xlsx"]))

    assert data["customer"]["name"] == "欧阳修远"
    assert data["addresses"][0]["division"] == "浙江省杭州市西湖区"
    assert data["units"][0]["serial"] == "SN-1"
    book = openpyxl.load_workbook(io.BytesIO(sheet.content))
    assert book.worksheets[1]["A2"].value == "+8613800138000"
    assert len(book.worksheets) == 6


def test_copy_and_erasure_pages_are_guarded(client, person, head):
    auditor = factories.person("auditor", at=head)
    elsewhere = factories.person("service_agent", at=factories.organization(head))

    for user, expected in ((auditor, 403), (elsewhere, 404)):
        client.force_login(user)
        assert client.get(reverse("customers:export", args=[person.pk, "json"])).status_code == expected
        assert client.post(reverse("customers:erase", args=[person.pk])).status_code == expected


def test_erase_page(client, person, agent):
    client.force_login(agent)

    stale = client.post(reverse("customers:erase", args=[person.pk]), {"version": "7"})
    done = client.post(reverse("customers:erase", args=[person.pk]), {"version": "1"})

    assert stale.status_code == 409
    assert done.status_code == 302
    person.refresh_from_db()
    assert person.erased_at is not None

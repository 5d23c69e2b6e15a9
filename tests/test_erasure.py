"""Erasing a person reaches every room."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.kernel.search.services import find
from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.services import erase_person
from jiannuo.testing import factories


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_is_found_nowhere() -> None:
    head_office = factories.organization()
    agent = factories.person("service_agent", "department_manager", at=head_office)
    customer = factories.customer(head_office, name="李静", phone="+8613812345678", kind="household")
    ended = {"organization": head_office, "customer": customer, "address": "文三路1号"}
    request = create_document(
        ServiceRequest(
            **ended,
            state="closed",
            received_at=timezone.now() - timedelta(days=9),
            reporter_name="李静",
            reporter_phone="+8613812345678",
            symptom_text="不制冷",
        ),
        by=agent,
    )
    order = create_document(
        WorkOrder(**ended, state="closed", contact_name="李静", contact_phone="+8613812345678"), by=agent
    )
    erase_person(customer, by=agent)
    request.refresh_from_db()
    order.refresh_from_db()
    assert (request.reporter_name, request.reporter_phone, request.address) == ("", "", "")
    assert (order.contact_name, order.contact_phone, order.address) == ("", "", "")
    kinds = ["customer", "servicerequest", "workorder"]
    assert not find("13812345678", kinds=kinds, organizations=None)
    assert not find("李静", kinds=kinds, organizations=None)

"""The customer of a divided job sees the whole of it on one page."""

from __future__ import annotations

import pytest
from django.utils import timezone

from jiannuo.faces.portal import queries
from jiannuo.office.documents.services import create_document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.tests.conftest import firm
from jiannuo.operations.workorders.tests.test_shares import TO_DONE, divide, lead

__all__ = ["firm"]
pytestmark = pytest.mark.django_db


def test_the_work_is_done_with_the_last_part(firm):
    request = create_document(
        ServiceRequest(
            organization=firm.dealer,
            customer=firm.customer,
            unit=firm.unit,
            symptom_text="不制冷",
            received_at=timezone.now(),
            state="triaged",
        ),
        by=firm.dispatcher,
    )
    first, second = divide(firm, firm.order(sources=[request]), "拆旧机", "装新机")

    def steps() -> list[tuple[bool, str]]:
        return [(one.done, one.note) for one in queries.steps_of(request, queries.orders_of(request))]

    assert [done for done, _note in steps()] == [True, False, False, False, False, False]

    lead(firm, second, *TO_DONE)
    assert [done for done, _note in steps()] == [True, True, True, True, False, False]
    assert steps()[1][1] == firm.technician.name

    lead(firm, first, *TO_DONE, "sign")
    assert [done for done, _note in steps()] == [True, True, True, True, True, False]

    lead(firm, second, "sign")
    assert all(done for done, _note in steps())

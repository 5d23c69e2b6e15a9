"""Finished orders begin duties that recur, and keep those of their unit."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.duties import open_due
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.services import happened

pytestmark = pytest.mark.django_db

PACK = """
code: DUTIES
name: 回访与保养承诺
clauses:
  - id: call-after-repair
    kind: recurring
    text: 修好后3至7天内电话回访。
    source: {document: 回访与保养承诺, article: "1"}
    action: follow_up
    begins: {events: [repaired]}
    offsets: [{from_day: 3, to_day: 7}]
  - id: yearly-maintenance
    kind: recurring
    text: 验收后每年保养一次。
    source: {document: 回访与保养承诺, article: "2"}
    action: maintenance
    begins: {events: [accepted]}
    every: {amount: 1, unit: years}
"""


@pytest.fixture
def promised(firm):
    load_pack(PACK, by=None)
    return firm


def test_a_repair_is_followed_by_the_promised_call(promised, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = promised.order_in("completed")

    open_due(timezone.now() + timedelta(days=4))

    call = Obligation.objects.get(metric="follow_up")
    assert call.document_id == order.pk
    days = (timezone.localdate(call.due_at) - timezone.localdate(order.updated_at)).days
    assert days in (7, 8)  # the end of the seventh day is midnight


def test_the_call_is_owed_once_however_often_the_news_comes(promised, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        order = promised.order_in("completed")

    happened("repaired", at=timezone.now(), document=order, unit=order.unit)
    open_due(timezone.now() + timedelta(days=4))

    assert Obligation.objects.filter(metric="follow_up").count() == 1


@pytest.mark.parametrize(("job", "kept"), [("maintenance", True), ("repair", False)])
def test_maintenance_keeps_the_yearly_duty_of_the_unit_and_a_repair_does_not(promised, job, kept):
    # Given a unit that was accepted eleven months ago
    happened("accepted", at=timezone.now() - timedelta(days=335), unit=promised.unit)

    # When a job at it is finished
    order = promised.order_in("completed", job=job)

    # Then only maintenance keeps what is owed for the year, with the order as evidence
    met = Obligation.objects.filter(metric="maintenance", state="met")
    assert [one.evidence_id for one in met] == ([order.pk] if kept else [])

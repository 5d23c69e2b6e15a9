"""Photos that a clause wants as proof are asked for before an order is completed, and the clause is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import add_photos, do
from jiannuo.operations.workorders.services.completing import require_record
from jiannuo.operations.workorders.services.proofs import missing_photos
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.services import fulfil, open_obligations, waive
from jiannuo.rules import Decision, Limit, ObligationPlan, Source


def owe(order: WorkOrder, *evidence: str, metric: str = "repair") -> Obligation:
    """A promise about an order whose proof is named."""
    now = timezone.now()
    plan = ObligationPlan(
        metric=metric,
        clause="repair-with-photos",
        commitment="P15",
        version=1,
        text="三日内修复，维修前后拍照。",
        source=Source(document="三渠道服务方案", article="二之1（3）"),
        started_at=now,
        due_at=now + timedelta(days=3),
        limit=Limit(amount=3, unit="days"),
        calendar="24x7",
        evidence=evidence,
    )
    decision = Decision(decided_at=now, obligations=(plan,))
    (owed,) = open_obligations(order, decision, organization=order.organization, customer=order.customer)
    return owed


def take(firm: Any, order: WorkOrder, purpose: str) -> None:
    upload = SimpleUploadedFile(f"{purpose}.png", scene.drawing(), content_type="image/png")
    add_photos(order, [upload], by=firm.technician, purpose=purpose)


def test_an_order_is_not_completed_before_the_photos_of_the_clause(firm, django_assert_max_num_queries):
    order = firm.order_in("on_site")
    owe(order, "signed_order", "photo_before", "photo_after")
    with pytest.raises(ValidationError) as refused:
        firm.step(order, "complete")
    texts = refused.value.messages
    assert len(texts) == 2
    assert all("三日内修复，维修前后拍照。" in text and "三渠道服务方案 二之1（3）" in text for text in texts)

    take(firm, order, "before")
    with django_assert_max_num_queries(2):
        (left,) = missing_photos(order)
    assert left.purposes == ("after",)
    take(firm, order, "after")
    assert firm.step(order, "complete").state == "completed"


def test_the_fault_may_be_shown_before_the_work_or_by_whoever_reported_it(firm):
    order = firm.order_in("on_site")
    owe(order, "photo_fault")
    assert missing_photos(order)
    take(firm, order, "after")
    assert missing_photos(order)
    take(firm, order, "before")
    assert not missing_photos(order)


def test_a_promise_that_was_kept_still_wants_its_photo(firm):
    order = firm.order_in("on_site")
    owe(order, "photo", metric="arrival")
    (met,) = fulfil(order, "arrival", at=timezone.now())
    assert met.state == "met"
    assert missing_photos(order)


def test_a_promise_that_was_waived_wants_none(firm):
    order = firm.order_in("on_site")
    waive(owe(order, "photo"), by=firm.manager, reason="客户谢绝拍照")
    assert not missing_photos(order)
    assert firm.step(order, "complete").state == "completed"


def test_a_duty_of_the_unit_wants_its_photo_of_the_job_that_meets_it(firm):
    repair = firm.order_in("on_site")
    owed = owe(repair, "photo_after", metric="maintenance")
    Obligation.objects.filter(pk=owed.pk).update(document=None, unit=firm.unit)
    assert not missing_photos(repair)  # a repair meets no duty of maintenance
    kept = firm.order(job=WorkOrder.Kind.MAINTENANCE)
    assert [one.purposes for one in missing_photos(kept)] == [("after",)]


def test_without_such_a_clause_nothing_is_asked(firm, django_assert_max_num_queries):
    order = firm.order_in("on_site")
    owe(order, "signed_order")
    with django_assert_max_num_queries(1):
        assert missing_photos(order) == []
    with pytest.raises(ValidationError) as refused:
        require_record(order)
    assert not any("拍照" in text for text in refused.value.messages)


def test_who_is_not_the_technician_neither_takes_photos_nor_completes(firm):
    order = firm.order_in("on_site")
    owe(order, "photo")
    upload = SimpleUploadedFile("a.png", scene.drawing(), content_type="image/png")
    with pytest.raises(PermissionDenied):
        add_photos(order, [upload], by=firm.colleague, purpose="before")
    with pytest.raises(PermissionDenied):
        do(order, "complete", by=firm.colleague, data=scene.completion())

"""Recording step by step: checks, findings, photos, and steps sent twice."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from jiannuo.office.documents.models import Attachment
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import (
    KeyReused,
    NotNow,
    add_photos,
    answer_check,
    do,
    once,
    save_record,
)
from jiannuo.operations.workorders.tests import scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(firm):
    return firm.order_in("on_site")


ANSWERS = [
    ("外观完好", "yes", "yes", True),
    ("外观完好", "no", "no", False),
    ("高压压力", "1.5", "1.5", True),
    ("高压压力", "2.5", "2.5", True),
    ("高压压力", "2.51", "2.51", False),
    ("高压压力", "0", "0", False),
]


@pytest.mark.parametrize(("text", "value", "kept", "passed"), ANSWERS)
def test_an_answer_is_judged_by_the_limits(firm, order, text, value, kept, passed):
    check = answer_check(order.checks.get(text=text), value, by=firm.technician)

    assert (check.value, check.passed, check.answered) == (kept, passed, True)


@pytest.mark.parametrize(
    ("text", "value"), [("外观完好", "maybe"), ("高压压力", "high"), ("高压压力", "nan")]
)
def test_an_answer_that_is_none_is_refused(firm, order, text, value):
    with pytest.raises(ValidationError, match=text):
        answer_check(order.checks.get(text=text), value, by=firm.technician)


def test_an_empty_answer_takes_it_back(firm, order):
    check = order.checks.get(text="外观完好")
    answer_check(check, "yes", by=firm.technician)

    check = answer_check(check, "", by=firm.technician)

    assert not check.answered


def test_nobody_else_answers_and_not_before_arrival(firm):
    order = firm.order_in("accepted")
    check = order.checks.first()

    with pytest.raises(NotNow):
        answer_check(check, "yes", by=firm.technician)
    with pytest.raises(PermissionDenied):
        answer_check(check, "yes", by=firm.colleague)


def test_what_was_found_is_kept_before_completion(firm, order):
    save_record(order, {"work_done": "清洗滤网"}, by=firm.technician)

    assert WorkOrder.objects.get(pk=order.pk).work_done == "清洗滤网"
    with pytest.raises(PermissionDenied):
        save_record(order, {"work_done": "x"}, by=firm.dispatcher)


def photo(name="a.png", content=None):
    return SimpleUploadedFile(name, content or scene.drawing(), content_type="image/png")


def test_photos_are_kept_with_their_purpose(firm, order):
    add_photos(order, [photo(), photo()], by=firm.technician, purpose="before")

    assert Attachment.objects.filter(document=order.pk, purpose="before").count() == 2


REFUSED_PHOTOS = [
    (b"MZ\x90\x00program", "before", ValidationError),
    (None, "selfie", ValidationError),
]


@pytest.mark.parametrize(("content", "purpose", "error"), REFUSED_PHOTOS)
def test_what_is_no_photo_of_the_job_is_refused(firm, order, content, purpose, error):
    with pytest.raises(error):
        add_photos(
            order, [photo("a.jpg" if content else "a.png", content)], by=firm.technician, purpose=purpose
        )
    assert not Attachment.objects.filter(document=order.pk).exists()


def test_photos_of_others_are_refused(firm, order):
    with pytest.raises(PermissionDenied):
        add_photos(order, [photo()], by=firm.colleague, purpose="before")


def test_a_step_sent_twice_is_done_once(firm):
    order = firm.order_in("dispatched")

    first = do(order, "accept", by=firm.technician, key="k1")
    again = do(order, "accept", by=firm.technician, key="k1")

    assert (first.state, again.state, again.version) == ("accepted", "accepted", first.version)


def test_the_same_key_with_other_contents_is_refused(firm, order):
    do(order, "pause", by=firm.technician, data={"waiting_for": "waiting_parts", "reason": "等件"}, key="k1")

    with pytest.raises(KeyReused):
        do(
            order,
            "pause",
            by=firm.technician,
            data={"waiting_for": "waiting_customer", "reason": "等人"},
            key="k1",
        )


def test_a_step_that_failed_may_be_sent_again_with_its_key(firm, order):
    done = []

    def fail():
        raise ValidationError("no")

    with pytest.raises(ValidationError):
        once("k1", order, "x", {}, by=firm.technician, do=fail)
    once("k1", order, "x", {}, by=firm.technician, do=lambda: done.append(1))

    assert done == [1]


def test_keys_of_two_people_do_not_meet(firm, order):
    done = []
    for person in (firm.technician, firm.colleague):
        once("k1", order, "x", {}, by=person, do=lambda: done.append(1))

    assert len(done) == 2

"""Duty logs: nothing is lost between the shifts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.models import Notice
from jiannuo.operations.maintenance.models import DutyBook, DutyShift
from jiannuo.operations.maintenance.services import (
    ItemsChanged,
    accept_shift,
    begin_shift,
    close_item,
    do_shift,
    raise_item,
    remind_of_hand_overs,
    save_book,
    write_entry,
)
from jiannuo.operations.maintenance.services.logs import open_items


@pytest.fixture
def book(plant):
    return save_book(
        DutyBook(organization=plant.branch, name="污水厂运行日志", shifts="早班,中班，夜班"),
        by=plant.dispatcher,
    )


@pytest.fixture
def shift(plant, book):
    return begin_shift(book, by=plant.technician, shift_name="早班")


def handed(plant, shift):
    return do_shift(shift, "hand_over", by=plant.technician, data={"summary": "运行平稳"})


def test_entries_are_written_by_who_is_on_duty_only(plant, shift):
    write_entry(shift, by=plant.technician, kind="running", text="1号泵切换到2号泵")
    with pytest.raises(PermissionDenied):
        write_entry(shift, by=plant.second, kind="running", text="x")
    for fields in (
        {"text": " "},
        {"text": "x", "at": timezone.now() + timedelta(hours=1)},
        {"text": "x", "at": shift.began_at - timedelta(hours=1)},
    ):
        with pytest.raises(ValidationError):
            write_entry(shift, by=plant.technician, kind="running", **fields)


def test_open_items_go_with_the_hand_over_and_stay_until_they_are_closed(plant, shift):
    item = raise_item(shift, by=plant.technician, text="3号阀门待更换")
    shift = handed(plant, shift)
    assert [one.item for one in shift.handed.all()] == [item]
    mine = accept_shift(shift, by=plant.second, shift_name="中班", read=[item.pk])
    shift.refresh_from_db()
    assert (shift.state, shift.accepted_by, mine.state) == ("accepted", plant.second, "on_duty")
    assert open_items(mine.book_id) == [item]
    close_item(item, mine, by=plant.second, result="已更换")
    assert open_items(mine.book_id) == []
    with pytest.raises(ValidationError):
        close_item(item, mine, by=plant.second, result="again")


def test_a_hand_over_that_nobody_accepts_ends_nothing_and_is_told(plant, book, shift):
    raise_item(shift, by=plant.technician, text="报警待查")
    shift = do_shift(
        shift, "hand_over", by=plant.technician, data={"summary": "x"}, at=timezone.now() - timedelta(hours=2)
    )
    assert remind_of_hand_overs() == 1
    assert remind_of_hand_overs() == 1
    assert Notice.objects.filter(kind="maintenance.hand_over_waits", person=plant.technician).count() == 1
    assert Notice.objects.filter(kind="maintenance.hand_over_waits", person=plant.manager).count() == 1
    with pytest.raises(ValidationError):
        begin_shift(book, by=plant.second, shift_name="中班")
    assert len(open_items(book.pk)) == 1


def test_whoever_accepts_must_have_read_what_is_open_now(plant, shift):
    first = raise_item(shift, by=plant.technician, text="甲")
    second = raise_item(shift, by=plant.technician, text="乙")
    shift = handed(plant, shift)
    with pytest.raises(ItemsChanged):
        accept_shift(shift, by=plant.second, shift_name="中班", read=[first.pk])
    with pytest.raises(ValidationError):
        accept_shift(shift, by=plant.technician, shift_name="中班", read=[first.pk, second.pk])
    with pytest.raises(PermissionDenied):
        accept_shift(shift, by=plant.finance, shift_name="中班", read=[first.pk, second.pk])
    with pytest.raises(ValidationError):
        accept_shift(shift, by=plant.second, shift_name="白班", read=[first.pk, second.pk])
    assert DutyShift.objects.count() == 1


def test_a_hand_over_can_be_sent_back_with_its_reason(plant, shift):
    shift = do_shift(handed(plant, shift), "send_back", by=plant.second, data={"reason": "读数没抄全"})
    assert (shift.state, shift.handed_at, shift.remark) == ("on_duty", None, "读数没抄全")
    assert Notice.objects.filter(kind="maintenance.shift_sent_back", person=plant.technician).exists()
    write_entry(shift, by=plant.technician, kind="reading", text="补抄读数")


def test_two_cannot_accept_the_same_shift_and_one_log_has_one_shift(plant, book, shift):
    shift = handed(plant, shift)
    accept_shift(shift, by=plant.second, shift_name="中班", read=[])
    with pytest.raises(ActionNotAllowed):
        accept_shift(shift, by=plant.dispatcher, shift_name="中班", read=[])
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyShift.objects.create(
            book=book,
            organization=plant.branch,
            shift_name="x",
            person=plant.manager,
            began_at=timezone.now(),
            number="X",
        )


def test_a_log_without_shifts_or_by_a_stranger_is_refused(plant):
    with pytest.raises(ValidationError):
        save_book(DutyBook(organization=plant.branch, name="x", shifts=" , "), by=plant.dispatcher)
    with pytest.raises(PermissionDenied):
        save_book(DutyBook(organization=plant.branch, name="x", shifts="a"), by=plant.technician)

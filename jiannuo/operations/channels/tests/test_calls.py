"""Calls: from events in any order, by hand, missed and called back; recordings as long as they are kept."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.files.access import may_read
from jiannuo.kernel.files.models import StoredFile
from jiannuo.operations.channels import services
from jiannuo.operations.channels.cards import card_for
from jiannuo.operations.channels.defaults import fill
from jiannuo.operations.channels.models import Call, ChannelSetting, InboxItem
from jiannuo.operations.channels.services import connecting
from jiannuo.operations.channels.services.calls import Told
from jiannuo.operations.channels.services.recordings import (
    RecordedAlready,
    keep_recording,
    remove_due,
)
from jiannuo.operations.channels.tests.conftest import PHONE, Desk, sign_in
from jiannuo.operations.channels.tests.test_hooks import SOUND
from jiannuo.operations.desk.services import register_request
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content, time_clause
from jiannuo.testing import factories

KEEP = time_clause(
    "retain", "", limit={"amount": "90", "unit": "days"}, start="requested", keeps=["call_recording"]
)


def tell(source: Any, event: str, call: str = "c1", ago: int = 0, **fields: Any) -> Call:
    at = timezone.now() - timedelta(seconds=ago)
    return services.told(source, Told(event=event, call_id=call, number=PHONE, at=at, **fields))


def test_events_in_the_wrong_order_give_the_same_call(desk: Desk) -> None:
    source, _secret = desk.hotline()
    tell(source, "ended", ago=10)
    assert Call.objects.get().state == "missed"
    tell(source, "answered", ago=60, extension="801")
    call = tell(source, "ringing", ago=70)
    assert (call.state, call.agent, round(call.lasted.total_seconds())) == ("ended", desk.agent, 50)
    assert InboxItem.objects.get().state == "answered"


def test_a_missed_number_is_one_task_until_it_is_called_back(desk: Desk) -> None:
    source, _secret = desk.hotline()
    tell(source, "missed", "c1", ago=300)
    tell(source, "missed", "c2", ago=200)
    item = InboxItem.objects.get()
    assert (item.kind, item.customer, item.lines.count(), item.calls.count()) == (
        "call_back",
        desk.customer,
        1,
        2,
    )
    tell(source, "ringing", "c3", ago=100, direction="out", extension="801")
    tell(source, "missed", "c3", ago=90, direction="out")
    item.refresh_from_db()
    assert item.state == "new"
    tell(source, "answered", "c4", ago=60, direction="out", extension="801")
    item.refresh_from_db()
    assert (item.state, item.owner) == ("answered", desk.agent)
    tell(source, "missed", "c5")
    assert InboxItem.objects.open().count() == 1


def test_calls_without_a_number_ask_nobody_to_call_back(desk: Desk) -> None:
    source, _secret = desk.hotline()
    services.told(source, Told(event="missed", call_id="x", number="", at=timezone.now()))
    assert not InboxItem.objects.exists()


def test_a_call_is_written_down_by_hand(desk: Desk) -> None:
    began = timezone.now() - timedelta(minutes=9)
    call = services.write_down(
        by=desk.agent,
        organization=desk.branch,
        number="13812340001",
        rang_at=began,
        minutes=5,
        topic="consultation",
        note="问保养周期",
        result="每2000小时",
    )
    assert (call.state, call.customer, call.lasted_text) == ("ended", desk.customer, "5:00")
    missed = services.write_down(
        by=desk.agent, organization=desk.branch, number="13900000001", answered=False
    )
    assert missed.item is not None


def test_calls_that_cannot_be_are_refused(desk: Desk) -> None:
    for person in (desk.stranger, desk.technician, desk.auditor):
        with pytest.raises(PermissionDenied):
            services.write_down(by=person, organization=desk.branch, number="1")
    with pytest.raises(ValidationError):
        services.write_down(by=desk.agent, organization=desk.branch, number=" ")
    later = timezone.now() + timedelta(hours=1)
    with pytest.raises(ValidationError):
        services.write_down(by=desk.agent, organization=desk.branch, number="1", rang_at=later)


def test_a_request_registered_from_a_call_stands_on_it(desk: Desk) -> None:
    source, _secret = desk.hotline()
    call = tell(source, "answered", extension="801")
    request = register_request(
        by=desk.agent, customer=desk.customer, symptom_text="漏油", origin=f"call-{call.pk}"
    )
    call.refresh_from_db()
    assert call.request == request


def recorded(desk: Desk, ago: timedelta = timedelta(0)) -> Call:
    call = services.write_down(
        by=desk.agent, organization=desk.branch, number=PHONE, rang_at=timezone.now() - ago
    )
    return keep_recording(call, SimpleUploadedFile("a.wav", SOUND))


def keep_days(desk: Desk, days: int | None) -> None:
    setting = ChannelSetting.objects.get(channel="hotline")
    setting.recordings_days = days
    connecting.save_setting(setting, by=desk.manager_of_all)


def test_where_neither_a_clause_nor_a_manager_says_otherwise_a_recording_is_kept_for_half_a_year(
    desk: Desk,
) -> None:
    # given a company as the programme lays it
    ChannelSetting.objects.all().delete()
    fill(ChannelSetting)
    # then
    call = recorded(desk)
    assert call.recording_until == call.rang_at + timedelta(days=180)
    assert ChannelSetting.objects.filter(recordings_days__isnull=False).get().channel == "hotline"
    assert "180" in sign_in(desk.manager).get(reverse("channels:connections")).content.decode()
    # and a manager can keep them for good
    keep_days(desk, None)
    call.refresh_from_db()
    assert call.recording_until is None


@pytest.fixture
def desk(db: None) -> Desk:
    made = Desk()
    made.manager_of_all = factories.person("general_manager", at=made.head)  # type: ignore[attr-defined]
    return made


def test_the_file_of_a_recording_has_no_way_beside_the_call(desk: Desk) -> None:
    file = recorded(desk).recording
    assert file is not None
    for person in (desk.agent, desk.manager, desk.stranger, desk.technician, desk.auditor):
        assert not may_read(file, person)


def test_a_recording_is_never_replaced(desk: Desk) -> None:
    call = recorded(desk)
    with pytest.raises(RecordedAlready):
        keep_recording(call, SimpleUploadedFile("b.wav", SOUND))


def test_recordings_are_removed_when_the_table_says(desk: Desk) -> None:
    keep_days(desk, None)
    call = recorded(desk, timedelta(days=40))
    assert call.recording_until is None
    keep_days(desk, 60)
    assert remove_due() == 0
    keep_days(desk, 30)
    assert remove_due() == 1
    call.refresh_from_db()
    assert (call.recording, StoredFile.objects.count()) == (None, 0)
    assert call.lines.count() == 2
    assert remove_due() == 0
    with pytest.raises(RecordedAlready):
        keep_recording(call, SimpleUploadedFile("b.wav", SOUND))


def test_a_clause_about_recordings_goes_before_the_table(desk: Desk) -> None:
    clause = KEEP
    load_content(content("C1", clauses=[clause]), by=None)
    call = recorded(desk, timedelta(days=40))
    assert call.recording_until is not None
    assert call.recording_until > timezone.now() + timedelta(days=45)
    assert "C1" in call.recording_rule
    keep_days(desk, 1)
    assert remove_due() == 0


def test_a_promise_made_meanwhile_keeps_a_recording(desk: Desk) -> None:
    keep_days(desk, 30)
    call = recorded(desk, timedelta(days=40))
    clause = KEEP
    load_content(content("C1", clauses=[clause]), by=None)
    assert remove_due() == 1
    call.refresh_from_db()
    assert call.recording is not None


def test_the_card_of_a_number_in_at_most_ten_queries(desk: Desk, django_assert_max_num_queries: Any) -> None:
    source, _secret = desk.hotline()
    units = [factories.unit(desk.branch, of=desk.customer) for _turn in range(3)]
    request = register_request(by=desk.agent, customer=desk.customer, unit=units[0], symptom_text="漏油")
    tell(source, "missed", ago=60)
    desk.agent = type(desk.agent).objects.get(pk=desk.agent.pk)
    with django_assert_max_num_queries(
        10 + 2
    ):  # roles and organisations of the person, once for each request
        card = card_for(desk.agent, "138 1234 0001")
    with django_assert_max_num_queries(10):
        card = card_for(desk.agent, "138 1234 0001")
    assert [one.customer for one in card.customers] == [desk.customer]
    assert (card.requests, len(card.customers[0].units), len(card.calls)) == ([request], 3, 1)
    assert [one.kind for one in card.items] == ["call_back"]
    assert not card_for(desk.stranger, PHONE).customers
    assert not card_for(desk.stranger, PHONE).calls

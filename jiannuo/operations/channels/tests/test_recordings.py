"""Recordings over HTTP: whole and in parts, for those who may hear them, with a line of who did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.files.ranges import part_asked_for
from jiannuo.operations.channels import services
from jiannuo.operations.channels.models import Call, CallLine
from jiannuo.operations.channels.services import keep_recording
from jiannuo.operations.channels.tests.conftest import PHONE, Desk
from jiannuo.operations.desk.services import register_request

SOUND = b"RIFF\x24\x10\x00\x00WAVEfmt " + bytes(range(256)) * 16


@pytest.fixture
def call(desk: Desk) -> Call:
    call = services.write_down(by=desk.agent, organization=desk.branch, number=PHONE)
    return keep_recording(call, SimpleUploadedFile("a.wav", SOUND))


def hear(client: Client, who: Any, call: Call, **headers: str) -> Any:
    client.force_login(who)
    return client.get(reverse("channels:recording", args=[call.pk]), headers=headers)


def content(response: Any) -> bytes:
    return b"".join(response.streaming_content)


def test_the_whole_recording(client: Client, desk: Desk, call: Call) -> None:
    response = hear(client, desk.agent, call)
    assert (response.status_code, content(response)) == (200, SOUND)
    assert response["Content-Type"].startswith("audio/")
    assert response["Accept-Ranges"] == "bytes"
    assert int(response["Content-Length"]) == len(SOUND)
    assert response["Content-Disposition"].startswith("inline")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=1000-", 1000, len(SOUND) - 1),
        ("bytes=-10", len(SOUND) - 10, len(SOUND) - 1),
        ("bytes=5-5", 5, 5),
        ("bytes=100-999999", 100, len(SOUND) - 1),
        ("bytes=-999999", 0, len(SOUND) - 1),
    ],
)
def test_a_part_so_that_a_player_can_seek(
    client: Client, desk: Desk, call: Call, asked: str, first: int, last: int
) -> None:
    response = hear(client, desk.agent, call, range=asked)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {first}-{last}/{len(SOUND)}"
    assert int(response["Content-Length"]) == last - first + 1
    assert content(response) == SOUND[first : last + 1]


@pytest.mark.parametrize("asked", [f"bytes={len(SOUND)}-", "bytes=99999-100000", "bytes=-0"])
def test_outside_of_it_is_refused(client: Client, desk: Desk, call: Call, asked: str) -> None:
    response = hear(client, desk.agent, call, range=asked)
    assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{len(SOUND)}")
    assert not CallLine.objects.filter(kind="heard").exists()


@pytest.mark.parametrize(
    "asked",
    ["bytes=0-1,5-6", "items=0-5", "bytes=", "bytes=a-b", "bytes=9-3", "bytes=--5", "bytes=٣-٥", "x" * 999],
)
def test_what_is_no_single_range_gets_the_whole(client: Client, desk: Desk, call: Call, asked: str) -> None:
    assert part_asked_for(asked, len(SOUND)) is None
    if asked.isascii():
        response = hear(client, desk.agent, call, range=asked)
        assert (response.status_code, content(response)) == (200, SOUND)


def test_a_part_of_another_edition_gets_the_whole(client: Client, desk: Desk, call: Call) -> None:
    tag = hear(client, desk.agent, call)["ETag"]
    assert hear(client, desk.agent, call, **{"range": "bytes=0-9", "if-range": tag}).status_code == 206
    assert hear(client, desk.agent, call, **{"range": "bytes=0-9", "if-range": '"old"'}).status_code == 200


def test_who_heard_it_stands_on_the_call_once_for_each_hearing(
    client: Client, desk: Desk, call: Call
) -> None:
    for asked in ("bytes=0-", "bytes=2000-", "bytes=100-200"):
        hear(client, desk.agent, call, range=asked)
    hear(client, desk.manager, call)
    client.head(reverse("channels:recording", args=[call.pk]))
    heard = CallLine.objects.filter(call=call, kind="heard")
    assert [line.by for line in heard] == [desk.agent, desk.manager]
    heard.update(at=timezone.now() - timedelta(hours=1))

    hear(client, desk.agent, call, range="bytes=0-")

    assert heard.filter(by=desk.agent).count() == 2
    client.force_login(desk.manager)
    page = client.get(call.get_absolute_url()).content.decode()
    assert "听了录音" in page
    assert reverse("channels:recording", args=[call.pk]) in page


def test_others_hear_nothing_and_leave_no_line(client: Client, desk: Desk, call: Call) -> None:
    for person, status in ((desk.stranger, 404), (desk.technician, 403), (desk.auditor, 403)):
        for headers in ({}, {"range": "bytes=0-9"}):
            assert hear(client, person, call, **headers).status_code == status, person
    client.logout()
    assert client.get(reverse("channels:recording", args=[call.pk])).status_code == 302
    assert not CallLine.objects.filter(kind="heard").exists()


def test_what_is_with_the_complaint_desk_is_not_heard_at_the_service(
    client: Client, desk: Desk, call: Call
) -> None:
    register_request(
        by=desk.agent,
        customer=desk.customer,
        symptom_text="态度差",
        request_kind="complaint",
        origin=f"call-{call.pk}",
    )
    assert hear(client, desk.agent, call).status_code == 404


def test_a_call_without_a_recording(client: Client, desk: Desk) -> None:
    call = services.write_down(by=desk.agent, organization=desk.branch, number=PHONE)
    assert hear(client, desk.agent, call).status_code == 404


def test_the_file_has_no_other_address(client: Client, desk: Desk, call: Call) -> None:
    client.force_login(desk.agent)
    assert call.recording is not None
    assert client.get(reverse("files:serve", args=[call.recording.pk])).status_code == 404

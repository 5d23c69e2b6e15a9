"""Signed hooks: heard once, refused with reasons, and then nothing is stored."""

from __future__ import annotations

import base64
import time
from typing import Any

import pytest

from jiannuo.faces.api import hooks
from jiannuo.kernel.sealing import Unreadable, seal, unseal
from jiannuo.office.documents.tests.makers import photo
from jiannuo.office.notices.models import Delivery
from jiannuo.office.notices.sending import send
from jiannuo.operations.channels import services, signing
from jiannuo.operations.channels.models import Call, HookEvent, InboxItem
from jiannuo.operations.channels.services import connecting
from jiannuo.operations.channels.tests.conftest import PHONE, Desk, call_event, post

SOUND = b"RIFF\x24\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00" + b"\x00" * 200


def refused(answer: Any, status: int, kind: str) -> None:
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == (f"urn:jiannuo:problem:{kind}" if kind else "about:blank")
    assert not Call.objects.exists()
    assert not HookEvent.objects.exists()
    assert not InboxItem.objects.exists()


def test_a_call_from_ringing_to_the_end(desk: Desk) -> None:
    source, secret = desk.hotline()
    for event in ("ringing", "answered", "ended"):
        assert post(source, secret, call_event(event)).status_code == 202
    call = Call.objects.get()
    assert (call.state, call.number, call.customer, call.agent) == ("ended", PHONE, desk.customer, desk.agent)
    source.refresh_from_db()
    assert source.heard_at is not None
    assert not InboxItem.objects.exists()


def test_a_wrong_signature_is_refused(desk: Desk) -> None:
    source, secret = desk.hotline()
    refused(post(source, secret, call_event("ringing"), signature="0" * 64), 401, "signature")
    refused(post(source, "another", call_event("ringing")), 401, "signature")


def test_what_is_not_signed_is_refused(desk: Desk) -> None:
    source, _secret = desk.hotline()
    refused(post(source, "x", call_event("ringing"), signature=" "), 401, "unsigned")


def test_a_stale_hook_is_refused(desk: Desk) -> None:
    source, secret = desk.hotline()
    for off in (-signing.WINDOW - 5, signing.WINDOW + 5):
        refused(post(source, secret, call_event("ringing"), at=time.time() + off), 401, "stale")


def test_a_replay_is_refused_and_changes_nothing(desk: Desk) -> None:
    source, secret = desk.hotline()
    event = call_event("missed")
    assert post(source, secret, event).status_code == 202
    again = post(source, secret, event)
    assert (again.status_code, again.json()["type"]) == (409, "urn:jiannuo:problem:replayed")
    assert (Call.objects.count(), InboxItem.objects.get().lines.count()) == (1, 0)


def test_what_is_too_large_is_refused_before_it_is_read(desk: Desk) -> None:
    source, secret = desk.hotline()
    refused(post(source, secret, None, body=b"x" * (hooks.CALL_LIMIT + 1)), 413, "oversize")


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[1]", b"[" * 9000])
def test_what_is_no_json_object_is_refused(desk: Desk, body: bytes) -> None:
    source, secret = desk.hotline()
    refused(post(source, secret, None, body=body), 400, "json")


def test_an_event_that_lacks_something_is_refused(desk: Desk) -> None:
    source, secret = desk.hotline()
    refused(post(source, secret, {"event_id": "1", "event": "sneezed"}), 422, "invalid")


def test_unknown_connections_and_those_switched_off_are_the_same(desk: Desk) -> None:
    source, secret = desk.hotline()
    connecting.switch(source, by=desk.admin, on=False)
    refused(post(source, secret, call_event("ringing")), 404, "")
    messenger, secret = desk.connection("im")
    refused(post(messenger, secret, call_event("ringing")), 404, "")


def test_the_former_secret_is_refused_after_a_new_one(desk: Desk) -> None:
    source, secret = desk.hotline()
    fresh = connecting.rotate(source, by=desk.admin)
    refused(post(source, secret, call_event("ringing")), 401, "signature")
    assert post(source, fresh, call_event("ringing")).status_code == 202


def test_who_sends_too_many_bad_ones_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    source, secret = desk.hotline()
    monkeypatch.setattr(hooks, "BAD_RATE", "2/m")
    answers = [post(source, "wrong", call_event("ringing")).status_code for _turn in range(4)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert post(source, secret, call_event("ringing")).status_code == 429


def test_secrets_are_kept_sealed(desk: Desk) -> None:
    source, secret = desk.hotline()
    assert secret not in source.sealed
    assert unseal(source.sealed) == secret
    with pytest.raises(Unreadable):
        unseal(seal("x")[:-4])


def recording(source: Any, secret: str, call: str, body: bytes, signed_for: str = "") -> Any:
    from django.test import Client
    from django.urls import reverse

    stamp = str(int(time.time()))
    signed = f"{signed_for or call}.".encode() + body
    return Client().post(
        reverse("api:hook_recording", args=[source.code, call]),
        data=body,
        content_type="application/octet-stream",
        headers={signing.TIMESTAMP: stamp, signing.SIGNATURE: signing.signature(secret, stamp, signed)},
    )


def test_a_recording_is_stored_once_and_only_where_it_was_signed_for(desk: Desk) -> None:
    source, secret = desk.hotline()
    assert recording(source, secret, "c1", SOUND).status_code == 404
    post(source, secret, call_event("ended"))
    assert recording(source, secret, "c1", b"not a sound").status_code == 422
    assert recording(source, secret, "c1", SOUND, signed_for="c2").status_code == 401
    assert recording(source, secret, "c1", SOUND).status_code == 202
    assert recording(source, secret, "c1", SOUND).status_code == 409
    assert Call.objects.get().recording.size == len(SOUND)


def message(**fields: Any) -> dict[str, Any]:
    import itertools

    message.count = getattr(message, "count", itertools.count(1))  # type: ignore[attr-defined]
    sender = {"id": "wx-1", "name": "刘工", "phone": PHONE}
    return {"event_id": f"m{next(message.count)}", "sender": sender, "text": "机器停了", **fields}  # type: ignore[attr-defined]


def say(source: Any, secret: str, data: dict[str, Any]) -> Any:
    return post(source, secret, data, name="api:hook_messages")


def test_messages_of_one_sender_are_lines_of_one_open_item(desk: Desk) -> None:
    source, secret = desk.connection("im")
    picture = {"name": "a.jpg", "data": base64.b64encode(photo().read()).decode()}
    for data in (message(), message(text="显示 E04", pictures=[picture])):
        assert say(source, secret, data).status_code == 202
    item = InboxItem.objects.get()
    assert (item.channel, item.text, item.customer) == ("im", "机器停了", desk.customer)
    assert (item.lines.get().text, item.files.count()) == ("显示 E04", 1)
    services.dismiss(item, by=desk.agent, reason="测试")
    say(source, secret, message(text="又停了"))
    assert InboxItem.objects.count() == 2


@pytest.mark.parametrize("data", ["!!!", base64.b64encode(b"<svg/>").decode(), "aHR0cDovL3guY24vYS5wbmc="])
def test_pictures_that_are_none_are_refused(desk: Desk, data: str) -> None:
    source, secret = desk.connection("im")
    refused(say(source, secret, message(pictures=[{"data": data}])), 422, "invalid")


def test_a_message_without_anything_is_refused(desk: Desk) -> None:
    source, secret = desk.connection("im")
    refused(say(source, secret, message(text=" ")), 422, "invalid")


def test_an_answer_goes_out_where_the_connection_has_an_address(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    class Channel:
        def add(self, address: str) -> bool:
            sent.append(address)
            return True

        def notify(self, *, body: str, title: str) -> bool:
            sent.append(body)
            return True

    monkeypatch.setattr("apprise.Apprise", Channel)
    source, secret = desk.connection("im", outgoing_to="json://im.example/{sender}")
    assert "example" not in source.outgoing
    say(source, secret, message())
    item = services.answer(InboxItem.objects.get(), by=desk.agent, text="请断电，工程师马上联系您")
    assert item.lines.get(kind="out").data == {"sent": "总机"}
    delivery = Delivery.objects.get(channel="route")
    assert delivery.state == "sent" or send(delivery.key)
    assert sent == ["json://im.example/wx-1", "请断电，工程师马上联系您"]


def test_an_answer_is_written_down_where_it_has_none(desk: Desk) -> None:
    source, secret = desk.connection("im")
    say(source, secret, message())
    item = services.answer(InboxItem.objects.get(), by=desk.agent, text="已在微信答复")
    assert item.lines.get(kind="out").data == {"sent": ""}
    assert not Delivery.objects.filter(channel="route").exists()

"""Short clips from the phone: what is taken over, what is refused before it is stored, who plays them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.files.models import StoredFile
from jiannuo.office.documents.models import Attachment
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.filming import most_bytes
from jiannuo.operations.workorders.tests import scene

MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00" * 400
QUICKTIME = b"\x00\x00\x00\x14ftypqt  \x00\x00\x02\x00qt  " + b"\x00" * 400
WEBM = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm" + b"\x00" * 400


@pytest.fixture
def phone(client, firm):
    client.force_login(firm.technician)
    return client


def clip(data=MP4, name="k.mp4"):
    return SimpleUploadedFile(name, data, content_type="video/mp4")


def send(phone, order, upload, **data):
    return phone.post(reverse("field:send", args=[order.number, "video"]), {"video": upload, **data})


def test_the_limit_is_told_when_the_phone_asks(phone, settings):
    settings.FIELD_VIDEO_MEGABYTES = 7
    said = phone.get(reverse("field:hello")).json()["video"]
    assert said == {"bytes": 7 * 1024 * 1024, "types": ["video/mp4", "video/quicktime", "video/webm"]}
    settings.FIELD_VIDEO_MEGABYTES = 9999
    assert most_bytes() == 60 * 1024 * 1024


@pytest.mark.parametrize(("data", "name"), [(MP4, "k.mp4"), (QUICKTIME, "k.mov"), (WEBM, "k.webm")])
def test_a_clip_keeps_when_and_where_it_was_taken(firm, phone, data, name):
    order = firm.order_in("on_site")
    taken = timezone.now() - timedelta(minutes=9)
    more = {"taken_at": taken.isoformat(), "latitude": "30.27", "longitude": "120.15", "key": "v"}
    for _turn in range(2):
        assert send(phone, order, clip(data, name), **more).json()["done"]
    kept = Attachment.objects.get(document=order.pk)
    assert (kept.purpose, kept.file.taken_at, kept.file.latitude) == ("video", taken, 30.27)
    pack = phone.get(reverse("field:take", args=[order.number])).json()
    assert pack["photos"] == {"video": 1}


def test_what_is_too_large_or_no_video_is_refused_and_nothing_is_stored(firm, phone, settings):
    settings.FIELD_VIDEO_MEGABYTES = 1
    order = firm.order_in("on_site")
    large = send(phone, order, clip(MP4 + b"\x00" * 1024 * 1024))
    assert large.status_code == 422
    assert "1.0" in large.json()["details"][0]
    for data, name in ((scene.drawing(), "k.mp4"), (b"<html>", "k.mp4"), (MP4, "k.mov"), (b"", "k.mp4")):
        assert send(phone, order, clip(data, name)).status_code == 422
    assert not StoredFile.objects.filter(content_type__startswith="video").exists()


def test_a_clip_is_no_photo_that_a_clause_asks_for(firm, phone):
    order = firm.order_in("on_site")
    send(phone, order, clip())
    assert not Attachment.objects.filter(document=order.pk, purpose__in=("before", "after", "fault")).exists()


def test_a_clip_taken_before_the_signature_still_arrives_after_it_and_a_later_one_does_not(firm, phone):
    order = firm.order_in("on_site")
    now = timezone.now()
    WorkOrder.objects.filter(pk=order.pk).update(state="signed", signed_at=now - timedelta(minutes=5))
    early, late = now - timedelta(minutes=9), now
    assert send(phone, order, clip(), at=early.isoformat(), key="a").status_code == 200
    answer = send(phone, order, clip(), at=late.isoformat(), key="b")
    assert (answer.status_code, answer.json()["code"]) == (409, "state")
    assert send(phone, order, clip(), key="c").status_code == 409


def test_the_office_plays_it_part_by_part_and_strangers_do_not(firm, phone, client):
    order = firm.order_in("on_site")
    send(phone, order, clip())
    file = StoredFile.objects.get()
    address = reverse("files:serve", args=[file.pk])
    client.force_login(firm.dispatcher)
    page = client.get(reverse("workorders:detail", args=[order.number])).content.decode()
    assert f'<video controls preload="metadata" src="{address}"' in page
    part = client.get(address, headers={"Range": "bytes=0-9"})
    assert (part.status_code, part.headers["Content-Type"]) == (206, "video/mp4")
    assert part.headers["Content-Disposition"].startswith("inline")
    client.force_login(firm.stranger)
    assert client.get(address).status_code == 404
    client.force_login(firm.colleague)
    assert send(client, order, clip()).json()["code"] in ("unknown", "not_yours")

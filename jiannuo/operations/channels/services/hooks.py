"""What connections tell us, each event once."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.files.services import store
from jiannuo.operations.channels.models import Call, Connection, HookEvent, InboxItem
from jiannuo.operations.channels.services.calls import Told, told
from jiannuo.operations.channels.services.receiving import add_message, receive

HEARD_RESOLUTION = timedelta(minutes=1)
PICTURES_AT_MOST = 6


class Replayed(Exception):
    """This event was told before."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that was sent inline; ``data`` is base64."""

    name: str
    data: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a messenger; ``sender`` is how it names the person."""

    sender: str
    text: str
    at: datetime
    name: str = ""
    phone: str = ""
    pictures: Sequence[Picture] = ()


def _once(source: Connection, event_id: str) -> None:
    """Remember the event in the present transaction; raises Replayed when it was told before."""
    try:
        with transaction.atomic():
            HookEvent.objects.create(connection=source, event_id=event_id)
    except IntegrityError:
        raise Replayed from None
    now = timezone.now()
    if source.heard_at is None or now - source.heard_at > HEARD_RESOLUTION:
        Connection.objects.filter(pk=source.pk).update(heard_at=now)


@transaction.atomic
def hear_call(source: Connection, event_id: str, news: Told) -> Call:
    """Take in an event of a telephone system; raises Replayed."""
    _once(source, event_id)
    return told(source, news)


@transaction.atomic
def hear_message(source: Connection, event_id: str, message: Message) -> InboxItem:
    """Take in a message: a line of the sender's open item, or a new item.

    Raises Replayed, and ValidationError for pictures that are none, too many or too large; nothing is stored then.
    """
    _once(source, event_id)
    files = [_stored(picture) for picture in message.pictures[:PICTURES_AT_MOST]]
    if len(message.pictures) > PICTURES_AT_MOST:
        raise ValidationError(
            {"pictures": _("At most %(number)d pictures in one message.") % {"number": PICTURES_AT_MOST}}
        )
    key = f"im:{source.pk}:{event_id}"
    item = _conversation(source, message.sender)
    if item is None:
        try:
            with transaction.atomic():
                return receive(
                    channel=source.channel,
                    key=key,
                    organization=source.organization,
                    source=source.name,
                    connection=source,
                    text=message.text,
                    sender_name=message.name,
                    sender_phone=message.phone,
                    sender_address=message.sender,
                    received_at=message.at,
                    files=files,
                )
        except IntegrityError:  # two messages of one sender at once
            item = _conversation(source, message.sender)
            if item is None:
                raise
    add_message(item, key=key, text=message.text, at=message.at, files=files)
    return item


def _conversation(source: Connection, sender: str) -> InboxItem | None:
    rows = InboxItem.objects.open().filter(connection=source, channel=source.channel)
    return rows.filter(sender_address=sender[:254]).order_by("-pk").first()


def _stored(picture: Picture) -> Any:
    try:
        data = base64.b64decode(picture.data, validate=True)
    except (binascii.Error, ValueError):
        raise ValidationError({"pictures": _("A picture is not valid base64.")}) from None
    return store(SimpleUploadedFile(picture.name or "picture", data), kinds=("image",))

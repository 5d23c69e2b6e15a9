"""Receiving: what comes in is stored first and dealt with later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.resending import digest_of, refuse_other_contents
from jiannuo.operations.channels.events import ItemReceived
from jiannuo.operations.channels.models import InboxFile, InboxItem, InboxLine
from jiannuo.operations.channels.recognising import customer_for
from jiannuo.operations.channels.waiting import set_due
from jiannuo.registry.customers.phones import phone_or_none

LONGEST_TEXT = 100_000
LONGEST_KEY = 200


def receive(
    *,
    channel: str,
    key: str,
    organization: Any,
    source: str = "",
    text: str = "",
    subject: str = "",
    sender_name: str = "",
    sender_phone: str = "",
    sender_address: str = "",
    customer: Any = None,
    received_at: datetime | None = None,
    kind: str = InboxItem.Kind.MESSAGE,
    files: Sequence[Any] = (),
    connection: Any = None,
    request: Any = None,
    by: Any = None,
    checks_contents: bool = False,
    is_demo: bool = False,
) -> InboxItem:
    """Store what came in, once for each ``key``, and announce ``ItemReceived`` after the commit.

    ``files`` are stored files (``kernel.files``); ``by`` is the person who wrote it down and so answers for it, None
    for what a machine delivers. ``request`` is the one about which it is, where that is known. The customer is
    recognised by phone or address when there is exactly one. Received again, also by two processes at once, the same
    item is returned unchanged; what a form sends (``checks_contents``) must be the same too, else SentDifferently is
    raised. Raises ValidationError without a key or for an unknown channel.
    """
    if not key.strip() or len(key) > LONGEST_KEY:
        raise ValidationError({"key": _("What comes in needs a key of 1 to 200 signs.")})
    digest = ""
    if checks_contents:
        contents = {
            "as": [channel, kind, organization],
            "text": [subject, text],
            "sender": [sender_name, sender_phone, sender_address, customer],
            "received": received_at,
            "files": list(files),
        }
        digest = digest_of(contents)
    if known := _sent_before(key, digest):
        return known
    now = timezone.now()
    phone = phone_or_none(sender_phone) or sender_phone.strip()[:20] if sender_phone.strip() else ""
    item = InboxItem(
        channel=channel,
        kind=kind,
        key=key,
        digest=digest,
        organization=organization,
        source=source[:80],
        subject=" ".join(subject.split())[:200],
        text=text.strip()[:LONGEST_TEXT],
        sender_name=sender_name.strip()[:80],
        sender_phone=phone,
        sender_address=sender_address.strip()[:254],
        customer=customer or customer_for(organization, phone, sender_address),
        received_at=min(received_at or now, now),
        connection=connection,
        request=request,
        is_demo=is_demo,
    )
    set_due(item, from_=item.received_at)
    if by is not None:
        item.owner, item.taken_at, item.state = by, now, InboxItem.State.TAKEN
    item.clean_fields(exclude=["organization", "customer", "owner", "request", "text", "key"])
    try:
        with transaction.atomic():
            item.save(force_insert=True)
            if by is not None:
                InboxLine.objects.create(item=item, kind=InboxLine.Kind.TAKEN, by=by, at=now)
            keep_files(item, files)
            publish(ItemReceived(item_id=item.pk, channel=channel, at=item.received_at))
    except IntegrityError:
        known = _sent_before(key, digest)
        if known is None:
            raise
        return known
    return item


def _sent_before(key: str, digest: str) -> InboxItem | None:
    known = InboxItem.objects.filter(key=key).first()
    if known is not None and digest:
        refuse_other_contents(known.digest, digest)
    return known


@transaction.atomic
def add_message(
    item: InboxItem,
    *,
    key: str,
    text: str,
    at: datetime | None = None,
    files: Sequence[Any] = (),
) -> InboxLine:
    """A further message of the sender of an open item, once for each ``key``."""
    known = InboxLine.objects.filter(key=key).first() if key else None
    if known is not None:
        return known
    at = min(at or timezone.now(), timezone.now())
    line = InboxLine.objects.create(
        item=item, kind=InboxLine.Kind.IN, key=key, text=text.strip()[:LONGEST_TEXT], at=at
    )
    keep_files(item, files, line=line)
    return line


def keep_files(item: InboxItem, files: Sequence[Any], *, line: InboxLine | None = None) -> None:
    """Tie stored files to an item."""
    InboxFile.objects.bulk_create(InboxFile(item=item, line=line, file=file) for file in files)

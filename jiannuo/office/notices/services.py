"""Telling people and customers. Nothing is told twice under the same key, and nothing before the commit."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.privacy import mask_email, mask_phone
from jiannuo.office.documents.kinds import confidential_kinds, hidden_from
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.documents.services import record
from jiannuo.office.notices import sending
from jiannuo.office.notices.kinds import NoticeKind, kind_named
from jiannuo.office.notices.models import Delivery, Notice


@transaction.atomic
def notify(
    people: Iterable[User],
    kind: str | NoticeKind,
    *,
    document: Document | None = None,
    context: Mapping[str, Any] | None = None,
    key: str = "",
    url: str = "",
    channels: Sequence[str] = (),
) -> list[Notice]:
    """Put a notice into the inbox of each of ``people``, and mail it to those who want that.

    ``channels`` say how beside the inbox: ``email``, ``sms`` (where a gateway is set up), ``im`` (the group channels),
    ``phone`` (a text message asks to call); without them each person's own choice counts.

    With a ``key``, a person never gets the same notice twice, however often and from however many processes this is
    called. Of a confidential document only those are told who may see its kind, and no group. Returns the notices that
    are new. Raises LookupError for an unknown kind and KeyError for a context that
    lacks a place of its texts.
    """
    told = kind_named(kind)
    values = {"number": document.number if document else "", **(context or {})}
    key = _short(key or f"{told.id}:{uuid.uuid4().hex}")
    secret = document is not None and document.kind in confidential_kinds()
    receivers = {
        person.pk: person
        for person in people
        if person.is_active and not (secret and document.kind in hidden_from(person))  # type: ignore[union-attr]
    }
    known = set(Notice.objects.filter(key=key, person__in=receivers).values_list("person_id", flat=True))
    address = url or (document.get_absolute_url() if document else "")
    fresh = [
        _notice_for(person, told, values, document, key, address)
        for pk, person in receivers.items()
        if pk not in known
    ]
    Notice.objects.bulk_create(fresh, ignore_conflicts=True)
    deliveries = [
        _mail_for(receivers[notice.person_id], notice)
        for notice in fresh
        if _wants_mail(receivers[notice.person_id], told, channels)
    ]
    if {"sms", "phone"} & set(channels) and sending.sms_urls():
        deliveries += [
            _text_for(receivers[notice.person_id], notice, channels)
            for notice in fresh
            if receivers[notice.person_id].phone
        ]
    if fresh and not secret and ("im" in channels if channels else told.broadcast):
        deliveries += _copies_for_groups(told, values, document, key)
    _send(deliveries)
    return fresh


def _notice_for(
    person: User, kind: NoticeKind, values: Mapping[str, Any], document: Document | None, key: str, url: str
) -> Notice:
    title, text = kind.texts(values, person.language)
    document_id = document.pk if document else None
    return Notice(
        person=person, kind=kind.id, document_id=document_id, title=title, text=text, url=url[:300], key=key
    )


def _mail_for(person: User, notice: Notice) -> Delivery:
    with translation.override(person.language):
        link = f"{settings.BASE_URL}{notice.url}" if notice.url.startswith("/") else notice.url
        text = "\n\n".join(part for part in (notice.text, link) if part)
    return Delivery(
        key=_short(f"person:{person.pk}:{notice.key}"),
        channel=Delivery.Channel.EMAIL,
        to=person.email,
        document_id=notice.document_id,
        title=notice.title,
        text=text,
    )


def _wants_mail(person: User, kind: NoticeKind, channels: Sequence[str]) -> bool:
    """Whether a person is mailed: by the channels asked for, else by their own choice."""
    wanted = "email" in channels if channels else kind.email and person.notify_by_email
    return bool(wanted and person.email)


def _text_for(person: User, notice: Notice, channels: Sequence[str]) -> Delivery:
    with translation.override(person.language):
        call = _("Please call back at once.") if "phone" in channels else ""
    return Delivery(
        key=_short(f"sms:{person.pk}:{notice.key}"),
        channel=Delivery.Channel.SMS,
        to=person.phone,
        document_id=notice.document_id,
        title=notice.title,
        text="\n".join(part for part in (notice.text, call) if part),
    )


def _copies_for_groups(
    kind: NoticeKind, values: Mapping[str, Any], document: Document | None, key: str
) -> list[Delivery]:
    title, text = kind.texts(values, settings.LANGUAGE_CODE)
    return [
        Delivery(
            key=_short(f"group:{position}:{key}"),
            channel=Delivery.Channel.GROUP,
            position=position,
            document_id=document.pk if document else None,
            title=title,
            text=text,
        )
        for position in range(len(sending.group_urls()))
    ]


@transaction.atomic
def tell_customer(
    kind: str | NoticeKind,
    *,
    key: str,
    document: Document | None = None,
    customer: Any = None,
    email: str = "",
    phone: str = "",
    context: Mapping[str, Any] | None = None,
    language: str = "",
) -> list[Delivery]:
    """Send a message to a customer by every channel there is, once per ``key``, and write it on the timeline.

    ``customer`` (a record with ``email``, ``phones`` and ``consent_messages``) serves where ``email`` or ``phone`` is
    not given. When nothing can be sent (no address, no gateway for text messages, no consent), the timeline says why.
    Raises like :func:`notify`.
    """
    told = kind_named(kind)
    values = {"number": document.number if document else "", **(context or {})}
    title, text = told.texts(values, language or settings.LANGUAGE_CODE)
    email, phone = _addresses_of(customer, email, phone)
    if Delivery.objects.filter(key__in=[_customer_key(key, c) for c in Delivery.Channel.values]).exists():
        return []
    deliveries = []
    if email:
        deliveries.append(_message(key, Delivery.Channel.EMAIL, email, document, title, text))
    if phone and sending.sms_urls():
        deliveries.append(_message(key, Delivery.Channel.SMS, phone, document, title, text))
    if customer is not None and not getattr(customer, "consent_messages", True):
        deliveries = []
    _send(deliveries)
    if document is not None:
        _write_on_timeline(document, customer, deliveries, phone, key, "\n".join(filter(None, (title, text))))
    return deliveries


@transaction.atomic
def send_mail(*, key: str, to: str, title: str, text: str, document: Document | None = None) -> Delivery:
    """Put one e-mail on its way, once per ``key``; who registered the key's prefix (``sending.composes``) composes it.

    ``text`` is kept for those who look at the outgoing messages; ``key`` has at most 180 signs.
    """
    delivery = Delivery(
        key=key,
        channel=Delivery.Channel.EMAIL,
        to=to,
        document_id=document.pk if document else None,
        title=" ".join(title.split())[:200],
        text=text,
    )
    _send([delivery])
    return delivery


@transaction.atomic
def send_by_route(name: str, to: str, *, title: str, text: str, key: str) -> Delivery:
    """Send a message through a connection of a room, once per ``key``: ``name`` is that of ``sending.route``."""
    delivery = Delivery(
        key=_short(f"route:{name}:{key}"),
        channel=Delivery.Channel.ROUTE,
        to=f"{name}:{to}"[:254],
        title=title[:200],
        text=text,
    )
    _send([delivery])
    return delivery


def reaches(customer: Any, *, email: str = "", phone: str = "") -> bool:
    """Whether :func:`tell_customer` would find a way to the customer."""
    email, phone = _addresses_of(customer, email, phone)
    if customer is not None and not getattr(customer, "consent_messages", True):
        return False
    return bool(email or (phone and sending.sms_urls()))


def _addresses_of(customer: Any, email: str, phone: str) -> tuple[str, str]:
    if customer is None:
        return email, phone
    if not phone:
        main = customer.phones.order_by("-is_primary", "pk").first()
        phone = main.number if main else ""
    return email or customer.email, phone


def _customer_key(key: str, channel: str) -> str:
    return _short(f"customer:{channel}:{key}")


def _message(key: str, channel: str, to: str, document: Document | None, title: str, text: str) -> Delivery:
    return Delivery(
        key=_customer_key(key, channel),
        channel=channel,
        to=to,
        document_id=document.pk if document else None,
        title=title,
        text=text,
    )


def _write_on_timeline(
    document: Document, customer: Any, deliveries: list[Delivery], phone: str, key: str, text: str
) -> None:
    if deliveries:
        masked = [
            mask_email(d.to) if d.channel == Delivery.Channel.EMAIL else mask_phone(d.to) for d in deliveries
        ]
        data = {"key": key, "to": masked, "channels": [d.channel for d in deliveries]}
        told = _("To the customer (%(to)s): %(text)s") % {"to": "、".join(masked), "text": text}
        record(document, TimelineEntry.Kind.MESSAGE, text=told, data=data, visible_to_customer=True)
        return
    entries = TimelineEntry.objects.filter(document_id=document.pk, kind=TimelineEntry.Kind.MESSAGE)
    if entries.filter(data__key=key).exists():
        return
    if customer is not None and not getattr(customer, "consent_messages", True):
        reason = _("the customer does not want messages")
    elif phone:
        reason = _("no gateway for text messages is set up and no e-mail address is known")
    else:
        reason = _("neither a phone number nor an e-mail address is known")
    untold = _("Not sent to the customer, because %(reason)s. Tell them by phone: %(text)s")
    record(
        document,
        TimelineEntry.Kind.MESSAGE,
        text=untold % {"reason": reason, "text": text},
        data={"key": key, "to": [], "channels": []},
    )


def _send(deliveries: list[Delivery]) -> None:
    """Store messages out and hand them to the workers after the commit; those known by their key are left out."""
    Delivery.objects.bulk_create(deliveries, ignore_conflicts=True)
    for delivery in deliveries:
        transaction.on_commit(partial(_enqueue, delivery.key), robust=True)


def _enqueue(key: str) -> None:
    from jiannuo.office.notices.tasks import send_message

    send_message.enqueue(key)


def _short(key: str) -> str:
    """A key that fits its column: long ones end in a digest of the whole."""
    return key if len(key) <= 180 else f"{key[:130]}:{hashlib.sha256(key.encode()).hexdigest()[:48]}"


# The inbox


def mark_read(person: User, notice_ids: Iterable[int] | None = None) -> int:
    """Mark notices of ``person`` as read (all of them without ids); how many were unread."""
    rows = Notice.objects.filter(person=person, read_at=None)
    if notice_ids is not None:
        rows = rows.filter(pk__in=list(notice_ids))
    return rows.update(read_at=timezone.now())

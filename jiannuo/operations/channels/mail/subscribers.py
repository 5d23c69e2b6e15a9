"""What becomes of answers, and what is forgotten with a person."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.db.models import Q

from jiannuo.kernel.events import subscribe
from jiannuo.office.documents import services as documents
from jiannuo.office.notices.events import MessageGivenUp, MessageSent
from jiannuo.operations.channels.mail.answering import PREFIX, not_delivered
from jiannuo.operations.channels.models import MailMessage
from jiannuo.operations.desk.models import ContactWay, ServiceRequest
from jiannuo.registry.customers.events import CustomerErased


def _mail(key: str) -> MailMessage | None:
    prefix, _colon, pk = key.partition(":")
    rows = MailMessage.objects.select_related("by", "item", "document")
    return rows.filter(pk=int(pk)).first() if prefix == PREFIX and pk.isdecimal() else None


@subscribe(MessageSent)
def note_that_it_was_sent(event: MessageSent) -> None:
    """An answer left the house: written by a person, it is contact with the customer and keeps what was promised."""
    mail = _mail(event.key)
    waiting = MailMessage.objects.filter(pk=mail.pk if mail else None, state=MailMessage.State.OUT)
    if mail is None or waiting.update(state=MailMessage.State.SENT, sent_at=event.at) == 0:
        return
    request = ServiceRequest.objects.filter(pk=mail.document_id).first()
    if request is not None and request.is_open and mail.by is not None:
        data = {"way": ContactWay.EMAIL, "contacted_at": event.at}
        documents.act(request, "contacted", by=mail.by, at=event.at, data=data, as_system=True)


@subscribe(MessageGivenUp)
def note_that_it_was_not_sent(event: MessageGivenUp) -> None:
    mail = _mail(event.key)
    if mail is not None:
        not_delivered(mail, event.error)


@subscribe(CustomerErased)
def forget_the_mails(event: CustomerErased) -> None:
    """Mails of an erased person keep when they came, not who wrote nor what; the whole mails are removed."""
    theirs = MailMessage.objects.filter(
        Q(item__customer_id=event.customer_id)
        | Q(item__request__customer_id=event.customer_id)
        | Q(document__servicerequest__customer_id=event.customer_id)
    )
    keys = list(theirs.values_list("pk", flat=True))
    for mail in MailMessage.objects.filter(pk__in=keys).exclude(raw=""):
        transaction.on_commit(partial(mail.raw.storage.delete, mail.raw.name), robust=True)
    MailMessage.objects.filter(pk__in=keys).update(
        raw="",
        from_name="",
        from_address="",
        reply_to="",
        to="",
        subject="",
        text="",
        refused=[],
        references=[],
    )

"""Answers by mail: in the thread of what came in, through the outgoing messages of the house, each once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from email.utils import formataddr
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.sealing import mark
from jiannuo.office.accounts.privacy import mask_email
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.models import Delivery
from jiannuo.office.notices.sending import OWN_HEADER, composes
from jiannuo.office.notices.services import notify, send_mail
from jiannuo.operations.channels.mail.connecting import smtp_connection
from jiannuo.operations.channels.mail.notices import NOT_SENT
from jiannuo.operations.channels.models import Channel, InboxItem, InboxLine, MailMessage
from jiannuo.operations.channels.replying import sends
from jiannuo.operations.channels.services.inbox import answered_on_request
from jiannuo.operations.desk.models import ServiceRequest

PREFIX = "mail"
IN, OUT = MailMessage.Direction.IN, MailMessage.Direction.OUT
#: a sender is told at most once in this time that mails are too large
TOLD_AGAIN_AFTER = timedelta(hours=1)
MOST_REFERENCES = 20
_MESSAGE_ID = re.compile(rb"^message-id:\s*<([^>\s]{1,250})>", re.IGNORECASE | re.MULTILINE)
_FAILED = re.compile(rb"^action:\s*failed", re.IGNORECASE | re.MULTILINE)


def mails_of(request: ServiceRequest) -> Any:
    """The mails about a request: of the inbox items it was made from or that were added, and its own; oldest first."""
    return MailMessage.objects.filter(Q(document_id=request.pk) | Q(item__request_id=request.pk)).order_by(
        "pk"
    )


def addresses_to_answer(request: ServiceRequest) -> list[str]:
    """Where an answer about ``request`` may go: the last sender first, then the others who took part, the customer."""
    found: list[str] = []
    for mail in mails_of(request).filter(direction=IN).order_by("-pk")[:20]:
        found += [mail.from_address, mail.reply_to]
    found.append(request.customer.email.lower())
    return [address for address in dict.fromkeys(found) if address]


def mail_to_answer(item: InboxItem) -> MailMessage | None:
    """The last mail of an item that can be answered: from somebody, in a mailbox that is in use."""
    rows = item.mails.filter(direction=IN, account__is_active=True).exclude(from_address="")
    return rows.select_related("account", "item").order_by("-pk").first()


@sends(Channel.EMAIL, lambda item: mail_to_answer(item) is not None)
def answer_item(item: InboxItem, text: str, by: Any) -> str:
    """Send what was written in the inbox to the sender; says through which mailbox, "" when there is no mail."""
    answered = mail_to_answer(item)
    if answered is None:
        return ""
    _send(answered, to=answered.from_address, text=text, key=f"item:{uuid.uuid4()}", by=by, item=item)
    return answered.account.name


@transaction.atomic
def answer_request(
    request: ServiceRequest, *, by: Any, text: str, to: str = "", key: str = ""
) -> MailMessage:
    """Answer about a request in the thread of its last mail; sent twice with one ``key`` it goes out once.

    The answer stands on the timeline at once; it counts as contact with the customer when it has been sent. Raises
    PermissionDenied, or ValidationError without text, without a mail to answer, or to an address that took no part.
    """
    if not by.has_perm("requests.handle", request):
        raise PermissionDenied("requests.handle")
    if request.is_entrusted and not by.has_perm("complaints.handle", request):
        raise PermissionDenied("complaints.handle")
    if not text.strip():
        raise ValidationError({"text": _("Write the answer.")})
    answered = mails_of(request).filter(direction=IN, account__is_active=True).select_related("item").last()
    if answered is None:
        raise ValidationError(_("There is no mail to answer, or its mailbox is no longer in use."))
    allowed = addresses_to_answer(request)
    to = (to or allowed[0]).lower() if allowed else ""
    if to not in allowed:
        raise ValidationError({"to": _("Choose an address that took part.")})
    own_key = f"request:{request.pk}:{key or uuid.uuid4()}"[:80]
    if known := MailMessage.objects.filter(account=answered.account, key=own_key).first():
        return known
    sent = _send(answered, to=to, text=text.strip(), key=own_key, by=by, item=answered.item, request=request)
    for item in request.inbox_items.open():
        answered_on_request(item, by=by, at=sent.at)
    return sent


def confirm(origin: str, request: ServiceRequest, title: str, text: str) -> bool:
    """Confirm to the sender of a mail that a request was made of it, once and with its number.

    ``origin`` is that of ``RequestRegistered``. True when it was seen to: nobody else need tell the customer by mail.
    Mail that no person wrote is not confirmed.
    """
    kind, _dash, pk = origin.partition("-")
    if kind != "inbox" or not pk.isdecimal():
        return False
    mails = MailMessage.objects.filter(item_id=int(pk), direction=IN, account__is_active=True)
    answered = mails.select_related("account", "item").order_by("-pk").first()
    if answered is None or answered.is_demo:
        return False
    if answered.automatic or not answered.from_address:
        return True
    with transaction.atomic():
        _send(
            answered,
            to=answered.from_address,
            text=f"{title}\n\n{text}",
            key=f"confirm:{request.pk}",
            request=request,
            item=answered.item,
        )
    return True


def tell_too_large(mail: MailMessage, sizes: Mapping[str, str]) -> None:
    """Tell the sender of a mail that it was too large to be taken; at most once an hour."""
    if mail.automatic or mail.is_demo or not mail.from_address:
        return
    told = MailMessage.objects.filter(
        account=mail.account,
        direction=OUT,
        to=mail.from_address,
        key__startswith="large:",
        at__gt=timezone.now() - TOLD_AGAIN_AFTER,
    )
    if told.exists():
        return
    words = _(
        "Your mail has %(size)s and could not be taken: at most %(limit)s are. Please send it again with smaller or "
        "fewer files, or in several mails."
    )
    _send(mail, to=mail.from_address, text=words % dict(sizes), key=f"large:{mail.pk}", item=mail.item)


def _send(
    answered: MailMessage,
    *,
    to: str,
    text: str,
    key: str,
    by: Any = None,
    item: InboxItem | None = None,
    request: ServiceRequest | None = None,
) -> MailMessage:
    """Store an answer to ``answered`` and put it on its way; without ``by`` it is automatic."""
    account = answered.account
    known = MailMessage.objects.filter(account=account, key=key).first()
    if known is not None:
        return known
    try:
        validate_email(to)
    except ValidationError as error:
        raise ValidationError(
            {"to": _("“%(to)s” is not an address that can be written to.") % {"to": to}}
        ) from error
    number = request.number if request is not None else item.request.number if item and item.request else ""
    mail = MailMessage.objects.create(
        account=account,
        direction=OUT,
        state=MailMessage.State.OUT,
        key=key,
        message_id=f"{uuid.uuid4()}@{account.from_address.partition('@')[2]}",
        references=[one for one in (answered.message_id, *answered.references) if one][:MOST_REFERENCES],
        from_name=account.from_name,
        from_address=account.from_address,
        to=to,
        subject=_subject(answered.subject, number),
        text=_with_frame(answered, text),
        automatic=by is None,
        item=item,
        document_id=request.pk if request is not None else None,
        by=by,
    )
    if request is not None:
        documents.record(
            request,
            TimelineEntry.Kind.MESSAGE,
            by=by,
            text=_("To the customer (%(to)s): %(text)s") % {"to": mask_email(to), "text": text},
            data={"mail": mail.pk},
            visible_to_customer=True,
        )
    if item is not None and (request is not None or by is None):  # the inbox writes down its own answers
        InboxLine.objects.create(
            item=item,
            kind=InboxLine.Kind.OUT,
            by=by,
            text=text,
            key=f"mail:{mail.pk}",
            data={"mail": mail.pk, "sent": account.name},
        )
    send_mail(key=f"{PREFIX}:{mail.pk}", to=to, title=mail.subject, text=mail.text, document=request)
    return mail


def _subject(subject: str, number: str) -> str:
    """The subject of an answer, with the number of the request in it."""
    plain = re.sub(r"^\s*(?:(?:re|aw|回复|答复|回覆)\s*[:：]\s*)+", "", subject, flags=re.IGNORECASE)
    if number and number not in plain:
        plain = f"[{number}] {plain}"
    return f"Re: {plain}".strip()[:200]


def _with_frame(answered: MailMessage, text: str) -> str:
    """``text`` between the greeting and the signature of the mailbox."""
    account = answered.account
    name = str(answered.item.customer or "") if answered.item is not None else ""
    greeting = account.greeting.replace("{name}", answered.from_name or name)
    return "\n\n".join(part for part in (greeting.strip(), text.strip(), account.signature.strip()) if part)


@composes(PREFIX)
def compose(delivery: Delivery) -> EmailMessage:
    """The mail of a delivery: its thread, its sender, and the server of its mailbox."""
    mail = MailMessage.objects.select_related("account").get(pk=int(delivery.key.partition(":")[2]))
    headers = {"Message-ID": f"<{mail.message_id}>", OWN_HEADER: mark(str(delivery.pk))}
    if mail.references:
        headers["In-Reply-To"] = f"<{mail.references[0]}>"
        headers["References"] = " ".join(f"<{one}>" for one in reversed(mail.references))
    if mail.automatic:
        headers |= {"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All", "Precedence": "bulk"}
    return EmailMessage(
        subject=mail.subject,
        body=mail.text,
        from_email=formataddr((mail.from_name, mail.from_address)),
        to=[mail.to],
        headers=headers,
        connection=smtp_connection(mail.account),
    )


def came_back(report: MailMessage, raw: bytes) -> None:
    """A report says that one of our mails could not be delivered: note it where it was written, tell its author."""
    if not _FAILED.search(raw):
        return
    ids = [one.decode("utf-8", errors="replace") for one in _MESSAGE_ID.findall(raw)[:10]]
    ours = MailMessage.objects.filter(account=report.account, direction=OUT, message_id__in=ids)
    mail = ours.exclude(state=MailMessage.State.FAILED).first()
    if mail is not None:
        not_delivered(mail, _("The mail server of the receiver sent it back."))


@transaction.atomic
def not_delivered(mail: MailMessage, error: str) -> None:
    """An answer did not arrive: noted once, on the timeline and to its author."""
    changed = MailMessage.objects.filter(pk=mail.pk).exclude(state=MailMessage.State.FAILED)
    if changed.update(state=MailMessage.State.FAILED, last_error=error[:400]) == 0:
        return
    words = _("The mail to %(to)s did not arrive: %(error)s") % {"to": mask_email(mail.to), "error": error}
    if mail.document is not None:
        documents.record(mail.document, TimelineEntry.Kind.MESSAGE, text=words, data={"mail": mail.pk})
    if mail.item is not None:
        InboxLine.objects.create(item=mail.item, kind=InboxLine.Kind.NOTE, text=words)
    if mail.by is not None:
        notify(
            [mail.by],
            NOT_SENT,
            document=mail.document,
            context={"to": mask_email(mail.to), "subject": mail.subject, "error": error},
            url="" if mail.document is not None or mail.item is None else mail.item.get_absolute_url(),
            key=f"mail-not-sent:{mail.pk}",
        )

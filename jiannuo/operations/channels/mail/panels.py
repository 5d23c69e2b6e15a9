"""The mails of a request on its page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from jiannuo.office.documents import panels
from jiannuo.office.documents.models import Document
from jiannuo.operations.channels.mail.answering import mails_of
from jiannuo.operations.channels.models import Channel, InboxItem, MailMessage
from jiannuo.operations.desk.models import ServiceRequest

SHOWN = 6


def mails_shown(item: InboxItem) -> dict[str, Any]:
    """The last mails of an inbox item for its page; one query, none for other channels."""
    if item.channel != Channel.EMAIL:
        return {}
    return {"mails": list(item.mails.defer("text", "references").order_by("-pk")[:SHOWN]), "mails_open": True}


@panels.register
def mails(document: Document, user: Any) -> dict[str, Any]:
    """The last mails about a request, and where it is answered; one query."""
    if not isinstance(document, ServiceRequest) or not user.has_perm("requests.view", document):
        return {}
    if document.is_entrusted and not user.has_perm("complaints.all"):
        return {}
    found = list(mails_of(document).defer("text", "references").order_by("-pk")[:SHOWN])
    answerable = any(mail.direction == MailMessage.Direction.IN for mail in found)
    may = answerable and user.has_perm("requests.handle", document)
    return {
        "mails": found,
        "mails_open": user.has_perm("inbox.view"),
        "mail_answer_url": reverse("mail:answer", args=[document.number]) if may else "",
    }

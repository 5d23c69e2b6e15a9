"""Messages that carry a link which is the customer's alone: the timeline says what was told, never the link."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from jiannuo.office.accounts.privacy import mask_email, mask_phone
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.documents.services import record
from jiannuo.office.notices.kinds import NoticeKind
from jiannuo.office.notices.services import tell_customer


def tell_by_link(
    document: Document,
    kind: NoticeKind,
    *,
    key: str,
    customer: Any,
    context: Mapping[str, Any],
    phone: str = "",
    email: str = "",
) -> bool:
    """Tell a customer, once per ``key``; whether a message went out; where none could, the timeline says so."""
    sent = tell_customer(kind, key=key, customer=customer, email=email, phone=phone, context=context)
    with translation.override(settings.LANGUAGE_CODE):
        title = str(kind.title) % context
        if sent:
            text = _("The customer was told: %(what)s") % {"what": title}
        else:
            whom = mask_phone(phone) or mask_email(email) or customer.name
            text = _("No message could be sent. Call %(whom)s: %(what)s") % {"whom": whom, "what": title}
    record(document, TimelineEntry.Kind.MESSAGE, text=text, visible_to_customer=bool(sent))
    return bool(sent)

"""The mail to a supplier: the words of the notice with the list as PDF."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import translation

from jiannuo.kernel.printing.forms import form_by_id
from jiannuo.kernel.printing.views import pdf_of
from jiannuo.kernel.sealing import mark
from jiannuo.office.notices.models import Delivery
from jiannuo.office.notices.sending import OWN_HEADER, composes
from jiannuo.operations.installations.models import GoodsNotice

#: keys of these mails begin so: ``goods-notice:KEY OF THE NOTICE:COUNT``
PREFIX = "goods-notice"
FORM = "F17N"


@composes(PREFIX)
def compose(delivery: Delivery) -> EmailMessage:
    """The mail of a delivery with the printed list of what is missing or damaged."""
    rows = GoodsNotice.objects.select_related("organization", "customer", "addressee", "project")
    notice = rows.get(pk=delivery.document_id or 0)
    message = EmailMessage(
        subject=delivery.title,
        body=delivery.text,
        to=[delivery.to],
        headers={OWN_HEADER: mark(str(delivery.pk))},
    )
    form = form_by_id(FORM)
    if form is not None:
        with translation.override(settings.LANGUAGE_CODE):
            message.attach(f"{notice.number}.pdf", pdf_of(form, notice), "application/pdf")
    return message


def notice_of(key: str) -> int | None:
    """The key of the notice that a mail was about; ``None`` for mails of others."""
    prefix, _colon, rest = key.partition(":")
    pk = rest.partition(":")[0]
    return int(pk) if prefix == PREFIX and pk.isdecimal() else None

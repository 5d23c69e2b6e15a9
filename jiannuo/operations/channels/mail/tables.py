"""The list of mails."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.tables.columns import MomentColumn, StateColumn, render
from jiannuo.office.accounts.privacy import mask_email
from jiannuo.operations.channels.models import MailMessage

ONE_LINE = {"td": {"class": "text-nowrap"}}


class MailTable(tables.Table):
    """Mails as lists show them; addresses are masked, the page of a mail has them for those who may see them."""

    at = MomentColumn(verbose_name=_("at"))
    direction = tables.Column(attrs=ONE_LINE)
    who = tables.Column(
        verbose_name=pgettext_lazy("mail", "who"), empty_values=(), orderable=False, attrs=ONE_LINE
    )
    subject = tables.Column(linkify=True, empty_values=(), attrs={"td": {"class": "j-wide"}})
    state = StateColumn()
    reason = tables.Column(attrs=ONE_LINE)
    about = tables.Column(verbose_name=_("belongs to"), empty_values=(), orderable=False)
    account = tables.Column(attrs=ONE_LINE)

    class Meta:
        model = MailMessage
        fields = ("at", "direction", "who", "subject", "state", "reason", "about", "account")

    def value_who(self, record: MailMessage) -> str:
        if record.direction == MailMessage.Direction.OUT:
            return mask_email(record.to)
        return record.from_name or mask_email(record.from_address)

    def render_who(self, record: MailMessage) -> str:
        return self.value_who(record) or "—"

    def render_subject(self, record: MailMessage) -> str:
        return str(record)

    def value_about(self, record: MailMessage) -> str:
        return request_number(record) or (str(record.item) if record.item is not None else "")

    def render_about(self, record: MailMessage) -> Any:
        number = request_number(record)
        if number:
            url = reverse("documents:open", args=[number])
            return render('<a class="j-number" href="{{ url }}">{{ number }}</a>', url=url, number=number)
        if record.item is not None:
            words = str(_("in the inbox"))
            return render(
                '<a href="{{ url }}">{{ words }}</a>', url=record.item.get_absolute_url(), words=words
            )
        return "—"


def request_number(mail: MailMessage) -> str:
    """The number of the request that a mail is about, "" for none."""
    if mail.document is not None:
        return mail.document.number
    return mail.item.request.number if mail.item is not None and mail.item.request is not None else ""

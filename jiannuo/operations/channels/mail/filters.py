"""How mails are filtered."""

from __future__ import annotations

from typing import Any

import django_filters as filters
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.operations.channels.mail.automatic import Ignored
from jiannuo.operations.channels.models import MailAccount, MailMessage


def _accounts(request: Any) -> QuerySet[Any]:
    seen = MailMessage.objects.visible_to(getattr(request, "user", None))
    return MailAccount.objects.filter(pk__in=seen.order_by().values("account").distinct()).order_by("name")


class MailFilter(filters.FilterSet):
    """State, why it was ignored, in or out, sender, mailbox."""

    state = filters.MultipleChoiceFilter(label=_("state"), choices=MailMessage.State.choices)
    reason = filters.MultipleChoiceFilter(
        label=pgettext_lazy("mail", "why it was ignored"), choices=Ignored.choices
    )
    direction = filters.ChoiceFilter(
        label=pgettext_lazy("mail", "direction"), choices=MailMessage.Direction.choices
    )
    sender = filters.CharFilter(label=pgettext_lazy("mail", "address of the sender"), method="sent_by")
    account = filters.ModelChoiceFilter(label=_("mailbox"), queryset=_accounts)

    class Meta:
        model = MailMessage
        fields = ("state", "reason", "direction", "sender", "account")

    def sent_by(self, rows: QuerySet[Any], _name: str, value: str) -> QuerySet[Any]:
        """Mails of exactly this address."""
        return rows.filter(from_address=value.strip().lower()) if value.strip() else rows

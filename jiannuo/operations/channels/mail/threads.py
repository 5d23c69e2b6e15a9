"""Which matter a mail goes on about, and whether its sender may write into it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db.models import Q

from jiannuo.operations.channels.mail.parsing import ParsedMail
from jiannuo.operations.channels.models import InboxItem, MailAccount, MailMessage
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.registry.customers.models import Customer

_NUMBER = re.compile(r"(?<![A-Z0-9-])SR-\d{8}-\d{4,}(?!\d)")


@dataclass(frozen=True, slots=True)
class Thread:
    """What a mail belongs to: an inbox item, a request, or both. ``known`` says whether its sender is part of it."""

    item: InboxItem | None
    request: ServiceRequest | None
    known: bool

    @property
    def number(self) -> str:
        """The number of the request, if there is one."""
        return self.request.number if self.request is not None else ""


def thread_of(mail: ParsedMail, account: MailAccount) -> Thread | None:
    """The thread that ``mail`` names by its references, else by the number in its subject; None for a new matter.

    Only within the organisation of the mailbox and below it. A number or a reference can be guessed or passed on: the
    sender must be an address of the customer or one that took part before, else ``known`` is False.
    """
    item, request = _by_references(mail, account) or _by_number(mail, account) or (None, None)
    if item is None and request is None:
        return None
    return Thread(item, request, mail.from_address in _addresses(item, request))


def _by_references(
    mail: ParsedMail, account: MailAccount
) -> tuple[InboxItem | None, ServiceRequest | None] | None:
    if not mail.thread:
        return None
    rows = MailMessage.objects.filter(
        message_id__in=mail.thread, account__organization_id=account.organization_id
    ).exclude(item=None, document=None)
    earlier = rows.select_related("item__request", "item__organization").order_by("-pk").first()
    if earlier is None:
        return None
    request = earlier.item.request if earlier.item is not None else None
    if request is None and earlier.document_id is not None:
        request = ServiceRequest.objects.filter(pk=earlier.document_id).first()
    return earlier.item, _final(request)


def _by_number(mail: ParsedMail, account: MailAccount) -> tuple[None, ServiceRequest] | None:
    for number in _NUMBER.findall(mail.subject.upper())[:5]:
        request = ServiceRequest.objects.filter(
            number=number, organization__path__startswith=account.organization.path
        ).first()
        if request is not None:
            return None, _final(request) or request
    return None


def _final(request: ServiceRequest | None) -> ServiceRequest | None:
    """The request itself, or the one it was merged into."""
    for _step in range(10):
        if request is None or request.merged_into is None:
            break
        request = request.merged_into
    return request


def _addresses(item: InboxItem | None, request: ServiceRequest | None) -> set[str]:
    """Everybody who took part: the customer's addresses, who wrote before, whom we answered."""
    found: set[str] = set()
    customers = {one.customer_id for one in (item, request) if one is not None and one.customer_id}
    for customer in Customer.objects.filter(pk__in=customers).prefetch_related("contacts"):
        found.add(customer.email)
        found |= {contact.email for contact in customer.contacts.all()}
    mails = MailMessage.objects.none()
    if item is not None:
        found.add(item.sender_address)
        mails = MailMessage.objects.filter(item=item)
    if request is not None:
        mails = mails | MailMessage.objects.filter(Q(document_id=request.pk) | Q(item__request_id=request.pk))
    for direction, sender, to in mails.values_list("direction", "from_address", "to"):
        found.add(to if direction == MailMessage.Direction.OUT else sender)
    return {address.strip().lower() for address in found if address}

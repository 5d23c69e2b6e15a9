"""Telling customers and colleagues. The timeline says that a customer was told, never the link itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jiannuo.office.accounts.privacy import mask_phone
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.office.documents.services import record
from jiannuo.office.notices.kinds import NoticeKind
from jiannuo.office.notices.services import notify, tell_customer
from jiannuo.operations.bench import notices
from jiannuo.operations.bench.links import url_of
from jiannuo.operations.bench.models import CarryIn, Loan


def moment(value: datetime | None) -> str:
    """Month, day and clock time in the zone of the house; a dash where nothing is known."""
    return date_format(timezone.localtime(value), "m-d H:i") if value else "—"


def tell_receipt(receipt: CarryIn, kind: NoticeKind, *, occasion: str, **words: Any) -> bool:
    """Tell the customer about their goods, once for an ``occasion``; whether a message went out."""
    context = {
        "number": receipt.number,
        "what": receipt.what,
        "firm": receipt.organization.name,
        "url": url_of(receipt),
        **words,
    }
    return _tell(receipt, kind, f"{kind.id}:{receipt.pk}:{occasion}", receipt.brought_phone, context)


def tell_borrower(loan: Loan, kind: NoticeKind, *, occasion: str) -> bool:
    """Remind the customer of a loaner."""
    context = {
        "number": loan.number,
        "what": str(loan.equipment.model),
        "firm": loan.organization.name,
        "due": moment(loan.due_back_at),
    }
    return _tell(loan, kind, f"{kind.id}:{loan.pk}:{occasion}", loan.phone, context)


def _tell(document: Any, kind: NoticeKind, key: str, phone: str, context: dict[str, Any]) -> bool:
    sent = tell_customer(kind, key=key, customer=document.customer, phone=phone, context=context)
    with translation.override(settings.LANGUAGE_CODE):
        title = str(kind.title) % context
        if sent:
            text = _("The customer was told: %(what)s") % {"what": title}
        else:
            whom = mask_phone(phone) or document.customer.name
            text = _("No message could be sent. Call %(whom)s: %(what)s") % {"whom": whom, "what": title}
    record(document, TimelineEntry.Kind.MESSAGE, text=text, visible_to_customer=bool(sent))
    return bool(sent)


def tell_worker(receipt: CarryIn, person: Any, *, by: Any) -> None:
    """Tell a technician that a piece on the bench is theirs, unless they took it themselves."""
    if person is None or person == by:
        return
    context = {
        "what": receipt.what,
        "fault": receipt.order.fault,
        "expected": moment(receipt.expected_at),
    }
    key = f"{notices.WORK.id}:{receipt.pk}:{receipt.version}"
    notify([person], notices.WORK, document=receipt, context=context, key=key)


def tell_answer(receipt: CarryIn, estimate: Any) -> None:
    """Tell who works on it and who took it in what the customer decided."""
    people = {person.pk: person for person in (receipt.order.technician, receipt.created_by) if person}
    context = {
        "answer": estimate.get_state_display(),
        "what": receipt.what,
        "name": estimate.answered_by,
        "remark": estimate.remark,
    }
    key = f"{notices.ANSWERED.id}:{estimate.pk}"
    notify(people.values(), notices.ANSWERED, document=receipt, context=context, key=key)


def tell_late(loan: Loan, *, occasion: str) -> None:
    """Tell who lent a loaner that it is not back."""
    document: Document = loan
    context = {
        "what": str(loan.equipment),
        "customer": loan.customer,
        "due": moment(loan.due_back_at),
    }
    people = [loan.created_by] if loan.created_by else []
    notify(
        people,
        notices.LATE_BACK,
        document=document,
        context=context,
        key=f"{notices.LATE_BACK.id}:{loan.pk}:{occasion}",
    )

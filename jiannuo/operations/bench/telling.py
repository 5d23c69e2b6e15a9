"""Telling customers and colleagues. The timeline says that a customer was told, never the link itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from jiannuo.office.documents.models import Document
from jiannuo.office.notices.kinds import NoticeKind
from jiannuo.office.notices.linking import tell_by_link
from jiannuo.office.notices.services import notify
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
    return tell_by_link(
        receipt,
        kind,
        key=f"{kind.id}:{receipt.pk}:{occasion}",
        customer=receipt.customer,
        phone=receipt.brought_phone,
        context=context,
    )


def tell_borrower(loan: Loan, kind: NoticeKind, *, occasion: str) -> bool:
    """Remind the customer of a loaner."""
    context = {
        "number": loan.number,
        "what": str(loan.equipment.model),
        "firm": loan.organization.name,
        "due": moment(loan.due_back_at),
    }
    return tell_by_link(
        loan,
        kind,
        key=f"{kind.id}:{loan.pk}:{occasion}",
        customer=loan.customer,
        phone=loan.phone,
        context=context,
    )


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

"""Telling customers of quotations, and our people of their answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from jiannuo.office.accounts.roles import Role
from jiannuo.office.notices.linking import tell_by_link
from jiannuo.office.notices.services import notify
from jiannuo.operations.maintenance import notices
from jiannuo.operations.maintenance.links import url_of
from jiannuo.operations.maintenance.models import Finding, Quotation
from jiannuo.promises.obligations.recipients import Recipients, acting, unique


def moment(value: datetime | None) -> str:
    """Year, month, day and clock time in the zone of the house; a dash where nothing is known."""
    return date_format(timezone.localtime(value), "Y-m-d H:i") if value else "—"


def tell_customer_of(quotation: Quotation) -> bool:
    """Send the link of a quotation; whether a message went out. Nobody hears of the demonstration."""
    if quotation.is_demo:
        return False
    findings = Finding.objects.filter(quoted__quotation=quotation).order_by("pk")
    context = {
        "number": quotation.number,
        "firm": quotation.organization.name,
        "what": "；".join(one.check_text or one.text.splitlines()[0] for one in findings)[:300],
        "amount": f"{quotation.customer_total:,.2f}",
        "until": moment(quotation.valid_until),
        "url": url_of(quotation),
    }
    return tell_by_link(
        quotation,
        notices.QUOTATION,
        key=f"{notices.QUOTATION.id}:{quotation.pk}:{quotation.sendings}",
        customer=quotation.customer,
        email=quotation.email,
        phone=quotation.phone,
        context=context,
    )


def tell_answer(quotation: Quotation) -> None:
    """Tell who sent it and who follows its findings what the customer decided, or that the time is over."""
    owners = [
        one.owner for one in Finding.objects.filter(quoted__quotation=quotation).select_related("owner")
    ]
    people: list[Any] = unique(acting(person) for person in (quotation.sent_by, *owners) if person)
    context = {
        "answer": quotation.state_label,
        "customer": quotation.customer,
        "name": quotation.answered_by,
        "remark": quotation.remark,
    }
    notify(
        people or Recipients().escalated_to(Role.DISPATCHER, quotation.organization),
        notices.QUOTATION_ANSWERED,
        document=quotation,
        context=context,
        key=f"{notices.QUOTATION_ANSWERED.id}:{quotation.pk}",
    )

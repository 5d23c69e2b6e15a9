"""What is to be paid to customers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Document
from jiannuo.office.notices.services import notify
from jiannuo.operations.complaints import notices
from jiannuo.operations.complaints.models import Payout
from jiannuo.operations.complaints.queries import people_with
from jiannuo.promises.obligations import services as obligations


@transaction.atomic
def owe_payout(
    source: Document,
    purpose: str,
    amount: Decimal | None,
    *,
    customer: Any,
    payee: str,
    by: Any,
    at: datetime,
    clause: str = "",
) -> Payout | None:
    """Have finance pay ``amount`` yuan for the sake of ``source``; one payout for each, its sum follows a new decision.

    Without an amount what is not paid yet is called off. ``None`` when nothing is to be paid.
    """
    known = Payout.objects.filter(source=source.pk).select_related("organization").first()
    if known is not None and known.state == Payout.State.PAID:
        return known
    if not amount:
        if known is not None and known.is_open:
            reason = {"reason": _("Nothing is paid any more.")}
            documents.perform(known, "cancel", by=by, data=reason, at=at, as_system=True)
        return None
    if known is not None:
        known = documents.lock(known)
        known.amount = amount
        known.save(update_fields=["amount"])
        return known
    payout = Payout(
        organization=source.organization,
        title=f"{Payout.Purpose(purpose).label} · {payee}"[:200],
        source_id=source.pk,
        purpose=purpose,
        customer=customer,
        payee=payee[:80],
        amount=amount,
        clause=clause[:300],
        created_at=at,
        is_demo=source.is_demo,
    )
    documents.create_document(payout, by=by)
    context = {"payee": payee, "amount": amount, "what": payout.get_purpose_display()}
    people = people_with("payouts.pay", source.organization)
    notify(people, notices.TO_PAY, document=payout, context=context, key=f"payouts.new:{payout.pk}")
    return payout


@transaction.atomic
def do_payout(
    document: Payout,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Payout:
    """Do an action; a payment keeps the promise of the document behind it."""
    at, values = at or timezone.now(), dict(data or {})
    if name == "pay":
        values["paid_on"] = values.get("paid_on") or timezone.localdate(at)
        if values["paid_on"] > timezone.localdate():
            raise ValidationError({"paid_on": _("It cannot have been paid later than today.")})
    payout = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    if name == "pay":
        obligations.fulfil(payout.source, ("compensation", "payment"), at=at, by=by)
    return payout

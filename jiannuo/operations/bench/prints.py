"""Printed forms: F19 carry-in receipt, F21 loaner slip. The goods book (F20) is printed from its list."""

from __future__ import annotations

from typing import Any

import segno
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.money import in_words
from jiannuo.kernel.printing import PrintForm, register
from jiannuo.office.documents.models import Attachment, Document
from jiannuo.operations.bench.links import url_of
from jiannuo.operations.bench.models import CarryIn, Loan
from jiannuo.operations.workorders.prints import picture

MOST_PHOTOS = 6


def photos_of(document: Document, purpose: str) -> list[str]:
    """The pictures of a purpose as data addresses, a handful at most."""
    rows = Attachment.objects.filter(document_id=document.pk, purpose=purpose).select_related("file")
    found = [picture(row.file, small=True) for row in rows.order_by("pk")[:MOST_PHOTOS]]
    return [one for one in found if one]


def receipt(document: CarryIn) -> dict[str, Any]:
    """What F19 shows: the goods as they were taken in, what the customer was promised, how it is followed."""
    link = segno.make(url_of(document), error="m", micro=False)
    charged = document.charged
    return {
        "receipt": document,
        "order": document.order,
        "accessories": list(document.accessories.all()),
        "photos": photos_of(document, Attachment.Purpose.BEFORE),
        "qr": str(link.svg_data_uri(border=2)),
        "signature": picture(document.signature),
        "collect_signature": picture(document.collect_signature),
        "words": in_words(charged) if charged is not None else "",
    }


def slip(document: Loan) -> dict[str, Any]:
    """What F21 shows: the piece, until when, its condition going and coming."""
    return {
        "loan": document,
        "before": photos_of(document, Attachment.Purpose.BEFORE),
        "after": photos_of(document, Attachment.Purpose.AFTER),
        "signature": picture(document.signature),
    }


register(
    PrintForm(
        id="F19",
        title=_("Carry-in receipt"),
        template="bench/print/receipt.html",
        model=CarryIn,
        rows=lambda user: CarryIn.objects.visible_to(user).select_related(
            "organization", "order", "customer", "unit__model", "signature", "collect_signature", "created_by"
        ),
        context=receipt,
        permission="bench.view",
    )
)
register(
    PrintForm(
        id="F21",
        title=_("Loaner slip"),
        template="bench/print/slip.html",
        model=Loan,
        rows=lambda user: Loan.objects.visible_to(user).select_related(
            "organization", "customer", "equipment__model", "carry_in", "signature", "created_by"
        ),
        context=slip,
        permission="bench.view",
    )
)

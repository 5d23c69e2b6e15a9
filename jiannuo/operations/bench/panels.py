"""The receipt of an order on its page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from jiannuo.office.documents import panels
from jiannuo.office.documents.models import Document
from jiannuo.operations.bench.models import CarryIn
from jiannuo.operations.bench.services.intake import TAKEN_IN_FROM


@panels.register
def carry_in(document: Document, user: Any) -> dict[str, Any]:
    """The receipts of an order, or where one is written; one query."""
    if document.kind != "workorder" or not user.has_perm("bench.view"):
        return {}
    receipts = list(CarryIn.objects.visible_to(user).filter(order=document.pk).order_by("-pk"))
    may = document.state in TAKEN_IN_FROM and not any(one.is_live for one in receipts)
    write = may and user.has_perm("bench.handle", document)
    url = f"{reverse('bench:new')}?order={document.number}" if write else ""
    return {"carry_ins": receipts, "take_in_url": url, "lacks_receipt": write and document.state == "bench"}

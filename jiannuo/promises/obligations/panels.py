"""Countdowns on the page of every document that owes something, or serves one that does."""

from __future__ import annotations

from typing import Any

from jiannuo.office.documents import panels
from jiannuo.office.documents.models import Document
from jiannuo.promises.obligations.queries import for_document


@panels.register
def countdowns(document: Document, user: Any) -> dict[str, Any]:
    """The obligations that the page shows at its head; one query."""
    return {"obligations": for_document(document)}

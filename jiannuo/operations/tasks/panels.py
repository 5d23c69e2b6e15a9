"""The tasks of a document on its page."""

from __future__ import annotations

from typing import Any

from jiannuo.office.documents import panels
from jiannuo.office.documents.models import Document
from jiannuo.operations.tasks.queries import of_document


@panels.register
def tasks(document: Document, user: Any) -> dict[str, Any]:
    """What a document has brought about; one query, nothing for those who may not see tasks."""
    if document.kind == "task" or not user.has_perm("tasks.view"):
        return {}
    return {"tasks": of_document(document)}

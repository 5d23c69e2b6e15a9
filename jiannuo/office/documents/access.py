"""Files of documents are for those who may see the document."""

from __future__ import annotations

from typing import Any

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile
from jiannuo.office.documents.models import Attachment
from jiannuo.office.documents.queries import visible_as_kind


@grant
def belongs_to_a_visible_document(file: StoredFile, user: Any) -> bool:
    """Whether one of the documents that hold ``file`` is visible to ``user``."""
    holders = Attachment.objects.filter(file=file).values_list("document_id", "document__kind")
    return any(visible_as_kind(pk, kind, user) is not None for pk, kind in holders)

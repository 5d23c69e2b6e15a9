"""Manuals and drawings may be read by whoever may see products."""

from __future__ import annotations

from typing import Any

from jiannuo.kernel.files.access import grant
from jiannuo.kernel.files.models import StoredFile


@grant
def may_read_product_document(file: StoredFile, user: Any) -> bool:
    """Whether the file belongs to a product, and the person may see products."""
    return bool(user.has_perm("products.view")) and file.product_documents.exists()

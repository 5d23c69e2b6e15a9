"""The documents of a record. The registry lies below them, so it finds them by their foreign keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import Q

from jiannuo.office.documents.models import Document

LIMIT = 50


def document_models(record: type[models.Model], field: str) -> Iterator[type[Document]]:
    """The kinds of documents that point to ``record`` by a foreign key or relation called ``field``."""
    for relation in record._meta.get_fields(include_hidden=True):
        model = relation.related_model if relation.auto_created and not relation.concrete else None
        if not isinstance(model, type) or not issubclass(model, Document):
            continue
        if relation.remote_field.name == field:  # type: ignore[union-attr]
            yield model


def documents_of(record: models.Model, field: str, user: Any, *, limit: int = LIMIT) -> list[Document]:
    """The newest documents of ``record`` that ``user`` may see, as their own kinds (one query a kind)."""
    found: list[Document] = []
    for model in document_models(type(record), field):
        permission = getattr(model, "VIEW_PERMISSION", "")
        if permission and not user.has_perm(permission):
            continue
        rows = model._default_manager.visible_to(user).filter(Q(**{field: record}))
        found += rows.select_related("organization").order_by("-document_ptr_id")[:limit]
    for document in found:
        document.kind_name = type(document)._meta.verbose_name  # type: ignore[attr-defined]
    return sorted(found, key=lambda document: document.created_at, reverse=True)[:limit]

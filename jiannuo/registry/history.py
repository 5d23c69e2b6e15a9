"""The documents of a record. The registry lies below them, so it finds them by their foreign keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import models
from django.db.models import F, Q, Value

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
    """The newest documents of ``record`` that ``user`` may see, as their own kinds.

    One query finds them all, and one reads those of each kind that was found.
    """
    kinds = {
        model._meta.label: model for model in document_models(type(record), field) if _may_see(user, model)
    }
    keys = [
        model._default_manager.visible_to(user)
        .filter(Q(**{field: record}))
        .order_by()
        .annotate(found_pk=F("pk"), found_as=Value(label))
        .values_list("found_pk", "found_as")
        for label, model in kinds.items()
    ]
    if not keys:
        return []
    found: dict[str, list[int]] = {}
    for key, label in keys[0].union(*keys[1:]).order_by("-found_pk")[:limit]:
        found.setdefault(label, []).append(key)
    documents: list[Document] = []
    for label, some in found.items():
        documents += kinds[label]._default_manager.filter(pk__in=some).select_related("organization")
    for document in documents:
        document.kind_name = type(document)._meta.verbose_name  # type: ignore[attr-defined]
    return sorted(documents, key=lambda document: document.created_at, reverse=True)


def _may_see(user: Any, model: type[Document]) -> bool:
    permission = getattr(model, "VIEW_PERMISSION", "")
    return not permission or user.has_perm(permission)

"""The kinds of documents there are: every concrete model that extends Document."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps

from jiannuo.office.documents.models import Document


@cache
def document_kinds() -> dict[str, type[Document]]:
    """Model of each kind, by the name stored in ``Document.kind``."""
    return {
        model._meta.model_name or "": model
        for model in apps.get_models()
        if issubclass(model, Document) and model is not Document
    }


def model_of(kind: str) -> type[Document]:
    """The model of ``kind``; Document itself when the kind is no longer installed."""
    return document_kinds().get(kind, Document)


@cache
def confidential_kinds() -> dict[str, str]:
    """The permission that sees each kind whose existence is not for everybody."""
    return {kind: model.VIEW_PERMISSION for kind, model in document_kinds().items() if model.CONFIDENTIAL}


def hidden_from(user: Any) -> list[str]:
    """The confidential kinds that ``user`` may not see anywhere; lists of other rooms leave their documents out."""
    held = getattr(user, "paths_where", None)
    return [kind for kind, permission in confidential_kinds().items() if held is None or not held(permission)]

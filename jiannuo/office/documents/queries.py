"""Finding documents, always as somebody."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _

from jiannuo.office.documents.kinds import confidential_kinds, model_of
from jiannuo.office.documents.models import Document


def may_view(document: Document, user: Any) -> bool:
    """Whether ``user`` holds the permission to see documents of this kind at its organisation, or it is public."""
    return bool(user.has_perm(type(document).VIEW_PERMISSION, document) or document.is_public_to(user))


def visible_document(number: str, user: Any) -> Document | None:
    """The document with that number as its own kind, when ``user`` may see it. Two queries."""
    base = Document.objects.filter(number=number).only("pk", "kind").first()
    return None if base is None else visible_as_kind(base.pk, base.kind, user)


def visible_as_kind(pk: int, kind: str, user: Any) -> Document | None:
    """The document ``pk`` of ``kind``, when ``user`` may see it."""
    rows = model_of(kind)._default_manager.visible_to(user)
    document = rows.select_related("organization", "created_by").filter(pk=pk).first()
    return document if document is not None and may_view(document, user) else None


def keeper_of(document: Document) -> Document | None:
    """The confidential document that keeps what is said about an entrusted one. One query."""
    rows = Document.objects.filter(links_out__target_id=document.pk, kind__in=confidential_kinds())
    return rows.filter(links_out__kind="serves").order_by("pk").first()


def where_to_write(document: Document) -> Document:
    """Where a comment or a file about ``document`` goes: to its keeper when it is entrusted."""
    return (keeper_of(document) or document) if document.is_entrusted else document


def document_or_404(number: str, user: Any) -> Document:
    """Like :func:`visible_document`; raises Http404, the same for missing and for hidden documents."""
    document = visible_document(number, user)
    if document is None:
        raise Http404(_("There is no document %(number)s, or you may not see it.") % {"number": number})
    return document

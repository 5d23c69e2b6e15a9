"""The page of a document: one layout, one budget of queries for all kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from jiannuo.office.accounts.access import PermissionRequired
from jiannuo.office.documents import panels, timeline
from jiannuo.office.documents.approvals import pending_on
from jiannuo.office.documents.flow import allowed_actions
from jiannuo.office.documents.models import Document


@dataclass(frozen=True, slots=True)
class ActionButton:
    """An action that the person may do now, as a button."""

    name: str
    label: str
    style: str
    confirm: str
    url: str


def buttons_for(document: Document, user: Any) -> list[ActionButton]:
    """The buttons of the actions that ``user`` may do now with ``document``."""
    return [
        ActionButton(
            action.name,
            str(action.label),
            action.style,
            str(action.confirm),
            reverse("documents:action", args=[document.number, action.name]),
        )
        for action in allowed_actions(document, user)
    ]


def timeline_context(document: Document, user: Any, *, before: int = 0) -> dict[str, Any]:
    """What ``partials/timeline.html`` needs."""
    page = timeline.page_of(document, before=before)
    address = reverse("documents:timeline", args=[document.number])
    return {
        "timeline": page.items,
        "timeline_more_url": f"{address}?before={page.next_before}" if page.next_before else "",
        "comment_url": reverse("documents:comment", args=[document.number]),
        "upload_url": reverse("documents:upload", args=[document.number]),
        "can_comment": user.has_perm("documents.comment", document),
    }


class DocumentPage(PermissionRequired, View):
    """The page of one kind of document, at an address with its ``number``.

    Declare ``model``, ``permission`` and ``template_name`` (which extends ``pages/document.html``), name the
    relations to read along in ``select_related`` and add to :meth:`get_context_data`. At most 25 queries in all;
    the ones of this class are at most 12.
    """

    model: ClassVar[type[Document]]
    template_name: ClassVar[str] = "pages/document.html"
    select_related: ClassVar[tuple[str, ...]] = ()

    request: HttpRequest

    def get_queryset(self) -> Any:
        """The documents that the person may see."""
        rows = self.model._default_manager.visible_to(self.request.user)
        return rows.select_related("organization", "created_by", *self.select_related)

    def get_document(self, number: str) -> Document:
        """The document; raises Http404, the same for missing and for hidden ones."""
        user: Any = self.request.user
        document = self.get_queryset().filter(number=number).first()
        if document is None or not (user.has_perm(self.permission, document) or document.is_public_to(user)):
            raise Http404(_("There is no document %(number)s, or you may not see it.") % {"number": number})
        return document

    def get_context_data(self, document: Document) -> dict[str, Any]:
        """The context of the template; extend it with what the kind shows."""
        user: Any = self.request.user
        return {
            "document": document,
            "title": document.title or document.number,
            "actions": buttons_for(document, user),
            "approvals": pending_on(document, user),
            **timeline_context(document, user),
            **panels.context_for(document, user),
        }

    def get(self, request: HttpRequest, number: str) -> HttpResponse:
        self.request = request
        document = self.get_document(number)
        return render(request, self.template_name, self.get_context_data(document))

"""Goods notices: list and page."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.privacy import mask_email, mask_phone, sees_personal_data
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.operations.installations.filters import NoticeFilter
from jiannuo.operations.installations.models import GoodsNotice
from jiannuo.operations.installations.queries import notices_for
from jiannuo.operations.installations.tables import NoticeTable


class NoticeList(TablePage):
    """What unpacking checks found, told to suppliers."""

    name = "goods_notices"
    title = _("Goods notices")
    subtitle = _("Missing and damaged goods, followed up until they are made good")
    permission = "installations.view"
    table_class = NoticeTable
    filterset_class = NoticeFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    presets = (
        Preset(_("Waiting for an answer"), "state=sent"),
        Preset(_("Supplier not told yet"), "told=no"),
        Preset(_("Answered, not made good"), "state=answered"),
    )
    empty_text = _("No goods notice. They come from the unpacking checks.")

    def rows(self) -> QuerySet[Any]:
        return notices_for(self.request.user)


class NoticePage(DocumentPage):
    """One notice with what was missing or damaged."""

    model = GoodsNotice
    permission = "installations.view"
    template_name = "installations/notice.html"
    select_related = ("customer", "addressee", "project__created_by")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        sees = sees_personal_data(user, document)
        return {
            **super().get_context_data(document),
            "notice": document,
            "email": document.email if sees else mask_email(document.email),
            "phone": document.phone if sees else mask_phone(document.phone),
            "lines": list(document.lines.prefetch_related("photos")),
            "prints": forms_for(GoodsNotice, user),
        }

"""The notice to whoever sent the goods: what is missing or damaged, followed up until it is made good."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.installations.models.installation import FORMS, Installation
from jiannuo.operations.installations.models.lines import PackingLine


class GoodsNotice(Document):
    """What the unpacking check found, told to the supplier or the branch that sent the goods."""

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("goods notice", "waits for an answer")
        ANSWERED = "answered", pgettext_lazy("goods notice", "answered")
        CLOSED = "closed", pgettext_lazy("goods notice", "made good")

    class Way(models.TextChoices):
        SEND = "send", _("sends what is missing")
        REPLACE = "replace", _("replaces what is damaged")
        REPAIR = "repair", _("repairs on site")
        REFUSE = "refuse", _("refuses, with reasons")

    PREFIX = "GN"
    URL_NAME = "installations:notice"
    SERVICE = "jiannuo.operations.installations.services.do_notice"
    VIEW_PERMISSION = "installations.view"
    INITIAL_STATE = "sent"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {"sent": "warning", "answered": "info", "closed": "success"}
    request_kind: ClassVar[str] = "delivery"

    project = models.ForeignKey(Installation, on_delete=models.PROTECT, related_name="goods_notices")
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="+"
    )
    category = models.ForeignKey("products.Category", on_delete=models.PROTECT, related_name="+")
    addressee = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("supplier or branch"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    supplier = models.CharField(_("another supplier"), max_length=80, blank=True)
    lines = models.ManyToManyField(PackingLine, related_name="notices")
    text = models.TextField(_("what is wrong"))
    answer = models.TextField(_("answer"), blank=True)
    way = models.CharField(_("what they do"), max_length=8, choices=Way, blank=True)
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    closed_at = models.DateTimeField(_("made good"), null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods notice")
        verbose_name_plural = _("goods notices")
        constraints = [
            models.CheckConstraint(
                condition=Q(addressee__isnull=False) | ~Q(supplier=""), name="goods_notice_addressee"
            ),
        ]

    @property
    def to(self) -> str:
        """To whom it goes."""
        return str(self.addressee or self.supplier)

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    @action(
        source=["sent", "answered"],
        target="answered",
        label=pgettext_lazy("goods notice", "Record the answer"),
        permission="installations.work",
        form=FORMS + "AnswerForm",
        style="primary",
        order=10,
    )
    def give_answer(
        self, *, by: Any, at: datetime, answer: str, way: str, promised_on: date | None = None
    ) -> None:
        self.answer, self.way, self.promised_on, self.answered_at = answer, way, promised_on, at

    @action(
        source="answered",
        target="sent",
        label=pgettext_lazy("goods notice", "Not accepted, ask again"),
        permission="installations.work",
        form=FORMS + "ReasonForm",
        order=30,
    )
    def ask_again(self, *, by: Any, at: datetime, reason: str) -> None:
        self.way, self.promised_on, self.answered_at = "", None, None

    @action(
        source="answered",
        target="closed",
        label=pgettext_lazy("goods notice", "Made good"),
        permission="installations.work",
        form=FORMS + "SettleForm",
        style="success",
        order=20,
    )
    def settle(self, *, by: Any, at: datetime, remark: str = "") -> None:
        self.closed_at = at

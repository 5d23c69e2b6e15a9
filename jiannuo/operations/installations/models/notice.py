"""The notice to whoever sent the goods: what is missing or damaged, followed up until it is made good."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.nonces import new_nonce
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.installations.models.installation import FORMS, Installation
from jiannuo.operations.installations.models.lines import PackingLine

#: how long a supplier may answer on the link after it was sent
LINK_LASTS = timedelta(days=30)


def is_told_outside(notice: GoodsNotice, _user: Any) -> bool:
    """Whether it goes to somebody who sees nothing of ours."""
    return notice.is_outside


class GoodsNotice(Document):
    """What the unpacking check found, told to the supplier or the branch that sent the goods.

    A supplier outside is told by a link that is good until ``link_until``, or by hand. ``escalate_at`` is when a
    manager hears that nobody has answered in spite of the reminder of ``reminded_at``.
    """

    class State(models.TextChoices):
        SENT = "sent", pgettext_lazy("goods notice", "waits for an answer")
        ANSWERED = "answered", pgettext_lazy("goods notice", "answered")
        CLOSED = "closed", pgettext_lazy("goods notice", "made good")

    class Way(models.TextChoices):
        SEND = "send", _("sends what is missing")
        REPLACE = "replace", _("replaces what is damaged")
        REPAIR = "repair", _("repairs on site")
        REFUSE = "refuse", _("refuses, with reasons")

    class Told(models.TextChoices):
        MAIL = "mail", pgettext_lazy("goods notice", "by e-mail")
        HAND = "hand", pgettext_lazy("goods notice", "by hand")

    class Via(models.TextChoices):
        LINK = "link", pgettext_lazy("goods notice", "on the link")
        OFFICE = "office", pgettext_lazy("goods notice", "noted by us")

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
    email = models.EmailField(_("supplier’s e-mail"), max_length=200, blank=True)
    phone = models.CharField(_("supplier’s phone"), max_length=40, blank=True)
    told_at = models.DateTimeField(_("told"), null=True, blank=True, editable=False)
    told_way = models.CharField(_("how it was told"), max_length=4, choices=Told, blank=True, editable=False)
    sendings = models.PositiveSmallIntegerField(_("sendings"), default=0, editable=False)
    link_nonce = models.CharField(max_length=24, default=new_nonce, editable=False)
    link_until = models.DateTimeField(_("link good until"), null=True, blank=True, editable=False)
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True, editable=False)
    escalate_at = models.DateTimeField(null=True, blank=True, editable=False)
    lines = models.ManyToManyField(PackingLine, related_name="notices")
    text = models.TextField(_("what is wrong"))
    answer = models.TextField(_("answer"), blank=True)
    way = models.CharField(_("what they do"), max_length=8, choices=Way, blank=True)
    promised_on = models.DateField(_("promised for"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True, editable=False)
    answered_by = models.CharField(_("answered by"), max_length=60, blank=True, editable=False)
    answered_via = models.CharField(
        _("how it was answered"), max_length=6, choices=Via, blank=True, editable=False
    )
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
        indexes = [
            models.Index(fields=["supplier", "-document_ptr"], name="goods_notice_supplier"),
            models.Index(
                fields=["escalate_at"], condition=Q(escalate_at__isnull=False), name="goods_notice_escalate"
            ),
        ]

    @property
    def to(self) -> str:
        """To whom it goes."""
        return str(self.addressee or self.supplier)

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    @property
    def is_outside(self) -> bool:
        """Whether it goes to a supplier who has no organisation here."""
        return self.addressee_id is None

    @property
    def is_untold(self) -> bool:
        """Whether the supplier outside has not heard of it yet."""
        return self.is_outside and self.state == self.State.SENT and self.told_at is None

    @action(
        source="sent",
        target=None,
        label=pgettext_lazy("goods notice", "Send by e-mail"),
        permission="installations.work",
        form=FORMS + "SendNoticeForm",
        condition=is_told_outside,
        order=15,
    )
    def send_link(self, *, by: Any, at: datetime, email: str, phone: str = "", remark: str = "") -> None:
        if self.sendings and email.lower() != self.email.lower():
            self.link_nonce = new_nonce()  # whoever got the wrong mail sees nothing any more
        self.email, self.phone = email, phone or self.phone
        self.told_at, self.told_way, self.sendings = at, self.Told.MAIL, self.sendings + 1
        self.link_until = at + LINK_LASTS

    @action(
        source="sent",
        target=None,
        label=pgettext_lazy("goods notice", "Told by hand"),
        permission="installations.work",
        form=FORMS + "ToldByHandForm",
        condition=is_told_outside,
        order=25,
    )
    def tell_by_hand(self, *, by: Any, at: datetime, told_on: date, remark: str) -> None:
        noon = timezone.make_aware(datetime.combine(told_on, time(12)))
        self.told_at, self.told_way = min(noon, at), self.Told.HAND

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
        self,
        *,
        by: Any,
        at: datetime,
        answer: str,
        way: str,
        promised_on: date | None = None,
        name: str = "",
        via: str = Via.OFFICE,
    ) -> None:
        self.answer, self.way, self.promised_on, self.answered_at = answer, way, promised_on, at
        self.answered_by, self.answered_via, self.escalate_at = name, via, None

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
        self.answered_by, self.answered_via, self.reminded_at = "", "", None

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
        self.closed_at, self.escalate_at = at, None

"""Letters: templates in versions, and each letter as it was written, sent and perhaps returned."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet

FORMS = "jiannuo.operations.followups.forms."


class LetterKind(models.TextChoices):
    NOTICE = "notice", pgettext_lazy("letter", "notice")
    INVITATION = "invitation", pgettext_lazy("letter", "invitation")
    REPLY = "reply", pgettext_lazy("letter", "reply")
    THANKS = "thanks", pgettext_lazy("letter", "thanks")
    OPINION = "opinion", pgettext_lazy("letter", "opinion on use")


class LetterTemplate(models.Model):
    name = models.CharField(_("template"), max_length=80, unique=True)
    kind = models.CharField(pgettext_lazy("letter", "kind"), max_length=12, choices=LetterKind)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("template of letters")
        verbose_name_plural = _("templates of letters")
        ordering = ["kind", "name"]

    def __str__(self) -> str:
        return self.name


class LetterVersion(models.Model):
    """The words of a template at one time; a version that was used is never changed."""

    template = models.ForeignKey(LetterTemplate, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    subject = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("words"))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a template")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["template", "number"], name="letter_version_once")]

    def __str__(self) -> str:
        return f"{self.template} · {self.number}"


class LetterQuerySet(DocumentQuerySet):
    def open(self) -> LetterQuerySet:
        """Those not sent yet."""
        return self.filter(state="written")


class Letter(Document):
    """One letter: whom, where, what, when. The words are frozen when it is written."""

    class State(models.TextChoices):
        WRITTEN = "written", pgettext_lazy("letter", "to be sent")
        SENT = "sent", pgettext_lazy("letter", "sent")
        RETURNED = "returned", pgettext_lazy("letter", "returned")
        DROPPED = "dropped", pgettext_lazy("letter", "not sent")

    PREFIX = "LT"
    URL_NAME = "followups:letter"
    SERVICE = "jiannuo.operations.followups.services.do_letter"
    VIEW_PERMISSION = "followups.view"
    INITIAL_STATE = "written"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "written": "warning",
        "sent": "success",
        "returned": "danger",
        "dropped": "secondary",
    }

    letter_kind = models.CharField(pgettext_lazy("letter", "kind"), max_length=12, choices=LetterKind)
    template_version = models.ForeignKey(
        LetterVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="letters"
    )
    customer = models.ForeignKey(
        "customers.Customer", verbose_name=_("customer"), on_delete=models.PROTECT, related_name="letters"
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    talk = models.ForeignKey(
        "followups.FollowUp",
        verbose_name=_("follow-up"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters",
    )
    mailing = models.ForeignKey(
        "followups.Campaign",
        verbose_name=_("campaign"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters",
    )
    recipient = models.CharField(_("recipient"), max_length=120)
    address = models.ForeignKey(
        "customers.Address", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    address_text = models.CharField(_("address"), max_length=300, blank=True)
    subject = models.CharField(_("subject"), max_length=120)
    body = models.TextField(_("words"))
    due_on = models.DateField(_("to be sent by"), null=True, blank=True)
    sent_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    posting = models.CharField(_("posting number"), max_length=40, blank=True)
    returned_on = models.DateField(_("returned on"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        indexes = [
            models.Index(fields=["customer", "-document_ptr"], name="letter_customer"),
            models.Index(fields=["mailing", "-document_ptr"], name="letter_campaign"),
            models.Index(fields=["due_on", "document_ptr"], name="letter_due"),
            models.Index(fields=["sent_on", "document_ptr"], name="letter_sent"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == "written"

    @action(
        source="written",
        target="sent",
        label=_("Sent"),
        permission="followups.handle",
        form=FORMS + "SentForm",
        style="success",
        order=10,
    )
    def send(self, *, by: Any, at: datetime, sent_on: Any, posting: str = "") -> None:
        self.sent_on, self.sent_by, self.posting = sent_on, by, posting

    @action(
        source="sent",
        target="returned",
        label=_("Came back"),
        permission="followups.handle",
        form=FORMS + "ReturnedForm",
        style="warning",
        order=20,
    )
    def come_back(self, *, by: Any, at: datetime, returned_on: Any, reason: str) -> None:
        self.returned_on, self.reason = returned_on, reason

    @action(
        source="written",
        target="dropped",
        label=_("Do not send"),
        permission="followups.handle",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def drop(self, *, by: Any, at: datetime, reason: str) -> None:
        self.reason = reason


class AddressDoubt(models.Model):
    """An address from which a letter came back, until somebody has asked the customer."""

    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.CASCADE, related_name="address_doubts"
    )
    address = models.ForeignKey(
        "customers.Address", null=True, blank=True, on_delete=models.CASCADE, related_name="doubts"
    )
    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="doubt")
    since = models.DateField(_("since"))
    cleared_at = models.DateTimeField(null=True, blank=True)
    cleared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("address in doubt")
        indexes = [
            models.Index(fields=["customer"], condition=Q(cleared_at__isnull=True), name="address_doubt_open")
        ]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.since}"

"""Suggestions of customers: fed back to the department, answered, and rewarded when they are valuable."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet

FORMS = "jiannuo.operations.complaints.forms."


class SuggestionQuerySet(DocumentQuerySet):
    pass


class Suggestion(Document):
    """One suggestion; ``place`` says where the slip was put into the box."""

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("suggestion", "received")
        VALUED = "valued", pgettext_lazy("suggestion", "valuable")
        NOTED = "noted", pgettext_lazy("suggestion", "noted")
        ANSWERED = "answered", pgettext_lazy("suggestion", "answered")

    class Channel(models.TextChoices):
        SLIP = "slip", _("slip from a public place")
        HOTLINE = "hotline", _("hotline")
        SITE = "site", _("at the customer's site")
        LETTER = "letter", _("letter")
        WEB = "web", _("web")
        DESK = "desk", _("service desk")
        INSPECTION = "inspection", _("mystery inspection")

    PREFIX = "SG"
    URL_NAME = "complaints:suggestion"
    SERVICE = "jiannuo.operations.complaints.services.do_suggestion"
    VIEW_PERMISSION = "suggestions.view"
    INITIAL_STATE = "received"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "received": "warning",
        "valued": "primary",
        "noted": "info",
        "answered": "success",
    }
    request_kind: ClassVar[str] = "suggestion"

    source = models.ForeignKey(
        Document,
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suggestions",
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suggestions",
    )
    name = models.CharField(_("name"), max_length=60, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, default=Channel.SLIP)
    place = models.CharField(_("place of the slip"), max_length=80, blank=True)
    received_at = models.DateTimeField(_("received"))
    text = models.TextField(_("suggestion"))
    department = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("fed back to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    opinion = models.TextField(_("our opinion"), blank=True)
    answer = models.TextField(_("answer"), blank=True)
    reward = models.DecimalField(_("reward"), max_digits=12, decimal_places=2, null=True, blank=True)
    reward_clause = models.CharField(max_length=300, blank=True)
    client_key = models.CharField(max_length=80, blank=True, editable=False)
    #: of what was sent with the key; empty for suggestions from before
    client_digest = models.CharField(max_length=64, blank=True, default="", editable=False)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("document", "suggestion")
        verbose_name_plural = _("suggestions")
        indexes = [models.Index(fields=["customer", "-document_ptr"], name="suggestion_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(source__isnull=False), name="suggestion_once_for_source"
            ),
            models.UniqueConstraint(
                fields=["client_key"], condition=~Q(client_key=""), name="suggestion_sent_once"
            ),
        ]

    @property
    def who(self) -> str:
        """Who suggests it."""
        return str(self.customer or self.name or "—")

    @property
    def is_open(self) -> bool:
        return self.state != self.State.ANSWERED

    @action(
        source="received",
        target="valued",
        label=_("Valuable"),
        permission="suggestions.handle",
        form=FORMS + "AssessForm",
        style="primary",
        order=10,
    )
    def value_it(self, *, by: Any, at: datetime, opinion: str, department: Any = None) -> None:
        self.opinion, self.department = opinion, department

    @action(
        source="received",
        target="noted",
        label=_("Take note"),
        permission="suggestions.handle",
        form=FORMS + "AssessForm",
        order=20,
    )
    def note_it(self, *, by: Any, at: datetime, opinion: str, department: Any = None) -> None:
        self.opinion, self.department = opinion, department

    @action(
        source=["valued", "noted"],
        target="answered",
        label=_("Thank and answer"),
        permission="suggestions.handle",
        form=FORMS + "AnswerForm",
        style="success",
        order=10,
    )
    def give_answer(self, *, by: Any, at: datetime, answer: str, **_way: Any) -> None:
        self.answer = answer

"""The in-app inbox, and what is sent out."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.notices.kinds import known_kind


class Notice(models.Model):
    """One notice in a person's inbox, in the person's language."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=60)
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.CASCADE, related_name="notices"
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    url = models.CharField(max_length=300, blank=True)
    key = models.CharField(max_length=200)
    created_at = models.DateTimeField(_("at"), default=timezone.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="notice_once")]
        indexes = [
            models.Index(fields=["person", "-id"], name="notice_person"),
            models.Index(fields=["person"], condition=Q(read_at=None), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def answer(self) -> str:
        """Label of the button that answers it while it is unread; empty when it asks for none."""
        kind = known_kind(self.kind)
        return str(kind.answer) if kind is not None and self.url and self.read_at is None else ""

    @property
    def answer_url(self) -> str:
        """Where that button posts to."""
        kind = known_kind(self.kind)
        return f"{self.url}{kind.answer_path}" if kind is not None else ""


class Delivery(models.Model):
    """One message out: an e-mail, or a message over a channel of Apprise. ``key`` makes it unique for ever."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")
        GROUP = "group", _("group channel")
        ROUTE = "route", _("connection")

    class State(models.TextChoices):
        PENDING = "pending", _("waiting to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("given up")

    key = models.CharField(max_length=240, unique=True)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel)
    to = models.CharField(
        _("to"), max_length=254, blank=True, help_text="address or number; empty for a group channel"
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="which of the configured group channels")
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(_("text"), blank=True)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("message out")
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state="pending"), name="notices_delivery_due"),
            models.Index(fields=["document"], name="notices_delivery_document"),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.title}"

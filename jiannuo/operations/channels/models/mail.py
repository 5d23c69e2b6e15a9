"""Mailboxes that are read, and each mail that came in or went out."""

from __future__ import annotations

from typing import Any, ClassVar

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.links import path_of
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.channels.mail.automatic import Ignored
from jiannuo.operations.channels.models.inbox import EntrustedQuerySet


class Encryption(models.TextChoices):
    """How a connection to a mail server is kept secret."""

    SSL = "ssl", _("TLS from the start (SSL)")
    STARTTLS = "starttls", "STARTTLS"
    NONE = "none", _("not encrypted (only inside the house)")


class MailAccountQuerySet(ScopedQuerySet):
    pass


class MailAccount(models.Model):
    """A mailbox that is read by IMAP and answered from. Passwords are sealed (``channels/sealing.py``).

    Reading changes nothing in the mailbox. ``last_uid`` is the last mail taken under ``uid_validity`` (RFC 3501); mail
    from before ``starts_at`` is left alone. ``next_poll_at`` is also the claim of the process that reads now.
    """

    VIEW_PERMISSION: ClassVar[str] = "channels.manage"

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="mail_accounts",
    )
    name = models.CharField(_("name"), max_length=60)
    is_active = models.BooleanField(_("in use"), default=True)
    imap_host = models.CharField(_("IMAP server"), max_length=200)
    imap_port = models.PositiveIntegerField(
        _("IMAP port"), default=993, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    imap_tls = models.CharField(
        _("encryption of IMAP"), max_length=8, choices=Encryption, default=Encryption.SSL
    )
    user = models.CharField(_("user name at the mail server"), max_length=200)
    sealed_password = models.TextField(editable=False)
    folder = models.CharField(_("folder"), max_length=100, default="INBOX")
    from_address = models.EmailField(pgettext_lazy("mail", "address of the sender"))
    from_name = models.CharField(pgettext_lazy("mail", "name of the sender"), max_length=80, blank=True)
    smtp_host = models.CharField(
        _("SMTP server"),
        max_length=200,
        blank=True,
        help_text=_("Empty: answers go out through the mail server of the installation."),
    )
    smtp_port = models.PositiveIntegerField(
        _("SMTP port"), default=465, validators=[MinValueValidator(1), MaxValueValidator(65535)]
    )
    smtp_tls = models.CharField(
        _("encryption of SMTP"), max_length=8, choices=Encryption, default=Encryption.SSL
    )
    smtp_user = models.CharField(
        _("user name for SMTP"),
        max_length=200,
        blank=True,
        help_text=_("Empty: the same name and password as for reading."),
    )
    sealed_smtp_password = models.TextField(blank=True, editable=False)
    greeting = models.CharField(
        _("greeting"),
        max_length=200,
        blank=True,
        default="{name}您好：",
        help_text=_("First line of each answer; {name} is the name of the sender."),
    )
    signature = models.TextField(pgettext_lazy("mail", "signature"), blank=True, max_length=1000)
    largest_megabytes = models.PositiveSmallIntegerField(
        _("largest mail (MB)"),
        default=25,
        validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text=_("A larger one is not fetched; its sender is told."),
    )
    hourly_limit = models.PositiveSmallIntegerField(
        _("mails of one sender within an hour"),
        default=20,
        validators=[MinValueValidator(1)],
        help_text=_("Further ones are listed as ignored: two programs may be answering each other."),
    )
    poll_minutes = models.PositiveSmallIntegerField(
        _("read every (minutes)"), default=1, validators=[MinValueValidator(1), MaxValueValidator(1440)]
    )
    starts_at = models.DateTimeField(
        _("take mail from"), default=timezone.now, help_text=_("Older mail in the mailbox is left alone.")
    )
    uid_validity = models.BigIntegerField(null=True, blank=True, editable=False)
    last_uid = models.BigIntegerField(default=0, editable=False)
    next_poll_at = models.DateTimeField(default=timezone.now, editable=False)
    polled_at = models.DateTimeField(_("last read"), null=True, blank=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=400, blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = MailAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("mailbox")
        verbose_name_plural = _("mailboxes")
        indexes = [
            models.Index(fields=["next_poll_at"], condition=Q(is_active=True), name="mail_account_due")
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["imap_host", "user", "folder"],
                name="mail_account_once",
                violation_error_message=_("This folder of this mailbox is read already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("mail:account", self.pk)


class MailMessageQuerySet(EntrustedQuerySet):
    scope_field = "account__organization"
    request_fields = ("document__servicerequest", "item__request")


class MailMessage(models.Model):
    """One mail. What comes in is stored whole (``raw``) before anything is done with it.

    ``key`` is unique in its account: what makes a mail that came in this mail, what an answer is for when one went out.
    """

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("mail", "in")
        OUT = "out", pgettext_lazy("mail", "out")

    class State(models.TextChoices):
        STORED = "stored", pgettext_lazy("mail", "waiting to be taken in")
        TAKEN_IN = "taken_in", pgettext_lazy("mail", "taken in")
        IGNORED = "ignored", pgettext_lazy("mail", "ignored")
        OUT = "out", pgettext_lazy("mail", "handed to be sent")
        SENT = "sent", pgettext_lazy("mail", "sent")
        FAILED = "failed", pgettext_lazy("mail", "could not be sent")

    VIEW_PERMISSION: ClassVar[str] = "inbox.view"
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "stored": "warning",
        "taken_in": "success",
        "ignored": "secondary",
        "out": "info",
        "sent": "success",
        "failed": "danger",
    }

    account = models.ForeignKey(
        MailAccount, verbose_name=_("mailbox"), on_delete=models.PROTECT, related_name="messages"
    )
    direction = models.CharField(
        pgettext_lazy("mail", "direction"), max_length=3, choices=Direction, default=Direction.IN
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.STORED)
    key = models.CharField(max_length=80, editable=False)
    uid_validity = models.BigIntegerField(null=True, blank=True, editable=False)
    uid = models.BigIntegerField(null=True, blank=True, editable=False)
    raw = models.FileField(upload_to="mail/%Y/%m/%d", max_length=200, blank=True)
    size = models.PositiveBigIntegerField(_("size"), default=0)
    too_large = models.BooleanField(default=False, help_text="only the head was fetched")
    message_id = models.CharField(max_length=250, blank=True, editable=False)
    references: Any = models.JSONField(default=list, blank=True, help_text="earlier mails, the nearest first")
    from_name = models.CharField(pgettext_lazy("mail", "sender"), max_length=100, blank=True)
    from_address = models.CharField(_("from"), max_length=254, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    to = models.CharField(pgettext_lazy("mail", "to"), max_length=254, blank=True)
    subject = models.CharField(pgettext_lazy("mail", "subject"), max_length=200, blank=True)
    text = models.TextField(pgettext_lazy("mail", "text"), blank=True)
    refused: Any = models.JSONField(default=list, blank=True, help_text="files not kept: name, reason")
    reason = models.CharField(
        pgettext_lazy("mail", "why it was ignored"), max_length=12, choices=Ignored, blank=True
    )
    automatic = models.BooleanField(default=False, help_text="no person wrote it")
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)
    next_try_at = models.DateTimeField(default=timezone.now, editable=False)
    last_error = models.CharField(_("last error"), max_length=400, blank=True, editable=False)
    item = models.ForeignKey(
        "channels.InboxItem", null=True, blank=True, on_delete=models.PROTECT, related_name="mails"
    )
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="mails"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = MailMessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(fields=["account", "-id"], name="mail_account"),
            models.Index(fields=["account", "state", "-id"], name="mail_account_state"),
            models.Index(fields=["message_id"], name="mail_message_id"),
            models.Index(fields=["account", "from_address", "-at"], name="mail_sender"),
            models.Index(fields=["item", "id"], name="mail_item"),
            models.Index(fields=["document", "id"], name="mail_document"),
            models.Index(fields=["next_try_at"], condition=Q(state="stored"), name="mail_stored_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="mail_once"),
            models.CheckConstraint(condition=~Q(state="ignored") | ~Q(reason=""), name="mail_ignored_why"),
        ]

    def __str__(self) -> str:
        return self.subject or str(_("without a subject"))

    def get_absolute_url(self) -> str:
        return path_of("mail:message", self.pk)

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return self.STATE_STYLES.get(self.state, "secondary")

    @property
    def who(self) -> str:
        """Who wrote it, or to whom it went."""
        if self.direction == self.Direction.OUT:
            return self.to
        return f"{self.from_name} <{self.from_address}>" if self.from_name else self.from_address


auditlog.register(
    MailAccount,
    exclude_fields=[
        "sealed_password",
        "sealed_smtp_password",
        "uid_validity",
        "last_uid",
        "next_poll_at",
        "polled_at",
        "last_error",
        "failing_since",
    ],
)

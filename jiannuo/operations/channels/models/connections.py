"""Connections: telephone systems and messengers that tell us what happens by signed hooks."""

from __future__ import annotations

import secrets
import uuid
from typing import ClassVar

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.sealing import Unreadable, seal, unseal
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.channels.models.inbox import Channel


class Connection(models.Model):
    """One telephone system or messenger. ``code`` stands in the address of its hook; ``sealed`` is its secret."""

    class Kind(models.TextChoices):
        TELEPHONE = "telephone", _("telephone system")
        IM = "im", _("instant messenger")

    VIEW_PERMISSION: ClassVar[str] = "channels.manage"

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="connections",
        help_text=_("Who gets what comes in here."),
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(pgettext_lazy("connection", "kind"), max_length=12, choices=Kind)
    sealed = models.TextField(editable=False)
    outgoing = models.TextField(blank=True, editable=False, help_text="sealed Apprise address for answers")
    is_active = models.BooleanField(_("switched on"), default=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(default=timezone.now)
    rotated_at = models.DateTimeField(_("secret of"), default=timezone.now)
    heard_at = models.DateTimeField(_("last heard of"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("connection")
        verbose_name_plural = _("connections")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    @property
    def channel(self) -> str:
        """The channel of what comes in here."""
        return Channel.HOTLINE if self.kind == self.Kind.TELEPHONE else Channel.IM

    @property
    def secret(self) -> str:
        """The secret in clear; "" when the signing key of the installation was changed, so that nothing verifies."""
        try:
            return unseal(self.sealed)
        except Unreadable:
            return ""

    def new_secret(self) -> str:
        """Give it a new secret, sealed here and returned to be shown once."""
        secret = secrets.token_urlsafe(32)
        self.sealed, self.rotated_at = seal(secret), timezone.now()
        return secret

    @property
    def outgoing_address(self) -> str:
        """The Apprise address for answers in clear; "" without one."""
        try:
            return unseal(self.outgoing)
        except Unreadable:
            return ""


class Extension(models.Model):
    """Whose telephone an extension of a telephone system is."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="extensions")
    number = models.CharField(_("extension"), max_length=20)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.CASCADE,
        related_name="extensions",
    )

    class Meta:
        verbose_name = _("extension")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "number"],
                name="extension_once",
                violation_error_message=_("This extension is somebody's already."),
            )
        ]

    def __str__(self) -> str:
        return self.number


class HookEvent(models.Model):
    """An event that a connection told us, by its id: told again it is refused."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="hook_events")
    event_id = models.CharField(max_length=100)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "event_id"], name="hook_event_once")]
        indexes = [models.Index(fields=["at"], name="hook_event_at")]

    def __str__(self) -> str:
        return self.event_id


class ChannelSetting(models.Model):
    """How long things of a channel may wait, who is told when, how long recordings are kept."""

    channel = models.CharField(_("channel"), max_length=12, choices=Channel, unique=True)
    waits_minutes = models.PositiveIntegerField(
        _("may wait (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("From coming in until it is registered or answered. Empty: no limit."),
    )
    warns_minutes = models.PositiveIntegerField(
        _("reminder before it is due (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_(
            "Whoever has it is reminded; while nobody has it, those who may take it. Empty: no reminder."
        ),
    )
    manager_minutes = models.PositiveIntegerField(
        _("department manager, after it was due (minutes)"),
        null=True,
        blank=True,
        help_text=_("0: at once. Empty: the department manager is not told."),
    )
    leaders_minutes = models.PositiveIntegerField(
        _("leaders, after it was due (minutes)"),
        null=True,
        blank=True,
        help_text=_("0: at once. Empty: the leaders are not told."),
    )
    recordings_days = models.PositiveIntegerField(
        _("recordings are kept (days)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("A clause about keeping recordings goes before it. Empty: they are kept for good."),
    )

    class Meta:
        verbose_name = _("channel")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.get_channel_display())


auditlog.register(Connection, exclude_fields=["sealed", "outgoing", "heard_at"])
auditlog.register(Extension)
auditlog.register(ChannelSetting)

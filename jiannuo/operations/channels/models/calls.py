"""Calls of the hotline: who called when, who answered, what was said, and the recording."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.links import path_of
from jiannuo.operations.channels.models.inbox import EntrustedQuerySet

DIGITS = 32


class Call(models.Model):
    """One call. ``state`` follows from the three instants; ``external_id`` is its name in the telephone system.

    ``recording_until`` is until when the recording must be kept; without it, and with a recording, for good.
    """

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("call", "incoming")
        OUT = "out", pgettext_lazy("call", "outgoing")

    class State(models.TextChoices):
        RINGING = "ringing", pgettext_lazy("call", "ringing")
        TALKING = "talking", pgettext_lazy("call", "talking")
        ENDED = "ended", pgettext_lazy("call", "ended")
        MISSED = "missed", pgettext_lazy("call", "not answered")

    class Topic(models.TextChoices):
        REPAIR = "repair", _("repair")
        CONSULTATION = "consultation", _("consultation")
        INSTALLATION = "installation", _("installation")
        MAINTENANCE = "maintenance", _("maintenance")
        COMPLAINT = "complaint", _("complaint")
        OTHER = "other", _("other")

    VIEW_PERMISSION: ClassVar[str] = "calls.view"
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "ringing": "warning",
        "talking": "primary",
        "ended": "secondary",
        "missed": "danger",
    }

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="calls",
    )
    connection = models.ForeignKey(
        "channels.Connection",
        verbose_name=_("connection"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    external_id = models.CharField(max_length=100, blank=True, editable=False)
    direction = models.CharField(
        pgettext_lazy("call", "direction"), max_length=3, choices=Direction, default=Direction.IN
    )
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.RINGING, editable=False)
    number = models.CharField(_("phone"), max_length=DIGITS, blank=True)
    extension = models.CharField(_("extension"), max_length=20, blank=True)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("call", "taken by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    caller_name = models.CharField(pgettext_lazy("call", "name"), max_length=60, blank=True)
    rang_at = models.DateTimeField(pgettext_lazy("call", "rang"), default=timezone.now)
    answered_at = models.DateTimeField(pgettext_lazy("call", "answered"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("call", "ended"), null=True, blank=True)
    topic = models.CharField(pgettext_lazy("call", "about"), max_length=14, choices=Topic, blank=True)
    note = models.TextField(pgettext_lazy("call", "what was said"), blank=True)
    result = models.TextField(pgettext_lazy("call", "what was answered"), blank=True)
    recording = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="calls"
    )
    recording_until = models.DateTimeField(null=True, blank=True, editable=False)
    recording_rule = models.CharField(
        max_length=120, blank=True, editable=False, help_text="commitment and clause; empty: by the table"
    )
    recording_removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    request = models.ForeignKey(
        "desk.ServiceRequest",
        verbose_name=_("service request"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls",
    )
    item = models.ForeignKey(
        "channels.InboxItem",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="calls",
        help_text="the task to call back, when nobody answered",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = EntrustedQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("telephone", "call")
        verbose_name_plural = pgettext_lazy("telephone", "calls")
        indexes = [
            models.Index(fields=["organization", "-id"], name="call_org"),
            models.Index(fields=["organization", "state", "-id"], name="call_org_state"),
            models.Index(fields=["organization", "direction", "-id"], name="call_org_direction"),
            models.Index(fields=["state", "-id"], name="call_state"),
            models.Index(fields=["number", "-id"], name="call_number"),
            models.Index(fields=["customer", "-id"], name="call_customer"),
            models.Index(fields=["agent", "-id"], name="call_agent"),
            models.Index(fields=["rang_at", "id"], name="call_rang"),
            models.Index(fields=["agent"], condition=Q(state__in=("ringing", "talking")), name="call_now"),
            models.Index(
                fields=["recording_until"],
                condition=Q(recording_until__isnull=False),
                name="call_recording_until",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], condition=~Q(external_id=""), name="call_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("rang_at")),
                name="call_ends_after_it_rang",
                violation_error_message=_("A call cannot end before it began."),
            ),
        ]

    def __str__(self) -> str:
        return f"{timezone.localtime(self.rang_at):%Y%m%d-%H%M}-{self.pk}"

    def get_absolute_url(self) -> str:
        return path_of("channels:call", self.pk)

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return self.STATE_STYLES.get(self.state, "secondary")

    @property
    def lasted(self) -> timedelta | None:
        """How long people spoke."""
        if self.answered_at is None or self.ended_at is None:
            return None
        return max(self.ended_at - self.answered_at, timedelta(0))

    @property
    def lasted_text(self) -> str:
        """The same as minutes and seconds; empty when nobody spoke."""
        if self.lasted is None:
            return ""
        minutes, seconds = divmod(int(self.lasted.total_seconds()), 60)
        return f"{minutes}:{seconds:02d}"

    def settle_state(self) -> None:
        """Derive the state from the instants, whatever the order in which they were told."""
        if self.ended_at is not None:
            self.state = self.State.ENDED if self.answered_at is not None else self.State.MISSED
        elif self.answered_at is not None:
            self.state = self.State.TALKING
        else:
            self.state = self.State.RINGING


class CallLine(models.Model):
    """A line of a call's history: the recording came, was heard, was removed, a request was registered."""

    class Kind(models.TextChoices):
        NOTE = "note", pgettext_lazy("call", "note")
        HEARD = "heard", pgettext_lazy("call", "heard")

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="lines")
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(max_length=5, choices=Kind, default=Kind.NOTE, editable=False)
    text = models.CharField(max_length=300)

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text

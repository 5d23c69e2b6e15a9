"""What happened to an obligation: pauses, steps of its ladder, evidence."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.roles import Role
from jiannuo.promises.commitments.words import PAUSE_REASONS
from jiannuo.promises.obligations.models.obligation import Obligation
from jiannuo.promises.obligations.words import channels_label


class ObligationPause(models.Model):
    """A span during which the clock stood still."""

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="pauses")
    reason = models.CharField(_("reason"), max_length=30)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(to_at__isnull=True), name="pause_open_once"
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=models.F("from_at")), name="pause_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.obligation} {self.reason}"

    @property
    def reason_label(self) -> str:
        return str(PAUSE_REASONS.get(self.reason, self.reason))


class ObligationStep(models.Model):
    """A warning or escalation that is to happen (or did) at an instant."""

    class Kind(models.TextChoices):
        WARN = "warn", _("warning")
        ESCALATE = "escalate", _("escalation")
        MISS = "miss", _("missed")

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(null=True, blank=True)
    role = models.CharField(max_length=30, blank=True)
    channels = models.JSONField(default=list, blank=True, help_text="empty: as the person has chosen")
    repeat = models.DurationField(null=True, blank=True, help_text="told again after so long")
    told = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True, blank=True)
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]
        indexes = [
            models.Index(fields=["obligation", "at"], condition=Q(done_at__isnull=True), name="step_pending")
        ]

    def __str__(self) -> str:
        return f"{self.obligation} {self.kind}"

    @property
    def is_waiting_for_word(self) -> bool:
        """Told, to be told again, and nobody has acknowledged it."""
        return self.told > 0 and self.done_at is None

    @property
    def channels_label(self) -> str:
        """By which channels, in words."""
        return channels_label(self.channels)

    @property
    def role_label(self) -> str:
        """Whom it is told to."""
        return str(Role(self.role).label) if self.role in Role.values else self.role


class ObligationEvidence(models.Model):
    """What proves that an obligation was kept: a document, a file, or the record of a call."""

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("document")
        FILE = "file", _("file")
        CALL = "call", _("call")

    obligation = models.ForeignKey(Obligation, on_delete=models.CASCADE, related_name="proofs")
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    text = models.CharField(_("what it shows"), max_length=300, blank=True)
    at = models.DateTimeField(_("at"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["obligation", "document"],
                condition=Q(document__isnull=False),
                name="evidence_document_once",
            ),
            models.CheckConstraint(
                condition=Q(document__isnull=False) | Q(file__isnull=False) | ~Q(text=""),
                name="evidence_is_something",
            ),
        ]

    def __str__(self) -> str:
        return str(self.document or self.file or self.text)

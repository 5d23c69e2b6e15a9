"""What the ledger keeps in mind: records kept until a date, periods closed, versions spread."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jiannuo.office.documents.kinds import confidential_kinds, model_of
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.promises.commitments.engine import loaded
from jiannuo.promises.commitments.wordlist import PAPERS
from jiannuo.promises.commitments.words import label


class RetentionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What is kept in scope, without what is about documents that must not be known to ``user``."""
        return super().visible_to(user).known_to(user)

    def known_to(self, user: Any) -> Self:
        """Without what is kept about documents whose existence ``user`` must not know of.

        Holding the permission for the kind is not enough where a document is hidden from a person for itself: whom a
        complaint is about, say.
        """
        confidential = confidential_kinds()
        known = ~Q(document__kind__in=confidential)
        for kind in confidential:
            known |= Q(document__in=model_of(kind)._default_manager.visible_to(user).values("pk"))
        return self.filter(known)


class Retention(models.Model):
    """A thing about a document, a unit or an organisation that is kept until an instant; without one, forever.

    What it is about cannot be deleted: there is no record to keep without it.
    """

    key = models.CharField(max_length=200, unique=True, editable=False)
    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="retentions"
    )
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="retentions"
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="retentions",
    )
    version = models.ForeignKey(
        "commitments.CommitmentVersion", on_delete=models.PROTECT, related_name="retentions"
    )
    clause = models.CharField(max_length=60)
    keeps = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateTimeField(null=True, blank=True)

    objects = RetentionQuerySet.as_manager()

    class Meta:
        ordering = ["keeps", "pk"]

    def __str__(self) -> str:
        named = self.document is not None and self.document.kind not in confidential_kinds()
        return f"{(self.document if named else None) or self.unit or self.organization} {self.keeps}"

    @property
    def keeps_label(self) -> str:
        """What is kept, in the reader's language or as its commitment reads it."""
        return label(PAPERS, self.keeps, loaded(self.version).labels)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is kept, where the organisation is; nothing when it is kept forever."""
        if self.until is None:
            return None
        zone = ZoneInfo(self.organization.time_zone or settings.TIME_ZONE)
        return (self.until - timedelta(microseconds=1)).astimezone(zone).date()


class ClosedPeriod(models.Model):
    """A month, quarter or year that was closed for an organisation: its clauses have been asked, once."""

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.CASCADE, related_name="closed_periods"
    )
    event = models.CharField(max_length=30)
    begins = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "event", "begins"], name="period_closed_once")
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.event} {self.begins}"


class SpreadVersion(models.Model):
    """A published version whose promises have been asked for the units registered before it."""

    version = models.OneToOneField(
        "commitments.CommitmentVersion", on_delete=models.CASCADE, related_name="spread"
    )
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.version)

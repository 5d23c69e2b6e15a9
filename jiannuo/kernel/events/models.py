from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Delivery(models.Model):
    """One event still owed to one subscriber. The row goes when the subscriber has done its work."""

    event = models.CharField(_("event"), max_length=200)
    payload = models.JSONField(_("payload"))
    subscriber = models.CharField(_("subscriber"), max_length=200)
    published_at = models.DateTimeField(_("published at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("next attempt"))
    failed_at = models.DateTimeField(_("given up at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("event delivery")
        verbose_name_plural = _("event deliveries")
        indexes = [models.Index(fields=["due_at"], condition=Q(failed_at=None), name="events_delivery_due")]

    def __str__(self) -> str:
        return f"{self.event} → {self.subscriber}"


class PeriodicRun(models.Model):
    """When a periodic job runs next, who is running it now, and how its last run went."""

    name = models.CharField(_("job"), max_length=200, unique=True)
    due_at = models.DateTimeField(_("next run"), db_index=True)
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    holder = models.UUIDField(_("held by"), null=True, blank=True)
    started_at = models.DateTimeField(_("last started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("last finished"), null=True, blank=True)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    last_error = models.TextField(_("last error"), blank=True)

    class Meta:
        verbose_name = _("periodic job")
        verbose_name_plural = _("periodic jobs")

    def __str__(self) -> str:
        return self.name

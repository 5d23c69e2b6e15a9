"""Visits: who comes when, and when they really did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.workorders.models.order import WorkOrder


class Visit(models.Model):
    """One appointment: who comes when, and when they really did."""

    class Result(models.TextChoices):
        DONE = "done", _("done")
        SECOND_VISIT = "second_visit", _("second visit needed")
        DECLINED = "declined", _("declined")
        REASSIGNED = "reassigned", _("reassigned")
        CUSTOMER_ABSENT = "customer_absent", _("customer absent")
        CANCELLED = "cancelled", _("cancelled")

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="visits")
    sequence = models.PositiveSmallIntegerField(default=1)
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("technician"),
        on_delete=models.PROTECT,
        related_name="visits",
    )
    appointment_from = models.DateTimeField(_("appointment from"), null=True, blank=True)
    appointment_to = models.DateTimeField(_("appointment to"), null=True, blank=True)
    agreed_with = models.CharField(_("agreed with"), max_length=60, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    set_out_at = models.DateTimeField(null=True, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    arrived_latitude = models.FloatField(null=True, blank=True)
    arrived_longitude = models.FloatField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=16, choices=Result, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("visit")
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["order", "sequence"], name="visit_sequence_once"),
            models.CheckConstraint(
                condition=Q(appointment_to__isnull=True)
                | Q(appointment_from__isnull=True)
                | Q(appointment_to__gt=F("appointment_from")),
                name="visit_appointment_order",
            ),
        ]
        indexes = [models.Index(fields=["technician", "appointment_from"], name="visit_technician")]

    def __str__(self) -> str:
        return f"{self.order} #{self.sequence}"

    @property
    def is_open(self) -> bool:
        """Whether the visit is still to come or going on."""
        return self.ended_at is None

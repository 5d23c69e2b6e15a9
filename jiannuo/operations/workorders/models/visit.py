"""Visits: who comes when, and when they really did."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.workorders.models.order import WorkOrder


class Visit(models.Model):
    """One appointment: who comes when, and when they really did.

    The appointment is the window that was told to the customer; the plan is the time set aside in the technician's
    day for the work itself, without travel. A locked visit keeps technician and time whatever is planned around it.
    The crew comes along to help; the technician answers for the order and records it.
    """

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
    planned_from = models.DateTimeField(_("planned from"), null=True, blank=True)
    planned_to = models.DateTimeField(_("planned to"), null=True, blank=True)
    locked = models.BooleanField(_("locked"), default=False)
    crew = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("crew"), related_name="crew_visits", blank=True
    )
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
            models.CheckConstraint(
                condition=Q(planned_from__isnull=True, planned_to__isnull=True)
                | Q(planned_from__isnull=False, planned_to__isnull=False, planned_to__gt=F("planned_from")),
                name="visit_plan_order",
            ),
        ]
        indexes = [
            models.Index(fields=["technician", "appointment_from"], name="visit_technician"),
            models.Index(fields=["technician", "planned_from"], name="visit_planned"),
        ]

    def __str__(self) -> str:
        return f"{self.order} #{self.sequence}"

    @property
    def is_open(self) -> bool:
        """Whether the visit is still to come or going on."""
        return self.ended_at is None

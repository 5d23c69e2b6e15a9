"""Spans in which an order stood still, and for what."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.workorders.models.order import WorkOrder


class OrderWait(models.Model):
    """The order waited for the customer, for parts or for consent; still does while ``to_at`` is empty."""

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="waits")
    waiting_for = models.CharField(_("waiting for"), max_length=20, choices=WorkOrder.Waiting)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("wait")
        ordering = ["from_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(to_at__isnull=True), name="order_wait_open_once"
            ),
            models.CheckConstraint(
                condition=Q(to_at__isnull=True) | Q(to_at__gte=F("from_at")), name="order_wait_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.waiting_for}"

"""What an order does of a job that was divided among several."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.workorders.models.order import WorkOrder


class OrderShare(models.Model):
    """What one order of a divided job is for, and when it is to be done as long as nobody has it.

    Which orders belong together is told by their links: each later one is part of the first.
    """

    order = models.OneToOneField(WorkOrder, on_delete=models.CASCADE, related_name="share")
    purpose = models.CharField(_("what this part is for"), max_length=120)
    begins = models.DateTimeField(_("planned from"))
    minutes = models.PositiveIntegerField(_("minutes of work"))
    told_at = models.DateTimeField(_("customer told"), null=True, blank=True)

    class Meta:
        verbose_name = _("part of a divided job")
        constraints = [models.CheckConstraint(condition=Q(minutes__gt=0), name="order_share_takes_time")]

    def __str__(self) -> str:
        return self.purpose

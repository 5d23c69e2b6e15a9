"""Keys of steps already done, so that a step sent twice is done once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.workorders.models.order import WorkOrder


class DoneStep(models.Model):
    """A step that a person's device has sent with a key of its own, and that was done."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="done_steps")
    step = models.CharField(max_length=40)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step done")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="done_step_once")]

    def __str__(self) -> str:
        return f"{self.order} {self.step}"

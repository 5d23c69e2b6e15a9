"""Steps that a phone sends perhaps hours later and more than once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.installations.models.installation import Installation


class SiteStep(models.Model):
    """A step of a project that a person's phone has sent with a key of its own, and that was done.

    ``made`` is the line that it made, so that what is sent later can name it by the key.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="sent_steps")
    step = models.CharField(max_length=20)
    made = models.PositiveBigIntegerField(null=True, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of an installation")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="site_step_once")]

    def __str__(self) -> str:
        return f"{self.installation_id} {self.step}"

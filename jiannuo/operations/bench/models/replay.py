"""Steps of loans that a phone sends perhaps hours later and more than once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.bench.models.loans import Loan


class LoanStep(models.Model):
    """Lending or taking back as a person's phone has sent it with a key of its own, and as it was done."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    loan = models.ForeignKey(Loan, null=True, on_delete=models.CASCADE, related_name="sent_steps")
    step = models.CharField(max_length=20)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("step of a loan")
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="loan_step_once")]

    def __str__(self) -> str:
        return f"{self.loan_id} {self.step}"

"""What was tried with a customer from afar, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Attempt(models.Model):
    """One attempt to diagnose or solve a request without travelling (先电话或远程解决，并作记录)."""

    class Way(models.TextChoices):
        PHONE = "phone", _("by phone")
        VIDEO = "video", _("by video")
        REMOTE = "remote", _("by remote connection")
        IM = "im", _("by instant message")

    class Outcome(models.TextChoices):
        SOLVED = "solved", _("solved, nobody needs to come")
        UNSOLVED = "unsolved", _("not solved yet, we answer later")
        VISIT = "visit", _("somebody has to come")

    request = models.ForeignKey(
        "desk.ServiceRequest",
        verbose_name=_("service request"),
        on_delete=models.CASCADE,
        related_name="attempts",
    )
    way = models.CharField(_("how"), max_length=10, choices=Way)
    tried = models.TextField(_("what was tried, and what it showed"), blank=True)
    outcome = models.CharField(_("what came of it"), max_length=10, choices=Outcome)
    article = models.ForeignKey(
        "knowledge.Article",
        verbose_name=_("article that was used"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    next_answer_at = models.DateTimeField(_("next answer promised for"), null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("attempt from afar")
        verbose_name_plural = _("attempts from afar")
        ordering = ("at", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="unsolved", next_answer_at__isnull=False)
                | (~Q(outcome="unsolved") & Q(next_answer_at__isnull=True)),
                name="attempt_unsolved_promises_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()}: {self.get_outcome_display()}"

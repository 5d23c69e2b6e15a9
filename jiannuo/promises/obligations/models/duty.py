"""What is owed again and again."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.promises.obligations.words import metric_label


class RecurringDuty(models.Model):
    """Something owed again and again for one subject. ``next_opens_at`` is the only instant its job looks at.

    Each occurrence is worked out from ``anchor`` by its index, so that nothing drifts.
    """

    key = models.CharField(max_length=200, unique=True, editable=False)
    version = models.ForeignKey(
        "commitments.CommitmentVersion", on_delete=models.PROTECT, related_name="recurring_duties"
    )
    clause = models.CharField(_("clause"), max_length=60)
    action = models.CharField(_("what is owed"), max_length=30)
    event = models.CharField(_("start event"), max_length=30)
    anchor = models.DateField(_("counted from"))
    last_on = models.DateField(_("until"), null=True, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="recurring_duties",
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recurring_duties",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("installed unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recurring_duties",
    )
    document = models.ForeignKey(
        "documents.Document",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="recurring_duties",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="recurring_duties",
    )
    product_path = models.CharField(max_length=200, blank=True)
    division_code = models.CharField(max_length=12, blank=True)
    zone = models.CharField(max_length=60, blank=True)
    next_index = models.PositiveIntegerField(default=1)
    next_opens_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    end_reason = models.CharField(_("reason"), max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("recurring duty")
        verbose_name_plural = _("recurring duties")
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(next_opens_at__isnull=True), name="duty_ended_is_over"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_opens_at"], condition=Q(next_opens_at__isnull=False), name="duty_next"
            ),
            models.Index(fields=["unit", "action"], condition=Q(unit__isnull=False), name="duty_unit"),
            models.Index(fields=["organization", "-id"], name="duty_org"),
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.document or self.organization} {self.action}"

    @property
    def action_label(self) -> str:
        """What is owed, in the reader's language."""
        return metric_label(self.action)

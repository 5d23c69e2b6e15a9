"""What managers decide about goods in the house and loaners: one row an organisation, the nearest upwards counts."""

from __future__ import annotations

from typing import Any

from auditlog.registry import auditlog
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.roles import Role
from jiannuo.office.organizations.scope import ScopedQuerySet, paths_upwards


class RulesQuerySet(ScopedQuerySet):
    pass


class BenchRules(models.Model):
    """Intervals are whole days; the first reminder of goods counts from the ready notice."""

    VIEW_PERMISSION = "bench.view"

    organization = models.OneToOneField(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="bench_rules",
    )
    storage_text = models.CharField(
        _("storage rule"), max_length=300, blank=True, help_text=_("Printed on every receipt.")
    )
    first_reminder_days = models.PositiveSmallIntegerField(
        _("first reminder to collect after (days)"), default=3, validators=[MinValueValidator(1)]
    )
    reminder_every_days = models.PositiveSmallIntegerField(
        _("further reminders every (days)"), default=7, validators=[MinValueValidator(1)]
    )
    long_days = models.PositiveSmallIntegerField(
        _("counts as waiting for long after (days)"), default=30, validators=[MinValueValidator(1)]
    )
    estimate_days = models.PositiveSmallIntegerField(
        _("an estimate is good for (days)"), default=7, validators=[MinValueValidator(1)]
    )
    inspection_item = models.ForeignKey(
        "products.LabourItem",
        verbose_name=_("inspection fee when the customer refuses the repair"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("An item of the price list. Empty: nothing is charged."),
    )
    loan_days = models.PositiveSmallIntegerField(
        _("a loaner is due back after (days)"), default=14, validators=[MinValueValidator(1)]
    )
    loan_warn_days = models.PositiveSmallIntegerField(
        _("the customer is reminded before that (days)"), default=2
    )
    loan_every_days = models.PositiveSmallIntegerField(
        _("overdue loaners are asked back every (days)"), default=3, validators=[MinValueValidator(1)]
    )
    waiver_role = models.CharField(
        _("who agrees that a damage is waived"),
        max_length=30,
        choices=Role,
        default=Role.DEPARTMENT_MANAGER,
    )

    objects = RulesQuerySet.as_manager()

    class Meta:
        verbose_name = _("rules of the bench")
        verbose_name_plural = _("rules of the bench")
        ordering = ["organization__path"]

    def __str__(self) -> str:
        return str(self.organization)

    @classmethod
    def of(cls, organization: Any) -> BenchRules:
        """The rules of the nearest organisation upwards; the usual ones where nobody wrote any. One query."""
        rows = cls.objects.filter(organization__path__in=paths_upwards(organization))
        found = rows.select_related("inspection_item").order_by("-organization__path").first()
        return found or cls(organization=organization)


auditlog.register(BenchRules)

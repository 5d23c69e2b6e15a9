"""How a complaint was graded, and what unit and customer said when they were asked."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.operations.complaints.models.complaint import Complaint
from jiannuo.operations.complaints.models.settings import Grade, UpgradeRule, Weight


class GradeChange(models.Model):
    """One step of class, weight or level; by a rule, which then never speaks again about it, or by hand.

    ``occasion``: how often the complaint had been reopened, by hand and for rules that speak at each reopening; else 0.
    """

    class Axis(models.TextChoices):
        GRADE = "grade", pgettext_lazy("complaint", "class")
        WEIGHT = "weight", pgettext_lazy("complaint", "weight")
        SPECIAL = "special", _("special case")

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="changes")
    axis = models.CharField(max_length=8, choices=Axis)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    rule = models.ForeignKey(UpgradeRule, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    occasion = models.PositiveSmallIntegerField(default=0, editable=False)
    reason = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["complaint", "rule", "axis", "occasion"],
                condition=Q(rule__isnull=False),
                name="complaint_rule_speaks_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint} {self.before} → {self.after}"

    @property
    def words(self) -> str:
        """From what to what, in words."""
        names = {**dict(Grade.choices), **dict(Weight.choices), "special": self.get_axis_display()}
        return " → ".join(str(names.get(one, one)) for one in (self.before, self.after) if one)


class CallBack(models.Model):
    """What the unit or the customer said when asked whether it is solved."""

    class Whom(models.TextChoices):
        UNIT = "unit", _("the unit concerned")
        CUSTOMER = "customer", pgettext_lazy("asked", "the customer, by telephone")
        HOUSEHOLD = "household", _("the customer, at home")

    class Result(models.TextChoices):
        SOLVED = "solved", _("solved")
        UNSOLVED = "unsolved", _("not solved")
        NOT_REACHED = "not_reached", _("not reached")

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE, related_name="call_backs")
    round = models.PositiveSmallIntegerField(default=1)
    whom = models.CharField(_("who was asked"), max_length=10, choices=Whom)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    spoken_with = models.CharField(_("spoken with"), max_length=60, blank=True)
    result = models.CharField(_("result"), max_length=12, choices=Result)
    remark = models.CharField(_("remark"), max_length=500, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.complaint} {self.whom} {self.result}"

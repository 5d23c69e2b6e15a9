"""The units of a project, and what the customer signed for them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.installations.models.installation import Installation


class InstallationUnit(models.Model):
    """One unit of a project. A unit is in one project only, unless that was cancelled."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="parts")
    unit = models.ForeignKey(
        "installedbase.InstalledUnit", on_delete=models.PROTECT, related_name="installation_parts"
    )
    order = models.ForeignKey(
        "workorders.WorkOrder", null=True, blank=True, on_delete=models.PROTECT, related_name="installed"
    )
    is_active = models.BooleanField(default=True)
    installed_at = models.DateTimeField(_("installed"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    before = models.JSONField(
        default=dict, blank=True, help_text="dates and status of the file before the acceptance"
    )

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=Q(is_active=True), name="installation_unit_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class Acceptance(models.Model):
    """What the customer signed: acceptance of some units, or a refusal. Never changed; taken back with a reason."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="acceptances")
    round = models.PositiveSmallIntegerField()
    is_refusal = models.BooleanField(default=False)
    units = models.ManyToManyField(InstallationUnit, blank=True, related_name="acceptances")
    at = models.DateTimeField()
    signed_by = models.CharField(_("signed by"), max_length=60)
    signature = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    paper = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    opinion = models.TextField(_("opinion"), blank=True)
    figures = models.JSONField(default=list, blank=True, help_text="target clauses and what was reached")
    begins = models.JSONField(
        default=list, blank=True, help_text="covers and duties that began, with clauses"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    taken_back_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.installation} {self.round}"

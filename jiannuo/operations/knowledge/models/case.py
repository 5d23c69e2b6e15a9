"""Solved cases: what closed jobs teach, without whom they were done for; and what the index has still to learn."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.models import Document
from jiannuo.office.organizations.scope import ScopedQuerySet


class SolvedCase(models.Model):
    """A closed job: what was wrong, why, what helped, how long it took. No name, phone or address."""

    VIEW_PERMISSION: ClassVar[str] = "knowledge.view"

    document = models.OneToOneField(Document, on_delete=models.CASCADE, related_name="solved_case")
    organization = models.ForeignKey("organizations.Organization", on_delete=models.PROTECT, related_name="+")
    category = models.ForeignKey(
        "products.Category",
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    model = models.ForeignKey(
        "products.ProductModel",
        verbose_name=_("model"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    symptom = models.ForeignKey(
        "products.FaultCode",
        verbose_name=_("symptom"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    cause = models.ForeignKey(
        "products.FaultCode",
        verbose_name=_("cause"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    measure = models.ForeignKey(
        "products.FaultCode",
        verbose_name=_("measure"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    fault = models.TextField(_("fault reported"), blank=True)
    work_done = models.TextField(_("work done"), blank=True)
    test_result = models.CharField(_("test result"), max_length=200, blank=True)
    minutes = models.PositiveIntegerField(_("time on site (minutes)"), null=True, blank=True)
    visits = models.PositiveSmallIntegerField(_("visits"), default=1)
    closed_at = models.DateTimeField(_("closed"))

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("solved case")
        verbose_name_plural = _("solved cases")
        indexes = [models.Index(fields=["model", "-id"], name="solved_case_model")]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__lte=100_000), name="solved_case_minutes"
            )
        ]

    def __str__(self) -> str:
        return str(self.symptom or self.fault[:40])


class CasePart(models.Model):
    """A spare part that was used."""

    case = models.ForeignKey(SolvedCase, on_delete=models.CASCADE, related_name="parts")
    part = models.ForeignKey(
        "products.SparePart", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("spare part"), max_length=160)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=1)

    class Meta:
        verbose_name = _("part of a solved case")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class IndexChange(models.Model):
    """Something that each index has to learn: written with the change itself, read by every machine for itself."""

    class Kind(models.TextChoices):
        ARTICLE = "article", _("article")
        CASE = "case", _("solved case")

    kind = models.CharField(max_length=8, choices=Kind)
    object_id = models.BigIntegerField()
    at = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("change for the index")

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}"

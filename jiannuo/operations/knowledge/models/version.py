"""What an article says, version by version, and for whom."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.roles import Role
from jiannuo.operations.knowledge.models.article import Article

STAFF, DEALERS, CUSTOMERS = "staff", "dealers", "customers"


class Audience:
    """For whom an article is: all of the own staff, single roles of it, dealers, customers on the portal."""

    OUTSIDE = frozenset({Role.CUSTOMER.value, Role.DEALER_CLERK.value, Role.DEALER_TECHNICIAN.value})

    @classmethod
    def choices(cls) -> list[tuple[str, Any]]:
        """Codes with their names, as forms offer them."""
        roles = [(role.value, role.label) for role in Role if role.value not in cls.OUTSIDE]
        return [
            (STAFF, _("all of the own staff")),
            (DEALERS, _("dealers and service stations")),
            (CUSTOMERS, _("customers on the portal")),
            *roles,
        ]

    @classmethod
    def label(cls, code: str) -> str:
        return str(dict(cls.choices()).get(code, code))


class ArticleVersion(models.Model):
    """One version: never changed once it was published."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    title = models.CharField(_("title"), max_length=120)
    question = models.TextField(_("question or symptom"), blank=True, max_length=4000)
    cause = models.TextField(_("cause"), blank=True, max_length=4000)
    answer = models.TextField(_("answer or measure"), max_length=20000)
    minutes = models.PositiveIntegerField(_("usual time (minutes)"), null=True, blank=True)
    categories = models.ManyToManyField(
        "products.Category", verbose_name=_("categories"), blank=True, related_name="+"
    )
    product_models = models.ManyToManyField(
        "products.ProductModel", verbose_name=_("models"), blank=True, related_name="+"
    )
    symptoms = models.ManyToManyField(
        "products.FaultCode", verbose_name=_("symptoms"), blank=True, related_name="+"
    )
    parts = models.ManyToManyField(
        "products.SparePart", verbose_name=_("spare parts"), blank=True, related_name="+"
    )
    change_note = models.CharField(_("what was changed"), max_length=200, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of an article")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="article_version_once"),
        ]

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    @property
    def audience_labels(self) -> list[str]:
        """For whom it is, in words (reads the prefetched rows)."""
        return [Audience.label(row.audience) for row in self.audiences.all()]


class VersionAudience(models.Model):
    """One audience of a version."""

    version = models.ForeignKey(ArticleVersion, on_delete=models.CASCADE, related_name="audiences")
    audience = models.CharField(max_length=30)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["version", "audience"], name="version_audience_once")]

    def __str__(self) -> str:
        return Audience.label(self.audience)

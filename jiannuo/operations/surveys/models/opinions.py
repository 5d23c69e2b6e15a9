"""Free opinions, and the table of categories by which they are counted."""

from __future__ import annotations

from typing import Any, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.kinds import hidden_from
from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.surveys.models.answers import SurveyAnswer
from jiannuo.operations.surveys.models.questionnaires import Question


class OpinionCategory(models.Model):
    """What opinions are about; words that stand in one suggest it."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    words = models.TextField(
        _("words"),
        blank=True,
        help_text=_("Separated by spaces, commas or lines; they suggest the category."),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("category of opinions")
        verbose_name_plural = _("categories of opinions")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


class OpinionQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those in scope; not those about a confidential document that ``user`` must not know of."""
        hidden = hidden_from(user)
        rows = super().visible_to(user)
        return rows.exclude(answer__invitation__document__kind__in=hidden) if hidden else rows


class Opinion(models.Model):
    """What a customer wrote freely; the statistics count it once a person has confirmed its category."""

    VIEW_PERMISSION = "surveys.view"

    answer = models.ForeignKey(SurveyAnswer, on_delete=models.CASCADE, related_name="opinions")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    month = models.DateField(_("month"))
    text = models.TextField(_("opinion"))
    suggested = models.ForeignKey(
        OpinionCategory,
        verbose_name=_("suggested category"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    category = models.ForeignKey(
        OpinionCategory,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opinions",
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        constraints = [models.UniqueConstraint(fields=["answer", "question"], name="survey_opinion_once")]
        indexes = [
            models.Index(fields=["organization", "-id"], name="survey_opinion_org"),
            models.Index(fields=["month", "organization", "category"], name="survey_opinion_month"),
            models.Index(fields=["-id"], condition=Q(category__isnull=True), name="survey_opinion_open"),
        ]

    def __str__(self) -> str:
        return self.text[:40]


auditlog.register(OpinionCategory)

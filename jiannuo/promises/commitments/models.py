"""Commitments and their published versions. The content of a version is a pack, as ``packs`` reads it."""

from __future__ import annotations

from typing import Any

from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import organization_ids


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: Any) -> CommitmentQuerySet:
        """Commitments that bind the organisations in the scope of ``user``: everybody's, theirs, and those above."""
        ids = organization_ids(user)
        if ids is None:
            return self
        if not ids:
            return self.none()
        own = Organization.objects.filter(pk__in=ids).values_list("path", flat=True)
        above = {path[:end] for path in own for end in range(len(path), 0, -Organization.steplen)}
        return self.filter(Q(organization__isnull=True) | Q(organization__path__in=above))


class Commitment(models.Model):
    """A promise (承诺书) that lives in versions."""

    class Kind(models.TextChoices):
        STATUTE = "statute", _("statute")
        MAKER = "maker", _("maker's commitment")
        CONTRACT = "contract", _("contract")
        DEALER = "dealer", _("dealer's commitment")
        PROMOTION = "promotion", _("promotion")

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="commitments",
        help_text=_("Empty: for every organisation."),
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = CommitmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("commitments:detail", args=[self.code])


class CommitmentVersion(models.Model):
    """One version; published versions never change."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    content = models.JSONField(_("content"))
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("commitment version")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["commitment", "number"], name="commitment_version_once"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="commitment_version_dates",
            ),
        ]
        indexes = [models.Index(fields=["state", "valid_from", "valid_to"], name="commitment_in_force")]

    def __str__(self) -> str:
        return f"{self.commitment.code} v{self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; raises ValidationError when the content of a published version would change."""
        if self.pk:
            before = (
                type(self)
                .objects.filter(pk=self.pk)
                .values("state", "content", "valid_from", "number")
                .first()
            )
            if before and before.pop("state") != self.State.DRAFT:
                changed = [name for name, value in before.items() if getattr(self, name) != value]
                if changed:
                    raise ValidationError(
                        _(
                            "A published version never changes. Make the next version of %(commitment)s instead."
                        )
                        % {"commitment": self.commitment.code}
                    )
        super().save(*args, **kwargs)


auditlog.register(Commitment)
auditlog.register(CommitmentVersion)

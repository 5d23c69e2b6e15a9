"""Commitments and their published versions. The content of a version is a pack, as ``packs`` reads it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import organization_ids

#: from when a version holds that names no first day
ALWAYS_VALID_FROM = date(1990, 1, 1)


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
    """One version; published versions never change.

    ``pack`` is what people write, with blanks and sentences that no clause executes; ``content`` is what the rules
    read. A draft may hold mistakes, then its ``content`` is empty. ``revision`` counts the saves of a draft.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn")

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    pack = models.JSONField(_("pack"), default=dict, blank=True)
    content = models.JSONField(_("content"), default=dict, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    writers = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+", blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    shortened_at = models.DateTimeField(
        null=True, blank=True, help_text="when a later version moved the end of this one"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
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
                .values("state", "content", "pack", "valid_from", "number")
                .first()
            )
            if before and str(before.pop("state")) in ("published", "withdrawn"):
                changed = [name for name, value in before.items() if getattr(self, name) != value]
                if changed:
                    raise ValidationError(
                        _(
                            "A published version never changes. Make the next version of %(commitment)s instead."
                        )
                        % {"commitment": self.commitment.code}
                    )
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return f"{self.commitment.get_absolute_url()}?version={self.number}"

    @property
    def first_day(self) -> date | None:
        """The first day on which it holds; nothing when it names none."""
        return None if self.valid_from == ALWAYS_VALID_FROM else self.valid_from


class ClauseConfirmation(models.Model):
    """Somebody has compared the figure of a clause with its source; ``by`` is empty for the system."""

    version = models.ForeignKey(CommitmentVersion, on_delete=models.CASCADE, related_name="confirmations")
    clause = models.CharField(_("clause"), max_length=80)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(default=timezone.now)
    remark = models.CharField(_("where it was looked up"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "clause"], name="clause_confirmation_once"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.clause}"


class CommitmentReview(Document):
    """The paper that asks for the approval of a version; it carries the approvals and the history."""

    class State(models.TextChoices):
        ASKED = "asked", _("waiting for approval")
        APPROVED = "approved", _("approved")
        PUBLISHED = "published", _("published")

    PREFIX = "CR"
    URL_NAME = "commitments:review"
    SERVICE = "jiannuo.promises.commitments.publishing.do"
    VIEW_PERMISSION = "commitments.review"
    INITIAL_STATE = "asked"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {"asked": "info", "approved": "primary", "published": "success"}

    version_of = models.OneToOneField(CommitmentVersion, on_delete=models.CASCADE, related_name="review")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval of a commitment")

    @action(
        source="asked",
        target="approved",
        label=_("Approve"),
        permission="commitments.publish",
        hidden=True,
    )
    def approve(self, *, by: Any, at: datetime) -> None:
        """All roles of the chain have approved."""

    @action(
        source="approved",
        target="published",
        label=_("Publish"),
        permission="commitments.publish",
        hidden=True,
    )
    def publish(self, *, by: Any, at: datetime) -> None:
        """The version was put in force."""

    @action(
        source="approved",
        target="asked",
        label=_("Take up again"),
        permission="commitments.edit",
        hidden=True,
    )
    def reopen(self, *, by: Any, at: datetime, reason: str = "") -> None:
        """The approved version is changed once more; it has to be approved anew."""


auditlog.register(Commitment)
auditlog.register(CommitmentVersion, m2m_fields={"writers"})
auditlog.register(ClauseConfirmation)
auditlog.register(CommitmentReview)

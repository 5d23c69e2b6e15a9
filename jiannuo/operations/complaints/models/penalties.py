"""The penalty table of a month: drawn up, signed, published, handed over to finance, or filed without execution."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.complaints.models.complaint import Complaint
from jiannuo.operations.complaints.models.settings import Grade, Weight

FORMS = "jiannuo.operations.complaints.forms."
PUBLIC = ("published", "handed_over", "filed")


class PenaltySheetQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Drafts for those who draw them up; what is published for all staff at or below the organisation."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        length = Organization.steplen
        upwards = {
            path[:end]
            for path in user.paths_where("penalties.view")
            for end in range(length, len(path) + 1, length)
        }
        reach = Q(organization__path__in=upwards, state__in=PUBLIC)
        for path in user.paths_where("penalties.prepare"):
            reach |= Q(organization__path__startswith=path)
        return self.filter(reach)


class PenaltySheet(Document):
    """What the complaints of a month cost whom (F62). ``month`` is its first day."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("penalty table", "being drawn up")
        SIGNED = "signed", pgettext_lazy("penalty table", "signed")
        PUBLISHED = "published", pgettext_lazy("penalty table", "published")
        HANDED_OVER = "handed_over", pgettext_lazy("penalty table", "handed over to finance")
        FILED = "filed", pgettext_lazy("penalty table", "filed, not executed")

    PREFIX = "PN"
    URL_NAME = "complaints:sheet"
    SERVICE = "jiannuo.operations.complaints.services.do_sheet"
    VIEW_PERMISSION = "penalties.view"
    INITIAL_STATE = "draft"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "draft": "warning",
        "signed": "info",
        "published": "primary",
        "handed_over": "success",
        "filed": "secondary",
    }

    month = models.DateField(_("month"))
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("signed by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    signed_at = models.DateTimeField(_("signed at"), null=True, blank=True)
    ranking = models.JSONField(
        default=list, blank=True, editable=False, help_text="the shares of the stations as they were signed"
    )

    objects = PenaltySheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("penalty table")
        verbose_name_plural = _("penalty tables")
        constraints = [
            models.CheckConstraint(condition=Q(month__day=1), name="penalty_month"),
        ]
        indexes = [models.Index(fields=["month", "document_ptr"], name="penalty_month_index")]

    @property
    def last_day(self) -> date:
        """The last day of its month."""
        return (self.month + timedelta(days=32)).replace(day=1) - timedelta(days=1)

    def is_public_to(self, user: Any) -> bool:
        """A published table is for all staff at or below its organisation."""
        below = (path.startswith(self.organization.path) for path in user.paths_where("penalties.view"))
        return self.state in PUBLIC and any(below)

    @action(
        source="draft",
        target="signed",
        label=_("Sign"),
        permission="penalties.sign",
        style="success",
        order=10,
        confirm=_("You sign this table. It cannot be changed afterwards."),
    )
    def sign(self, *, by: Any, at: datetime) -> None:
        self.signed_by, self.signed_at = by, at

    @action(
        source="signed",
        target="draft",
        label=_("Back to drawing up"),
        permission="penalties.sign",
        form=FORMS + "ReasonForm",
        order=60,
    )
    def send_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.signed_by = self.signed_at = None
        self.ranking = []

    @action(
        source="signed",
        target="published",
        label=pgettext_lazy("penalty table", "Publish"),
        permission="penalties.prepare",
        style="primary",
        order=10,
        confirm=_("Everybody at these organisations can read it then."),
    )
    def publish(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source="published",
        target="handed_over",
        label=_("Hand over to finance"),
        permission="penalties.prepare",
        style="primary",
        order=10,
    )
    def hand_over(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source="published",
        target="filed",
        label=_("File without execution"),
        permission="penalties.prepare",
        form=FORMS + "ReasonForm",
        order=20,
    )
    def file(self, *, by: Any, at: datetime, reason: str) -> None:
        pass


class PenaltyLine(models.Model):
    """One penalty. What the complaint was about is not on the table: everybody reads it."""

    sheet = models.ForeignKey(PenaltySheet, on_delete=models.CASCADE, related_name="lines")
    complaint = models.ForeignKey(Complaint, on_delete=models.PROTECT, related_name="penalties")
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    grade = models.CharField(pgettext_lazy("complaint", "class"), max_length=10, choices=Grade)
    weight = models.CharField(pgettext_lazy("complaint", "weight"), max_length=10, choices=Weight)
    amount = models.DecimalField(
        _("amount (yuan)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    struck = models.BooleanField(_("struck out"), default=False)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    collected_on = models.DateField(_("collected on"), null=True, blank=True)

    class Meta:
        ordering = ["organization__path", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["complaint", "grade"], name="penalty_once_for_grade"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet} {self.organization}"

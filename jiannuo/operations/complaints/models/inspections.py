"""Mystery inspections: the scored form that a manager edits, and the visit of somebody who comes as a customer."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Attachment, Document, DocumentQuerySet

FORMS = "jiannuo.operations.complaints.forms."
MOST_STEPS = 11
HIGHEST_SCORE = 1000


class ScoreForm(models.Model):
    """One version of a form by which stations are scored. A version in use never changes: it is copied to a new one."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("form of inspections", "being drawn up")
        IN_USE = "in_use", pgettext_lazy("form of inspections", "in use")
        RETIRED = "retired", pgettext_lazy("form of inspections", "retired")

    name = models.CharField(_("name"), max_length=80)
    number = models.PositiveIntegerField(_("version"), default=1, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT, editable=False)
    note = models.CharField(_("what it is for"), max_length=200, blank=True)
    in_use_since = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("form of inspections")
        verbose_name_plural = _("forms of inspections")
        ordering = ["name", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["name", "number"], name="score_form_version_once"),
            models.UniqueConstraint(
                fields=["name"], condition=Q(state="in_use"), name="score_form_one_in_use"
            ),
            models.UniqueConstraint(fields=["name"], condition=Q(state="draft"), name="score_form_one_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class ScoreItem(models.Model):
    """One line of a form: what is looked at, how much it weighs, which scores there are, and which need a remark."""

    form = models.ForeignKey(ScoreForm, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField(_("order"), default=10)
    title = models.CharField(_("what is looked at"), max_length=120)
    hint = models.CharField(_("how it is judged"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(
        _("weight"), default=10, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    steps = models.CharField(
        _("scores"), max_length=80, help_text=_("From the lowest to the highest, as 0 3 5 for three steps.")
    )
    remark_below = models.PositiveSmallIntegerField(
        _("remark required below"),
        null=True,
        blank=True,
        help_text=_("A lower score must say why. Empty: never."),
    )

    class Meta:
        verbose_name = _("line of a form of inspections")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def scores(self) -> list[int]:
        """The scores that can be given, lowest first."""
        return [int(part) for part in self.steps.split() if part.isdecimal()]

    @property
    def highest(self) -> int:
        return self.scores[-1]

    def clean(self) -> None:
        """Refuse scores that are no rising row of at least two whole numbers, and write them with single spaces."""
        parts = self.steps.replace(",", " ").replace("，", " ").replace("、", " ").split()
        if not all(part.isdecimal() and len(part) < 5 for part in parts):
            raise ValidationError({"steps": _t("Write whole numbers with spaces between them, as 0 3 5.")})
        scores = [int(part) for part in parts]
        rising = all(low < high for low, high in pairwise(scores))
        if not 2 <= len(scores) <= MOST_STEPS or not rising or scores[-1] > HIGHEST_SCORE:
            raise ValidationError(
                {"steps": _t("Give two to eleven scores that rise, none above 1000, as 0 3 5.")}
            )
        self.steps = " ".join(map(str, scores))

    def needs_remark(self, score: int) -> bool:
        """Whether this score must say why."""
        return self.remark_below is not None and score < self.remark_below


class InspectionQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All for the complaint desk; for the others in scope what is published. The service knows of none before."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        reach = Q(pk__in=[])
        for path in user.paths_where("complaints.all"):
            reach |= Q(organization__path__startswith=path)
        for path in user.paths_where("inspections.view"):
            reach |= Q(organization__path__startswith=path, state="published")
        return self.filter(reach)


class Inspection(Document):
    """A visit to a station (``organization``) by somebody whom it takes for a customer."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("inspection", "being scored")
        PUBLISHED = "published", pgettext_lazy("inspection", "published")
        VOID = "void", pgettext_lazy("inspection", "void")

    PREFIX = "MI"
    URL_NAME = "complaints:inspection"
    SERVICE = "jiannuo.operations.complaints.services.do_inspection"
    VIEW_PERMISSION = "inspections.view"
    INITIAL_STATE = "draft"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {"draft": "warning", "published": "success", "void": "secondary"}

    form = models.ForeignKey(
        ScoreForm, verbose_name=_("form of inspections"), on_delete=models.PROTECT, related_name="inspections"
    )
    visited_at = models.DateTimeField(_("visited"))
    inspector = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("inspector"), on_delete=models.PROTECT, related_name="+"
    )
    guise = models.CharField(
        _("came as"), max_length=120, blank=True, help_text=_("As whom the inspector came, with which wish.")
    )
    summary = models.TextField(_("whole impression"), blank=True)
    total = models.DecimalField(
        _("total (of 100)"), max_digits=5, decimal_places=1, null=True, blank=True, editable=False
    )
    published_at = models.DateTimeField(_("published at"), null=True, blank=True, editable=False)

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mystery inspection")
        verbose_name_plural = _("mystery inspections")
        indexes = [models.Index(fields=["visited_at", "document_ptr"], name="inspection_visited")]

    @action(
        source="draft",
        target="published",
        label=pgettext_lazy("inspection", "Publish"),
        permission="complaints.handle",
        style="success",
        order=10,
        confirm=_("The station and the service read it then; the scores cannot be changed afterwards."),
    )
    def publish(self, *, by: Any, at: datetime) -> None:
        self.published_at = at

    @action(
        source="draft",
        target="void",
        label=_("Void"),
        permission="complaints.handle",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def make_void(self, *, by: Any, at: datetime, reason: str) -> None:
        pass


class InspectionScore(models.Model):
    """The score of one line, why, and the photos of it."""

    inspection = models.ForeignKey(Inspection, on_delete=models.CASCADE, related_name="scores")
    item = models.ForeignKey(ScoreItem, on_delete=models.PROTECT, related_name="+")
    score = models.PositiveSmallIntegerField(_("score"))
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+")

    class Meta:
        ordering = ["item__position", "item__pk"]
        constraints = [models.UniqueConstraint(fields=["inspection", "item"], name="inspection_item_once")]

    def __str__(self) -> str:
        return f"{self.inspection} {self.item} {self.score}"


def total_of(scores: Iterable[tuple[ScoreItem, int]]) -> Decimal | None:
    """What was reached of 100: each line's part of its highest score, weighted; nothing without scores."""
    given = list(scores)
    weights = sum(item.weight for item, _score in given)
    if not weights:
        return None
    reached = sum((Decimal(score) / item.highest * item.weight for item, score in given), Decimal(0))
    return (reached * 100 / weights).quantize(Decimal("0.1"), ROUND_HALF_UP)

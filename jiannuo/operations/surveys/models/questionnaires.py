"""Questionnaires: what is asked, how it is weighed, and from where an answer is low. Published editions are frozen."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Self

from auditlog.registry import auditlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.models import Organization
from jiannuo.office.organizations.scope import ScopedQuerySet

STEP = Organization.steplen
MOST_OPTIONS = 12
LONGEST_OPTION = 60


class QuestionnaireQuerySet(ScopedQuerySet):
    def usable_by(self, user: Any) -> Self:
        """Those of the own organisations, of the ones above them and of the ones below."""
        reach = Q(pk__in=())
        for path in user.paths_where("surveys.view"):
            above = [path[:end] for end in range(STEP, len(path) + 1, STEP)]
            reach |= Q(organization__path__in=above) | Q(organization__path__startswith=path)
        return self.filter(reach)


class Questionnaire(models.Model):
    """A questionnaire of an organisation, for it and everything below it. ``paper`` is what its answers prove."""

    class Paper(models.TextChoices):
        SATISFACTION = "satisfaction_survey", pgettext_lazy("survey", "a satisfaction survey")
        REPORT = "survey_report", pgettext_lazy("survey", "a report of a technical visit")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="questionnaires",
    )
    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    paper = models.CharField(
        _("answers are"),
        max_length=30,
        choices=Paper,
        default=Paper.SATISFACTION,
        help_text=_(
            "A clause that promises to ask customers is kept by answers of the kind it wants as proof."
        ),
    )
    is_active = models.BooleanField(_("in use"), default=True)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name

    @property
    def current(self) -> Edition | None:
        """The edition that is asked now; one query."""
        return self.editions.filter(state=Edition.State.PUBLISHED).first()


class Edition(models.Model):
    """One version of a questionnaire; once it is published nothing in it changes."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("questionnaire", "draft")
        PUBLISHED = "published", pgettext_lazy("questionnaire", "published")
        RETIRED = "retired", pgettext_lazy("questionnaire", "replaced")

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="editions")
    number = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    intro = models.TextField(_("greeting"), blank=True, max_length=500)
    thanks = models.TextField(_("thanks"), blank=True, max_length=500)
    satisfied_from = models.DecimalField(
        _("satisfied from a score of"),
        max_digits=3,
        decimal_places=2,
        default=Decimal(4),
        validators=[MinValueValidator(Decimal(1)), MaxValueValidator(Decimal(5))],
        help_text=_("Of the overall question; without one, the weighted mean of the scores."),
    )
    link_days = models.PositiveSmallIntegerField(
        _("links are good for (days)"), default=14, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    small_number = models.PositiveSmallIntegerField(
        _("few answers below"), default=5, help_text=_("Figures from fewer answers are marked.")
    )
    source_limit = models.PositiveSmallIntegerField(
        _("answers from one address or device"),
        default=3,
        help_text=_("More than these within the hours below wait for a person; 0 does not look."),
    )
    source_hours = models.PositiveSmallIntegerField(_("within hours"), default=24)
    least_seconds = models.PositiveSmallIntegerField(
        _("shortest time to answer (seconds)"), default=4, help_text=_("Faster answers wait for a person.")
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    class Meta:
        verbose_name = _("version of a questionnaire")
        ordering = ["questionnaire", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["questionnaire", "number"], name="survey_edition_once"),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(state="draft"), name="survey_one_draft"
            ),
            models.UniqueConstraint(
                fields=["questionnaire"], condition=Q(state="published"), name="survey_one_published"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire} V{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT


class Question(models.Model):
    """One question; ``code`` is the same in every edition, so that years can be compared."""

    class Kind(models.TextChoices):
        SCORE = "score", _("score 1–5")
        NPS = "nps", _("would recommend us, 0–10")
        CHOICE = "choice", _("one choice")
        CHOICES = "choices", _("several choices")
        TEXT = "text", _("free opinion")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    code = models.SlugField(_("code"), max_length=30)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.SCORE)
    text = models.CharField(_("question"), max_length=200)
    weight = models.DecimalField(
        _("weight"),
        max_digits=6,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("Of scores in the satisfaction index; 0 leaves it out."),
    )
    is_overall = models.BooleanField(
        _("overall question"), default=False, help_text=_("It alone says whether a customer is satisfied.")
    )
    required = models.BooleanField(_("must be answered"), default=True)
    options = models.TextField(_("choices"), blank=True, help_text=_("One on each line."))

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["edition", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "code"],
                name="survey_question_once",
                violation_error_message=_("There is a question with this code already."),
            ),
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(kind="nps"),
                name="survey_one_nps",
                violation_error_message=_("A questionnaire asks once whether one would recommend us."),
            ),
            models.UniqueConstraint(
                fields=["edition"],
                condition=Q(is_overall=True),
                name="survey_one_overall",
                violation_error_message=_("There is an overall question already."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def option_list(self) -> list[str]:
        return [line.strip() for line in self.options.splitlines() if line.strip()]

    def clean(self) -> None:
        """Refuse choices without options, and an overall question that is no score."""
        choosing = self.kind in (self.Kind.CHOICE, self.Kind.CHOICES)
        options = self.option_list
        if choosing and not 2 <= len(options) <= MOST_OPTIONS:
            raise ValidationError(
                {
                    "options": gettext("Write two to %(most)s choices, one on each line.")
                    % {"most": MOST_OPTIONS}
                }
            )
        if any(len(option) > LONGEST_OPTION for option in options):
            raise ValidationError(
                {"options": gettext("A choice has at most %(most)s characters.") % {"most": LONGEST_OPTION}}
            )
        if len(set(options)) != len(options):
            raise ValidationError({"options": gettext("Each choice once.")})
        if self.is_overall and self.kind != self.Kind.SCORE:
            raise ValidationError({"is_overall": gettext("The overall question is a score.")})


class LowScoreRule(models.Model):
    """From where an answer is so low that the complaint desk takes it up."""

    class Measure(models.TextChoices):
        CSI = "csi", _("satisfaction index (0–100)")
        NPS = "nps", _("recommendation (0–10)")
        ANY = "any", _("any score (1–5)")
        OVERALL = "overall", _("overall question (1–5)")

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="low_scores")
    measure = models.CharField(_("figure"), max_length=8, choices=Measure)
    at_most = models.DecimalField(
        _("at most"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )

    class Meta:
        verbose_name = _("low score")
        verbose_name_plural = _("low scores")
        ordering = ["edition", "measure"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "measure"],
                name="survey_low_once",
                violation_error_message=_("There is a line for this figure already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_measure_display()} ≤ {self.at_most.normalize():f}"


auditlog.register(Questionnaire)
auditlog.register(Edition)
auditlog.register(Question)
auditlog.register(LowScoreRule)

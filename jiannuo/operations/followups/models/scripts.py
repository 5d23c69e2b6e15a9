"""Scripts: what is asked, in versions; a published version never changes, because answers rest on it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.operations.followups.branching import END, Asked, Rule


class IssueKind(models.TextChoices):
    """What a customer may ask for in a follow-up; the words of the service desk."""

    REPAIR = "repair", _("repair")
    CONSULTATION = "consultation", _("consultation")
    INSTALLATION = "installation", _("installation")
    MAINTENANCE = "maintenance", _("maintenance")
    COMPLAINT = "complaint", _("complaint")
    RETURN = "return", _("return")
    SUGGESTION = "suggestion", _("suggestion")
    HELP = "help", _("help")


class Script(models.Model):
    name = models.CharField(_("script"), max_length=80, unique=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("script")
        verbose_name_plural = _("scripts")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class ScriptVersion(models.Model):
    """A version: a draft that is being written, or published and frozen."""

    script = models.ForeignKey(Script, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    greeting = models.TextField(
        _("opening words"), blank=True, help_text=_("{customer}, {unit} and {person} are filled in.")
    )
    closing = models.TextField(_("closing words"), blank=True)
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("version of a script")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["script", "number"], name="script_version_once"),
            models.UniqueConstraint(
                fields=["script"], condition=Q(published_at__isnull=True), name="script_one_draft"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.script} · {self.number}"

    @property
    def is_draft(self) -> bool:
        return self.published_at is None


class Question(models.Model):
    """One question. ``identity`` names what it asks: no customer is asked twice what has one identity."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("yes or no")
        CHOICE = "choice", pgettext_lazy("question", "choice")
        SCALE = "scale", pgettext_lazy("question", "scale")
        NUMBER = "number", pgettext_lazy("question", "number")
        TEXT = "text", pgettext_lazy("question", "text")

    version = models.ForeignKey(ScriptVersion, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    identity = models.CharField(
        _("what it asks (identity)"),
        max_length=40,
        validators=[RegexValidator(r"^[a-z0-9_]+$", _("Small letters, digits and _ only."))],
        help_text=_("The same in all scripts for the same question: it is not asked twice."),
    )
    text = models.CharField(_("question"), max_length=300)
    hint = models.CharField(_("hint for the caller"), max_length=300, blank=True)
    kind = models.CharField(
        pgettext_lazy("question", "kind"), max_length=8, choices=Kind, default=Kind.YES_NO
    )
    choices = models.JSONField(_("choices"), default=list, blank=True)
    lowest = models.SmallIntegerField(_("lowest"), default=1)
    highest = models.SmallIntegerField(_("highest"), default=5)
    required = models.BooleanField(_("must be answered"), default=True)

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "identity"],
                name="question_identity_once",
                violation_error_message=_("This script asks that already."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    def clean(self) -> None:
        """A choice has choices, a scale two ends."""
        if self.kind == self.Kind.CHOICE and len(self.choices) < 2:
            raise ValidationError({"choices": _t("Give at least two choices, one a line.")})
        if self.kind == self.Kind.SCALE and not 0 < self.highest - self.lowest <= 10:
            raise ValidationError({"highest": _t("A scale has two to eleven steps.")})

    @property
    def options(self) -> list[tuple[str, Any]]:
        """What can be answered with one key: value and words."""
        if self.kind == self.Kind.YES_NO:
            return [("yes", _t("yes")), ("no", _t("no"))]
        if self.kind == self.Kind.CHOICE:
            return [(one, one) for one in self.choices]
        if self.kind == self.Kind.SCALE:
            return [(str(n), str(n)) for n in range(self.lowest, self.highest + 1)]
        return []

    def words(self, value: str) -> str:
        """An answer in words."""
        return str(dict(self.options).get(value, value))

    @property
    def as_asked(self) -> Asked:
        """The question with its rules, as the walk through the script needs it."""
        return Asked(self.pk, self.identity, tuple(one.as_rule for one in self.rules.all()), self.required)


class QuestionRule(models.Model):
    """Which question follows on which answer, and which request an answer suggests."""

    class Operator(models.TextChoices):
        IS = "is", pgettext_lazy("rule", "is")
        IS_NOT = "is_not", pgettext_lazy("rule", "is not")
        AT_MOST = "at_most", pgettext_lazy("rule", "is at most")
        AT_LEAST = "at_least", pgettext_lazy("rule", "is at least")
        ANY = "any", pgettext_lazy("rule", "is anything")

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="rules")
    operator = models.CharField(_("when the answer"), max_length=8, choices=Operator, default=Operator.IS)
    value = models.CharField(_("value"), max_length=60, blank=True)
    goto = models.ForeignKey(
        Question,
        verbose_name=_("go on with"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    ends = models.BooleanField(_("end of the script"), default=False)
    issue = models.CharField(_("suggest a request"), max_length=14, choices=IssueKind, blank=True)

    class Meta:
        verbose_name = _("rule of a question")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_operator_display()} {self.value}".strip()

    @property
    def shown_value(self) -> str:
        """The answer that it is about, in words."""
        return self.question.words(self.value)

    @property
    def as_rule(self) -> Rule:
        goto = END if self.ends else self.goto_id
        return Rule(self.operator, self.value, goto, self.issue)

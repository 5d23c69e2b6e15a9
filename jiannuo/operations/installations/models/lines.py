"""What is recorded in the stages of a project, line by line."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.models import Attachment
from jiannuo.operations.installations.models.acceptance import InstallationUnit
from jiannuo.operations.installations.models.installation import Installation


class PackingLine(models.Model):
    """One line of the packing list: what should be there, what is there, and in which condition."""

    class Condition(models.TextChoices):
        GOOD = "good", pgettext_lazy("condition", "in good order")
        DAMAGED = "damaged", pgettext_lazy("condition", "damaged")
        WRONG = "wrong", pgettext_lazy("condition", "not what was ordered")

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="packing")
    part = models.ForeignKey(
        InstallationUnit, null=True, blank=True, on_delete=models.CASCADE, related_name="packing"
    )
    text = models.CharField(_("item"), max_length=160)
    expected = models.PositiveIntegerField(_("on the list"))
    received = models.PositiveIntegerField(pgettext_lazy("packing", "found"), null=True, blank=True)
    condition = models.CharField(_("condition"), max_length=8, choices=Condition, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    photos = models.ManyToManyField(Attachment, blank=True, related_name="+")
    mended_at = models.DateTimeField(null=True, blank=True, help_text="what was missing or bad has come")

    class Meta:
        ordering = ["part", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_checked(self) -> bool:
        return self.received is not None

    @property
    def missing(self) -> int:
        """How many are not there."""
        return max(0, self.expected - self.received) if self.received is not None else 0

    @property
    def is_faulty(self) -> bool:
        """Missing, damaged or wrong, and not made good yet."""
        bad = self.condition in (self.Condition.DAMAGED, self.Condition.WRONG)
        return self.is_checked and self.mended_at is None and (self.missing > 0 or bad)

    @property
    def problem(self) -> str:
        """What is wrong with it, in words."""
        words = [str(_("%(number)s missing") % {"number": self.missing})] if self.missing else []
        if self.condition in (self.Condition.DAMAGED, self.Condition.WRONG):
            words.append(str(self.get_condition_display()))
        return "、".join([*words, *([self.remark] if self.remark else [])])


class Measure(models.Model):
    """A value that commissioning must show for a unit; without limits it is answered with yes or no."""

    part = models.ForeignKey(InstallationUnit, on_delete=models.CASCADE, related_name="measures")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("what is measured"), max_length=160)
    unit = models.CharField(_("unit of measure"), max_length=20, blank=True)
    minimum = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    required = models.BooleanField(default=True)

    class Meta:
        ordering = ["part", "position", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def is_number(self) -> bool:
        return bool(self.unit) or self.minimum is not None or self.maximum is not None

    @property
    def latest(self) -> Reading | None:
        """The measurement that counts; no query where they were read along."""
        readings = list(self.readings.all())
        return readings[-1] if readings else None

    @property
    def limits(self) -> str:
        """The limits as people write them."""
        low, high = (None if one is None else f"{one.normalize():f}" for one in (self.minimum, self.maximum))
        if low is not None and high is not None:
            return f"{low} – {high} {self.unit}".strip()
        if low is not None:
            return f"≥ {low} {self.unit}".strip()
        return f"≤ {high} {self.unit}".strip() if high is not None else ""

    def is_within(self, value: Decimal) -> bool:
        """Whether ``value`` keeps the limits, both included."""
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )


class Reading(models.Model):
    """One measurement; repeated ones stand beside it, the last one counts."""

    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="readings")
    value = models.DecimalField(_("value"), max_digits=14, decimal_places=3, null=True, blank=True)
    passed = models.BooleanField(_("passed"))
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.measure} {self.value}"


class TrialEntry(models.Model):
    """A line in the log of the trial run."""

    class Kind(models.TextChoices):
        NOTE = "note", pgettext_lazy("trial run", "runs as it should")
        STOPPED = "stopped", pgettext_lazy("trial run", "interrupted")
        RESUMED = "resumed", pgettext_lazy("trial run", "goes on")

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="trial")
    kind = models.CharField(_("what happened"), max_length=8, choices=Kind, default=Kind.NOTE)
    at = models.DateTimeField(_("when"))
    text = models.CharField(_("remark"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.installation} {self.kind}"


class Paper(models.Model):
    """A document that is handed over."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="papers")
    title = models.CharField(_("document"), max_length=160)
    required = models.BooleanField(default=True)
    copies = models.PositiveSmallIntegerField(_("copies"), default=1, validators=[MinValueValidator(1)])
    handed_at = models.DateTimeField(_("handed over"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(copies__gte=1), name="installation_copies")]

    def __str__(self) -> str:
        return self.title


class Topic(models.Model):
    """A topic of the training: hours promised, hours held."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="topics")
    title = models.CharField(_("topic"), max_length=160)
    hours = models.DecimalField(_("hours promised"), max_digits=6, decimal_places=2, default=Decimal(0))
    held_hours = models.DecimalField(
        _("hours held"),
        max_digits=6,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.01"))],
    )
    held_at = models.DateTimeField(_("held"), null=True, blank=True)
    trainer = models.CharField(_("trainer"), max_length=60, blank=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title


class Skill(models.Model):
    """What each trainee must know or be able to do (四懂四会)."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="skills")
    text = models.CharField(max_length=160)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.text


class Trainee(models.Model):
    """One trainee, who signs for the training and is assessed."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="trainees")
    name = models.CharField(_("name"), max_length=60)
    duty = models.CharField(_("duty"), max_length=60, blank=True)
    signature = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    signed_at = models.DateTimeField(_("signed"), null=True, blank=True)
    known = models.ManyToManyField(Skill, blank=True, related_name="+")
    assessed_at = models.DateTimeField(_("assessed"), null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="trainee_has_name")]

    def __str__(self) -> str:
        return self.name


class Remaining(models.Model):
    """Something still to be done after an acceptance, or to be mended after a refusal, with the day agreed."""

    installation = models.ForeignKey(Installation, on_delete=models.CASCADE, related_name="remaining")
    part = models.ForeignKey(
        InstallationUnit, null=True, blank=True, on_delete=models.CASCADE, related_name="remaining"
    )
    text = models.CharField(_("what remains"), max_length=200)
    due_on = models.DateField(_("agreed for"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person responsible"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    from_refusal = models.BooleanField(default=False)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    how = models.CharField(_("what was done"), max_length=200, blank=True)
    obligation = models.ForeignKey(
        "obligations.Obligation", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["installation", "done_at"], name="remaining_open")]

    def __str__(self) -> str:
        return self.text

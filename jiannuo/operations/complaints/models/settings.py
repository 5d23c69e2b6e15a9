"""What a manager edits: matters, rules of upgrading, penalties, times in which penalties are held, volumes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.complaints.upgrades import HIGHER


class Grade(models.TextChoices):
    """The class of a complaint."""

    GENERAL = "general", pgettext_lazy("class of a complaint", "general")
    REPEAT = "repeat", pgettext_lazy("class of a complaint", "repeated")
    MALICIOUS = "malicious", pgettext_lazy("class of a complaint", "malicious")


class Weight(models.TextChoices):
    """How much it weighs."""

    MINOR = "minor", pgettext_lazy("grade of a complaint", "minor")
    IMPORTANT = "important", pgettext_lazy("grade of a complaint", "important")
    MAJOR = "major", pgettext_lazy("grade of a complaint", "major")


#: what a rule of upgrading may raise the class to
RAISED_TO = (*Grade.choices, (HIGHER, pgettext_lazy("class of a complaint", "one class higher")))


class Circumstance(models.TextChoices):
    """What makes a matter grave."""

    SERIOUS = "serious", _("serious circumstances")
    INJURY = "injury", _("somebody was hurt")
    HEAVY_LOSS = "heavy_loss", _("heavy loss of the customer")
    BROKEN_PROMISE = "broken_promise", _("a promised service was not given")
    MEDIA = "media", _("the media report on it")
    LAWSUIT = "lawsuit", _("a lawsuit")
    AUTHORITY = "authority", _("an authority is in charge of it")
    CRISIS = "crisis", _("possible crisis, our credit is at stake")


class Matter(models.Model):
    """What complaints are about; statistics by type rest on it, and who is asked."""

    code = models.SlugField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=60)
    ask = models.CharField(
        _("whom to ask"), max_length=80, blank=True, help_text=_("The department that answers for it.")
    )
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("matter of complaints")
        verbose_name_plural = _("matters of complaints")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UpgradeRule(models.Model):
    """One line of the table of upgrades: what raises a complaint, and to what."""

    class Trigger(models.TextChoices):
        CALLBACKS_FAILED = "callbacks_failed", _("call-backs that found it unsolved (times)")
        REOPENED = "reopened", _("reopened (times)")
        AGAIN = "again", _("complaints of the customer about the same matter (times)")
        UNSOLVED = "unsolved", _("unsolved for so long")
        CIRCUMSTANCE = "circumstance", _("a circumstance")
        LOSS = "loss", _("loss of the customer (yuan)")
        AT_FAULT = "at_fault", _("the investigation found us at fault")

    class Unit(models.TextChoices):
        HOURS = "hours", _("hours")
        DAYS = "days", _("days")
        MONTHS = "months", _("months")

    name = models.CharField(_("rule"), max_length=120)
    trigger = models.CharField(_("trigger"), max_length=20, choices=Trigger)
    threshold = models.DecimalField(
        _("from"),
        max_digits=12,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("Times, yuan, or how long."),
    )
    unit = models.CharField(_("unit of time"), max_length=10, choices=Unit, blank=True)
    within_days = models.PositiveIntegerField(
        _("within days"), default=0, help_text=_("For repeated complaints; 0 counts all earlier ones.")
    )
    circumstance = models.CharField(_("circumstance"), max_length=20, choices=Circumstance, blank=True)
    grade = models.CharField(
        _("raise the class to"),
        max_length=10,
        choices=RAISED_TO,
        blank=True,
        help_text=_("One class higher: for reopened complaints, each time anew."),
    )
    weight = models.CharField(_("raise the weight to"), max_length=10, choices=Weight, blank=True)
    special = models.BooleanField(_("make it a special case of the directors"), default=False)
    source = models.CharField(_("source"), max_length=120, blank=True)
    position = models.PositiveSmallIntegerField(_("order"), default=50)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("rule of upgrading")
        verbose_name_plural = _("rules of upgrading")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse a rule that raises nothing, or does not say when."""
        if not (self.grade or self.weight or self.special):
            raise ValidationError(_t("Say what the rule raises: the class, the weight, or a special case."))
        if self.trigger == self.Trigger.UNSOLVED and not self.unit:
            raise ValidationError({"unit": _t("Say whether these are hours, days or months.")})
        if self.trigger == self.Trigger.CIRCUMSTANCE and not self.circumstance:
            raise ValidationError({"circumstance": _t("Choose the circumstance.")})
        if self.grade == HIGHER and self.trigger != self.Trigger.REOPENED:
            raise ValidationError(
                {
                    "grade": _t(
                        "Only reopening raises by one class. Choose the class that this rule raises to."
                    )
                }
            )
        whole = self.trigger != self.Trigger.LOSS
        if whole and self.threshold != int(self.threshold):
            raise ValidationError({"threshold": _t("Give a whole number.")})


class PenaltyRule(models.Model):
    """What is paid for a complaint of a class, by whom."""

    class Payer(models.TextChoices):
        PERSON = "person", _("the person responsible")
        HEAD = "head", _("the head of the station")

    grade = models.CharField(pgettext_lazy("complaint", "class"), max_length=10, choices=Grade)
    weight = models.CharField(
        pgettext_lazy("complaint", "weight"),
        max_length=10,
        choices=Weight,
        blank=True,
        help_text=_("Empty: of any weight."),
    )
    payer = models.CharField(_("who pays"), max_length=10, choices=Payer, default=Payer.HEAD)
    amount = models.DecimalField(
        _("amount (yuan)"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("Empty: it is set on each sheet."),
    )
    source = models.CharField(_("source"), max_length=120, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("penalty rule")
        verbose_name_plural = _("penalty rules")
        ordering = ["grade", "-weight", "pk"]

    def __str__(self) -> str:
        return f"{self.get_grade_display()} {self.get_weight_display()}".strip()


class HoldPeriod(models.Model):
    """Days on which penalties are worked out but not executed."""

    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: until further notice.")
    )
    reason = models.CharField(_("reason"), max_length=120)
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("period without penalties")
        verbose_name_plural = _("periods without penalties")
        ordering = ["-starts_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="penalty_hold_order",
                violation_error_message=_("The last day cannot be before the first."),
            )
        ]

    def __str__(self) -> str:
        return self.reason


class StationVolumeQuerySet(ScopedQuerySet):
    pass


class StationVolume(models.Model):
    """How much work an organisation had in a month, where the work orders do not tell it."""

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="complaint_volumes",
    )
    month = models.DateField(_("month"))
    quantity = models.PositiveIntegerField(_("quantity"))

    objects = StationVolumeQuerySet.as_manager()

    class Meta:
        verbose_name = _("quantity of a station")
        verbose_name_plural = _("quantities of stations")
        constraints = [models.UniqueConstraint(fields=["organization", "month"], name="station_volume_once")]

    def __str__(self) -> str:
        return f"{self.organization} {self.month:%Y-%m}"

    def clean(self) -> None:
        """A month is kept by its first day."""
        if self.month.day != 1:
            raise ValidationError({"month": _t("A month is kept by its first day.")})


def active(model: Any) -> Any:
    """Rows in use."""
    return model.objects.filter(is_active=True)

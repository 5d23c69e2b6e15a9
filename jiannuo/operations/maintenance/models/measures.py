"""What is asked at a check, and its answer."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _


class Measure(models.Model):
    """One thing to check: yes or no, a measured value with its limits, a text, or a photo."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("yes or no")
        NUMBER = "number", _("measured value")
        TEXT = "text", _("free text")
        PHOTO = "photo", _("photo as proof")

    position = models.PositiveSmallIntegerField(_("sequence"), default=0)
    text = models.CharField(_("what to check"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.YES_NO)
    unit_of_measure = models.CharField(_("unit of measure"), max_length=20, blank=True)
    minimum = models.DecimalField(_("minimum"), max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(_("maximum"), max_digits=12, decimal_places=3, null=True, blank=True)
    required = models.BooleanField(_("required"), default=True)

    #: the names by which a check of an order and a checklist are copied
    COPIED: ClassVar[tuple[str, ...]] = (
        "position",
        "text",
        "kind",
        "unit_of_measure",
        "minimum",
        "maximum",
        "required",
    )

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text

    @property
    def limits(self) -> str:
        """The allowed range as people read it, such as ``0.3–0.6 MPa``; empty without limits."""
        return limits_in_words(self.minimum, self.maximum, self.unit_of_measure)

    def within(self, value: Decimal) -> bool:
        """Whether a measured value lies in the allowed range, its ends included."""
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )


class Answer(Measure):
    """A check with its answer; a later change of the checklist does not rewrite it."""

    value = models.CharField(_("answer"), max_length=120, blank=True)
    passed = models.BooleanField(_("in order"), null=True, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["position", "id"]

    @property
    def shown_value(self) -> str:
        """The answer in the reader's language, with its unit of measure."""
        if self.kind == self.Kind.YES_NO and self.value:
            return gettext("yes") if self.value == "yes" else gettext("no")
        if self.kind == self.Kind.NUMBER and self.value:
            return f"{self.value} {self.unit_of_measure}".strip()
        return self.value


def limits_in_words(minimum: Decimal | None, maximum: Decimal | None, unit: str) -> str:
    """``0.3–0.6 MPa``, ``≥ 0.5 MΩ``, ``≤ 4 Ω``; empty without limits."""
    low, high = (None if value is None else f"{value.normalize():f}" for value in (minimum, maximum))
    if low is not None and high is not None:
        shown = f"{low}–{high}"
    elif low is not None or high is not None:
        shown = f"≥ {low}" if low is not None else f"≤ {high}"
    else:
        return ""
    return f"{shown} {unit}".strip()

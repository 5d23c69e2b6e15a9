"""The checklist of an order, copied from the product when the order is made."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.workorders.models.order import WorkOrder


class OrderCheck(models.Model):
    """An item of the checklist as asked and answered; a later change of the product does not rewrite it."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("yes or no")
        NUMBER = "number", _("measured value")
        TEXT = "text", _("free text")
        PHOTO = "photo", _("photo as proof")

    class Purpose(models.TextChoices):
        WORK = "work", _("the machine")
        CONDUCT = "conduct", _("conduct on site")

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="checks")
    item = models.ForeignKey("products.ChecklistItem", null=True, on_delete=models.SET_NULL, related_name="+")
    position = models.PositiveSmallIntegerField(default=0)
    text = models.CharField(_("what to check"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.YES_NO)
    purpose = models.CharField(_("about"), max_length=8, choices=Purpose, default=Purpose.WORK)
    unit = models.CharField(_("unit of measurement"), max_length=20, blank=True)
    minimum = models.DecimalField(_("minimum"), max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(_("maximum"), max_digits=12, decimal_places=3, null=True, blank=True)
    required = models.BooleanField(_("required"), default=True)
    value = models.CharField(_("answer"), max_length=120, blank=True)
    passed = models.BooleanField(_("in order"), null=True, blank=True)
    photo = models.ForeignKey(
        "files.StoredFile", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("checklist answer")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["order", "item"], name="order_check_once")]

    def __str__(self) -> str:
        return self.text

    @property
    def answered(self) -> bool:
        """Whether the technician has answered it."""
        return self.recorded_at is not None

    @property
    def limits(self) -> str:
        """The allowed range as people read it, such as ``0.3–0.6 MPa``; empty without limits."""
        low, high = (_plain(value) for value in (self.minimum, self.maximum))
        if low and high:
            shown = f"{low}–{high}"
        elif low or high:
            shown = f"≥ {low}" if low else f"≤ {high}"
        else:
            return ""
        return f"{shown} {self.unit}".strip()

    @property
    def shown_value(self) -> str:
        """The answer in the reader's language, with its unit."""
        if self.kind == self.Kind.YES_NO and self.value:
            return gettext("yes") if self.value == "yes" else gettext("no")
        return (
            f"{self.value} {self.unit}".strip()
            if self.kind == self.Kind.NUMBER and self.value
            else self.value
        )

    def within(self, value: Decimal) -> bool:
        """Whether a measured value lies in the allowed range, its ends included."""
        return (self.minimum is None or value >= self.minimum) and (
            self.maximum is None or value <= self.maximum
        )


def _plain(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"

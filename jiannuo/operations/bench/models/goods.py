"""The goods book (进出商品簿): every piece that comes into the house or leaves it; lines are only added."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.organizations.scope import ScopedQuerySet


class MoveQuerySet(ScopedQuerySet):
    pass


class GoodsMove(models.Model):
    """One piece in or out: when, who carried it, who booked it, against which receipt or slip."""

    VIEW_PERMISSION = "bench.view"

    class Direction(models.TextChoices):
        IN = "in", pgettext_lazy("goods book", "in")
        OUT = "out", pgettext_lazy("goods book", "out")

    class Reason(models.TextChoices):
        TAKEN_IN = "taken_in", _("taken in for repair")
        COLLECTED = "collected", _("collected by the customer")
        SENT_AWAY = "sent_away", _("sent away for repair")
        CAME_BACK = "came_back", _("came back from repair elsewhere")
        LENT = "lent", _("lent to a customer")
        LOAN_BACK = "loan_back", _("loaner came back")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    direction = models.CharField(_("direction"), max_length=3, choices=Direction)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("booked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    carry_in = models.ForeignKey(
        "bench.CarryIn",
        verbose_name=_("receipt"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="moves",
    )
    loan = models.ForeignKey(
        "bench.Loan",
        verbose_name=_("loaner slip"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="moves",
    )
    what = models.CharField(_("goods"), max_length=160)
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    party = models.CharField(_("brought or taken by"), max_length=80, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = MoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of the goods book")
        verbose_name_plural = _("goods book")
        constraints = [
            models.CheckConstraint(
                condition=Q(carry_in__isnull=False, loan__isnull=True)
                | Q(carry_in__isnull=True, loan__isnull=False),
                name="goods_move_against_one",
            )
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="goods_move_org"),
            models.Index(fields=["at", "id"], name="goods_move_at"),
            models.Index(fields=["serial"], name="goods_move_serial"),
        ]

    def __str__(self) -> str:
        return f"{self.get_direction_display()} {self.what}"

    @property
    def document(self) -> Any:
        """The receipt or slip against which it was booked."""
        return self.carry_in or self.loan

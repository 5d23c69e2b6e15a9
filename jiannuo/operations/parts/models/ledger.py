"""The ledger of parts: entries are only added; each balance is the sum of its entries and never below zero."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, NoReturn, Self
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.operations.parts.models.locations import StockLocation, places_for


class Condition(models.TextChoices):
    GOOD = "good", pgettext_lazy("stock", "good")
    DEFECTIVE = "defective", pgettext_lazy("stock", "defective")
    SCRAP = "scrap", pgettext_lazy("stock", "scrap")


CONDITION_STYLES = {"good": "success", "defective": "warning", "scrap": "secondary"}


class PlacedQuerySet(ScopedQuerySet):
    """Rows that belong to a place and are seen by whoever sees the place."""

    def visible_to(self, user: Any) -> Self:
        """Rows of the places that the person may see; their keys are asked first, so that indexes by place serve."""
        condition = places_for(user)
        if condition is None:
            return self.all()
        return self.filter(
            location__in=list(StockLocation.objects.filter(condition).values_list("pk", flat=True))
        )


def plain(quantity: Decimal) -> str:
    """A quantity as people write it: no zeros behind the point that say nothing."""
    return f"{quantity.normalize():f}"


class LedgerIsClosed(TypeError):
    """An entry of the ledger was to be changed or deleted: a mistake of the program, never of a person."""


def _closed() -> NoReturn:
    raise LedgerIsClosed("entries of the ledger of parts are only added; book a red entry instead")


class EntryQuerySet(PlacedQuerySet):
    """Entries are neither changed nor deleted, not even many at once."""

    def update(self, **kwargs: Any) -> NoReturn:
        _closed()

    def bulk_update(self, *args: Any, **kwargs: Any) -> NoReturn:
        _closed()

    def update_or_create(self, *args: Any, **kwargs: Any) -> NoReturn:
        _closed()

    def delete(self) -> NoReturn:
        _closed()


class StockEntry(models.Model):
    """One line of the ledger: so much of a part came (+) or went (-) at a place.

    ``unit_cost`` is the cost of the part (CNY) when it was booked. What was booked in one go has one ``key``; the
    two sides of a move share a ``transfer``. A red entry (红字) names in ``reverses`` the entry that it takes back,
    wholly or, for parts put back from a job, in part.
    """

    VIEW_PERMISSION = "stock.view"

    class Cause(models.TextChoices):
        OPENING = "opening", pgettext_lazy("stock", "opening stock")
        RECEIVED = "received", pgettext_lazy("stock", "received")
        MOVED = "moved", pgettext_lazy("stock", "moved")
        USED = "used", pgettext_lazy("stock", "used")
        PUT_BACK = "put_back", pgettext_lazy("stock", "put back")
        COUNTED = "counted", pgettext_lazy("stock", "counted")

    CAUSE_STYLES: ClassVar[dict[str, str]] = {
        "opening": "secondary",
        "received": "success",
        "moved": "info",
        "used": "primary",
        "put_back": "warning",
        "counted": "secondary",
    }

    location = models.ForeignKey(
        StockLocation, verbose_name=_("store or van"), on_delete=models.PROTECT, related_name="entries"
    )
    part = models.ForeignKey(
        "products.SparePart", verbose_name=_("part"), on_delete=models.PROTECT, related_name="stock_entries"
    )
    condition = models.CharField(
        pgettext_lazy("stock", "condition"), max_length=10, choices=Condition, default=Condition.GOOD
    )
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2)
    unit_cost = models.DecimalField(_("unit cost"), max_digits=12, decimal_places=2)
    cause = models.CharField(pgettext_lazy("stock", "cause"), max_length=8, choices=Cause)
    document = models.ForeignKey(
        "documents.Document",
        verbose_name=_("document"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stock_entries",
    )
    key = models.UUIDField(default=uuid4, editable=False)
    transfer = models.UUIDField(null=True, blank=True, editable=False)
    reverses = models.ForeignKey(
        "self",
        verbose_name=_("takes back"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="corrections",
    )
    note = models.CharField(_("note"), max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("booked by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry of the ledger of parts")
        verbose_name_plural = _("ledger of parts")
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="stock_entry_not_zero"),
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="stock_entry_cost"),
            models.CheckConstraint(
                condition=Q(cause="moved", transfer__isnull=False)
                | (~Q(cause="moved") & Q(transfer__isnull=True)),
                name="stock_entry_transfer",
            ),
            models.CheckConstraint(
                condition=~Q(cause="used") | Q(document__isnull=False, quantity__lt=0),
                name="stock_entry_used",
            ),
            models.CheckConstraint(
                condition=~Q(cause="put_back") | Q(reverses__isnull=False, quantity__gt=0),
                name="stock_entry_put_back",
            ),
            models.CheckConstraint(
                condition=~Q(cause__in=["opening", "received"])
                | Q(quantity__gt=0)
                | Q(reverses__isnull=False),
                name="stock_entry_came",
            ),
            models.UniqueConstraint(
                fields=["reverses"], condition=~Q(cause="put_back"), name="stock_entry_reversed_once"
            ),
            models.UniqueConstraint(
                fields=["key", "location", "part", "condition"], name="stock_entry_booked_once"
            ),
        ]
        indexes = [
            models.Index(fields=["location", "-id"], name="stock_entry_location"),
            models.Index(fields=["part", "-id"], name="stock_entry_part"),
            models.Index(fields=["at", "id"], name="stock_entry_at"),
        ]

    def __str__(self) -> str:
        return f"{self.location} {self.part} {self.quantity:+}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the entry. Raises LedgerIsClosed for one that was added before."""
        if not self._state.adding:
            _closed()
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Never. Raises LedgerIsClosed."""
        _closed()

    @property
    def is_red(self) -> bool:
        """Whether it takes another entry back."""
        return self.reverses_id is not None

    @property
    def value(self) -> Decimal:
        """Quantity times unit cost (CNY), negative for what went."""
        return (self.quantity * self.unit_cost).quantize(Decimal("0.01"))

    @property
    def quantity_text(self) -> str:
        return plain(self.quantity)

    @property
    def cause_label(self) -> str:
        return str(self.get_cause_display())

    @property
    def cause_style(self) -> str:
        """The look of the cause."""
        return self.CAUSE_STYLES.get(self.cause, "secondary")


class StockBalance(models.Model):
    """How much of a part lies at a place in a condition: the sum of its entries, changed only together with one."""

    VIEW_PERMISSION = "stock.view"

    location = models.ForeignKey(
        StockLocation, verbose_name=_("store or van"), on_delete=models.PROTECT, related_name="balances"
    )
    part = models.ForeignKey(
        "products.SparePart", verbose_name=_("part"), on_delete=models.PROTECT, related_name="stock_balances"
    )
    condition = models.CharField(pgettext_lazy("stock", "condition"), max_length=10, choices=Condition)
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=0)

    objects = PlacedQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.UniqueConstraint(fields=["location", "part", "condition"], name="stock_balance_once"),
            models.CheckConstraint(condition=Q(quantity__gte=0), name="stock_balance_not_negative"),
        ]
        indexes = [models.Index(fields=["part", "condition"], name="stock_balance_part")]

    def __str__(self) -> str:
        return f"{self.location} {self.part} {self.quantity}"

    @property
    def quantity_text(self) -> str:
        return plain(self.quantity)

    @property
    def condition_label(self) -> str:
        return str(self.get_condition_display())

    @property
    def condition_style(self) -> str:
        """The look of the condition."""
        return CONDITION_STYLES.get(self.condition, "secondary")

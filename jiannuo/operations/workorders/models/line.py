"""Lines: labour, parts, travel and other items, each with its payer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.operations.workorders.models.order import WorkOrder


class ChargedLine(models.Model):
    """Labour, part, travel or other; with its basis of charge and payer from the decision."""

    class Kind(models.TextChoices):
        LABOUR = "labour", _("labour")
        PART = "parts", _("spare part")
        TRAVEL = "travel", _("travel")
        OTHER = "other", _("other")

    class Payer(models.TextChoices):
        MANUFACTURER = "manufacturer", _("manufacturer")
        DEALER = "dealer", _("dealer")
        SUPPLIER = "supplier", _("supplier")
        CUSTOMER = "customer", _("customer")
        CONTRACT = "contract", _("contract")

    class Basis(models.TextChoices):
        FREE = "free", pgettext_lazy("basis of charge", "free of charge")
        COST = "cost", pgettext_lazy("basis of charge", "at cost")
        ACTUAL = "actual", pgettext_lazy("basis of charge", "actual expense")
        DISCOUNT = "discount", pgettext_lazy("basis of charge", "list price less discount")
        FIXED = "fixed", pgettext_lazy("basis of charge", "fixed sum")
        LIST = "list", pgettext_lazy("basis of charge", "list price")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    code = models.CharField(_("code"), max_length=40, blank=True)
    description = models.CharField(_("description"), max_length=160)
    component = models.ForeignKey(
        "products.Component", verbose_name=_("component"), null=True, blank=True, on_delete=models.PROTECT
    )
    part = models.ForeignKey(
        "products.SparePart", verbose_name=_("spare part"), null=True, blank=True, on_delete=models.PROTECT
    )
    labour = models.ForeignKey(
        "products.LabourItem", verbose_name=_("labour item"), null=True, blank=True, on_delete=models.PROTECT
    )
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=1)
    unit_price = models.DecimalField(_("unit price"), max_digits=12, decimal_places=2, default=0)
    covered = models.BooleanField(_("in warranty"), default=False)
    payer = models.CharField(_("payer"), max_length=12, choices=Payer, default=Payer.CUSTOMER)
    basis = models.CharField(_("basis of charge"), max_length=10, choices=Basis, default=Basis.LIST)
    charged = models.DecimalField(
        _("charged"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: the amount."),
    )
    clause = models.CharField(_("clause"), max_length=60, blank=True)
    reasons = models.JSONField(default=list, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.description

    @property
    def amount(self) -> Decimal:
        """Quantity times unit price (CNY)."""
        return (self.quantity * self.unit_price).quantize(Decimal("0.01"))

    @property
    def customer_amount(self) -> Decimal:
        """What the customer pays of it (CNY)."""
        return self.asked if self.payer == self.Payer.CUSTOMER else Decimal("0.00")

    @property
    def asked(self) -> Decimal:
        """What is asked for it on its basis of charge (CNY)."""
        return self.amount if self.charged is None else self.charged

    def as_charged(self) -> dict[str, Any]:
        """What is done or used, for how much, and who pays why: the fields that all such lines share."""
        return {field.name: getattr(self, field.name) for field in ChargedLine._meta.local_fields}


class OrderLine(ChargedLine):
    """A line of a work order."""

    class Source(models.TextChoices):
        ELSEWHERE = "", pgettext_lazy("source of a part", "from elsewhere")
        VAN = "van", pgettext_lazy("source of a part", "from the van")

    order = models.ForeignKey(WorkOrder, on_delete=models.CASCADE, related_name="lines")
    old_serial = models.CharField(_("old serial number"), max_length=60, blank=True)
    new_serial = models.CharField(_("new serial number"), max_length=60, blank=True)
    source = models.CharField(
        _("where the part comes from"), max_length=4, choices=Source, default=Source.ELSEWHERE, blank=True
    )
    drawn = models.OneToOneField(
        "parts.StockEntry",
        verbose_name=_("taken from the van"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="order_line",
        help_text="the entry that took the part out of the van; what is still out of it is the quantity of the line",
    )
    added = models.BooleanField(_("added on site"), default=False)
    consented_by = models.CharField(_("consent given by"), max_length=60, blank=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    override_reason = models.CharField(_("reason of override"), max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("order line")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity_positive"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="order_line_price_positive"),
            models.CheckConstraint(
                condition=Q(charged__isnull=True) | Q(charged__gte=0), name="order_line_charge_positive"
            ),
            models.CheckConstraint(
                condition=Q(drawn__isnull=True) | Q(source="van", kind="parts", part__isnull=False),
                name="order_line_drawn_part",
            ),
        ]

"""Installed units (装机档案): one serial number at one customer, its dates, configuration and history."""

from __future__ import annotations

import secrets
from datetime import date

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.links import path_of
from jiannuo.office.organizations.scope import ScopedQuerySet


def new_label_code() -> str:
    """The code in the QR label: not guessable, typed by hand if need be."""
    alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    code, number = "", secrets.randbits(128)
    for _position in range(12):
        number, place = divmod(number, len(alphabet))
        code += alphabet[place]
    return code


class UnitQuerySet(ScopedQuerySet):
    pass


def _not_before(later: str, earlier: str) -> Q:
    return (
        Q(**{f"{later}__isnull": True})
        | Q(**{f"{earlier}__isnull": True})
        | Q(**{f"{later}__gte": F(earlier)})
    )


class InstalledUnit(models.Model):
    """One machine with its serial number, unique per model."""

    class Status(models.TextChoices):
        IN_STOCK = "in_stock", _("in stock")
        SOLD = "sold", _("sold")
        INSTALLED = "installed", _("installed")
        IN_USE = "in_use", _("in use")
        STOPPED = "stopped", _("out of use")
        RETURNED = "returned", _("returned")
        SCRAPPED = "scrapped", _("scrapped")

    #: look of each status
    STATUS_STYLES = {
        "in_stock": "secondary",
        "sold": "info",
        "installed": "primary",
        "in_use": "success",
        "stopped": "warning",
        "returned": "secondary",
        "scrapped": "danger",
    }

    #: event of the commitment engine → field of the unit
    DATE_FIELDS = {
        "produced": "produced_on",
        "shipped": "shipped_on",
        "delivered": "delivered_on",
        "invoiced": "invoiced_on",
        "installed": "installed_on",
        "accepted": "accepted_on",
    }

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("servicing organisation"),
        on_delete=models.PROTECT,
        related_name="units",
    )
    model = models.ForeignKey(
        "products.ProductModel", verbose_name=_("model"), on_delete=models.PROTECT, related_name="units"
    )
    serial = models.CharField(_("serial number"), max_length=60)
    batch = models.CharField(_("batch"), max_length=40, blank=True)
    label_code = models.CharField(
        _("label code"), max_length=16, unique=True, default=new_label_code, editable=False
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="units",
    )
    address = models.ForeignKey(
        "customers.Address",
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="units",
    )
    dealer = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("selling dealer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="units_sold",
    )
    produced_on = models.DateField(_("produced"), null=True, blank=True)
    shipped_on = models.DateField(_("shipped"), null=True, blank=True)
    delivered_on = models.DateField(_("delivered"), null=True, blank=True)
    invoiced_on = models.DateField(_("invoiced"), null=True, blank=True)
    installed_on = models.DateField(_("installed"), null=True, blank=True)
    accepted_on = models.DateField(_("accepted"), null=True, blank=True)
    invoice_number = models.CharField(_("invoice number"), max_length=40, blank=True)
    price = models.DecimalField(
        _("price"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    service_level = models.CharField(
        _("service level"),
        max_length=20,
        blank=True,
        help_text=_("As the promises call it, such as A or gold."),
    )
    configuration = models.JSONField(_("configuration"), default=dict, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.IN_USE)
    remark = models.TextField(_("remark"), blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    to_plan = models.BooleanField(
        default=True,
        editable=False,
        help_text="the file is new or has changed: its promises are to be worked out",
    )
    is_demo = models.BooleanField(default=False, editable=False)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("installed unit")
        verbose_name_plural = _("installed units")
        constraints = [
            models.UniqueConstraint(
                fields=["model", "serial"],
                name="unit_serial_once",
                violation_error_message=_("This unit is already registered."),
            ),
            models.CheckConstraint(
                condition=_not_before("shipped_on", "produced_on"), name="unit_shipped_after_produced"
            ),
            models.CheckConstraint(
                condition=_not_before("delivered_on", "produced_on"), name="unit_delivered_after_produced"
            ),
            models.CheckConstraint(
                condition=_not_before("invoiced_on", "produced_on"), name="unit_invoiced_after_produced"
            ),
            models.CheckConstraint(
                condition=_not_before("installed_on", "produced_on"), name="unit_installed_after_produced"
            ),
            models.CheckConstraint(
                condition=_not_before("accepted_on", "produced_on"), name="unit_accepted_after_produced"
            ),
            models.CheckConstraint(
                condition=_not_before("accepted_on", "installed_on"), name="unit_accepted_after_installed"
            ),
            models.CheckConstraint(
                condition=Q(price__isnull=True) | Q(price__gte=0), name="unit_price_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="unit_org"),
            models.Index(fields=["serial"], name="unit_serial"),
            models.Index(fields=["customer", "-id"], name="unit_customer"),
            models.Index(fields=["id"], condition=Q(to_plan=True), name="unit_to_plan"),
        ]

    def __str__(self) -> str:
        return self.serial

    def get_absolute_url(self) -> str:
        return path_of("installedbase:detail", self.pk)

    @property
    def status_style(self) -> str:
        """The look of the status: secondary, info, primary, warning, danger or success."""
        return self.STATUS_STYLES.get(self.status, "secondary")

    def event_dates(self) -> dict[str, date]:
        """The known dates by the event names of the commitment engine."""
        pairs = ((event, getattr(self, field)) for event, field in self.DATE_FIELDS.items())
        return {event: value for event, value in pairs if value is not None}


class InstalledComponent(models.Model):
    """A component as it now sits in the unit."""

    unit = models.ForeignKey(InstalledUnit, on_delete=models.CASCADE, related_name="components")
    component = models.ForeignKey("products.Component", on_delete=models.PROTECT, related_name="+")
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "component", "serial"], name="installed_component_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.component}"


class ComponentChange(models.Model):
    """A component that was replaced: old serial → new serial, by which document."""

    unit = models.ForeignKey(InstalledUnit, on_delete=models.CASCADE, related_name="component_changes")
    component = models.ForeignKey("products.Component", on_delete=models.PROTECT, related_name="+")
    old_serial = models.CharField(_("old serial number"), max_length=60, blank=True)
    new_serial = models.CharField(_("new serial number"), max_length=60, blank=True)
    changed_on = models.DateField(_("changed on"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        "documents.Document",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="component_changes",
    )

    class Meta:
        ordering = ["-changed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.unit} {self.component} {self.changed_on}"


class MeterReading(models.Model):
    """A reading of the meter: hours, kilometres or cycles."""

    unit = models.ForeignKey(InstalledUnit, on_delete=models.CASCADE, related_name="readings")
    value = models.DecimalField(_("reading"), max_digits=14, decimal_places=2)
    read_at = models.DateTimeField(_("reading taken at"), default=timezone.now)
    meter_replaced = models.BooleanField(_("the meter was replaced"), default=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(
        "documents.Document", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["-read_at", "-id"]
        indexes = [models.Index(fields=["unit", "-read_at"], name="meter_unit_read")]
        constraints = [models.CheckConstraint(condition=Q(value__gte=0), name="meter_positive")]

    def __str__(self) -> str:
        return f"{self.unit} {self.value}"


class OwnershipChange(models.Model):
    """The unit passed from one customer to another."""

    unit = models.ForeignKey(InstalledUnit, on_delete=models.CASCADE, related_name="ownership_changes")
    from_customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_customer = models.ForeignKey(
        "customers.Customer", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_on = models.DateField(_("changed on"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-changed_on", "-id"]

    def __str__(self) -> str:
        return f"{self.unit} {self.changed_on}"


auditlog.register(InstalledUnit, exclude_fields=["to_plan"])

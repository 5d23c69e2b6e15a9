"""Products: categories, models, components, spare parts, codes and labour items."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from jiannuo.kernel.links import path_of


class Category(MP_Node):
    """A node of the product tree; ``code_path`` such as ``appliance/air-conditioner`` is what clauses match."""

    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    code_path = models.CharField(max_length=200, unique=True, editable=False)

    node_order_by = ["code"]

    class Meta:
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")

    def __str__(self) -> str:
        return self.name


class ProductModel(models.Model):
    """A model (型号) that serial numbers belong to."""

    category = models.ForeignKey(
        Category, verbose_name=_("category"), on_delete=models.PROTECT, related_name="models"
    )
    code = models.CharField(_("model"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    maker = models.CharField(_("maker"), max_length=80, blank=True)
    meter_unit = models.CharField(_("meter"), max_length=20, blank=True, help_text=_("hours, km or cycles"))
    specification = models.JSONField(_("specification"), default=dict, blank=True)
    active = models.BooleanField(_("active"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("product model")
        verbose_name_plural = _("product models")
        ordering = ["code"]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def get_absolute_url(self) -> str:
        return path_of("products:detail", self.pk)


class Component(MP_Node):
    """A node of a model's component tree; ``code_path`` such as ``main/motor`` is what clauses match."""

    model = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="components")
    code = models.SlugField(_("code"), max_length=40)
    name = models.CharField(_("name"), max_length=80)
    code_path = models.CharField(max_length=200, editable=False)
    has_serial = models.BooleanField(_("has a serial number"), default=False)

    class Meta:
        verbose_name = _("component")
        constraints = [
            models.UniqueConstraint(
                fields=["model", "code_path"],
                name="component_path_once",
                violation_error_message=_("This code is in use here already. Choose another."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class SparePart(models.Model):
    """A spare part (备件)."""

    class Kind(models.TextChoices):
        GUARANTEE = "guarantee", _("guarantee part")
        WEARING = "wearing", _("wearing part")
        CONSUMABLE = "consumable", _("consumable")

    code = models.CharField(_("part number"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    unit = models.CharField(_("unit of measure"), max_length=10, default="件")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.GUARANTEE)
    list_price = models.DecimalField(
        _("list price"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    cost = models.DecimalField(
        _("cost"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("spare part")
        verbose_name_plural = _("spare parts")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(list_price__gte=0, cost__gte=0), name="spare_part_price_positive"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class PartListLine(models.Model):
    """Where a spare part sits in a model."""

    model = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="part_list")
    component = models.ForeignKey(
        Component, null=True, blank=True, on_delete=models.SET_NULL, related_name="parts"
    )
    part = models.ForeignKey(SparePart, on_delete=models.PROTECT, related_name="used_in")
    quantity = models.DecimalField(_("quantity"), max_digits=10, decimal_places=2, default=1)

    class Meta:
        verbose_name = _("part list line")
        constraints = [
            models.UniqueConstraint(fields=["model", "component", "part"], name="part_list_once"),
            models.CheckConstraint(condition=models.Q(quantity__gt=0), name="part_list_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.part}"


SEVERITIES = {
    "minor": _("minor"),
    "normal": _("normal"),
    "major": _("major"),
    "critical": _("critical"),
}


class FaultCode(MP_Node):
    """A code of the symptom, cause or action tree."""

    class Kind(models.TextChoices):
        SYMPTOM = "symptom", _("symptom")
        CAUSE = "cause", _("cause")
        ACTION = "action", _("action")

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=80)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="codes",
    )
    severity = models.CharField(_("usual severity"), max_length=12, blank=True)
    cause_class = models.CharField(
        _("cause class"), max_length=30, blank=True, help_text=_("What clauses exclude, e.g. misuse.")
    )
    active = models.BooleanField(_("active"), default=True)

    node_order_by = ["code"]

    class Meta:
        verbose_name = _("fault code")
        verbose_name_plural = _("fault codes")

    def __str__(self) -> str:
        return self.name

    @property
    def severity_label(self) -> str:
        """The usual severity in words."""
        return str(SEVERITIES.get(self.severity, self.severity))


class LabourItem(models.Model):
    """A piece of work with its usual time (minutes) and price (CNY)."""

    code = models.CharField(_("code"), max_length=30, unique=True)
    name = models.CharField(_("name"), max_length=120)
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="labour",
    )
    minutes = models.PositiveIntegerField(_("usual time (minutes)"), default=60)
    price = models.DecimalField(
        _("price"), max_digits=12, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid until"), null=True, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("labour item")
        verbose_name_plural = _("labour items")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(price__gte=0),
                name="labour_price_positive",
                violation_error_message=_("A price is not negative."),
            ),
            models.CheckConstraint(
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_to__gte=models.F("valid_from")),
                name="labour_valid_dates",
                violation_error_message=_("The price cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ChecklistItem(models.Model):
    """What a technician checks on site for a category (and everything below it)."""

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("yes or no")
        NUMBER = "number", _("measured value")
        TEXT = "text", _("text")
        PHOTO = "photo", _("photo as proof")

    class Purpose(models.TextChoices):
        WORK = "work", _("the machine")
        CONDUCT = "conduct", _("conduct on site")

    category = models.ForeignKey(Category, on_delete=models.CASCADE, related_name="checklist")
    position = models.PositiveSmallIntegerField(_("sequence"), default=0)
    text = models.CharField(_("what to check"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.YES_NO)
    purpose = models.CharField(
        _("about"),
        max_length=8,
        choices=Purpose,
        default=Purpose.WORK,
        help_text=_("Conduct: card shown, price list shown, shoe covers, place left clean."),
    )
    unit = models.CharField(_("unit of measure"), max_length=20, blank=True)
    minimum = models.DecimalField(_("minimum"), max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(_("maximum"), max_digits=12, decimal_places=3, null=True, blank=True)
    required = models.BooleanField(_("required"), default=True)

    class Meta:
        verbose_name = _("checklist item")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text


class ProductDocument(models.Model):
    """A manual or drawing of a model."""

    model = models.ForeignKey(ProductModel, on_delete=models.CASCADE, related_name="documents")
    title = models.CharField(_("title"), max_length=120)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="product_documents")
    visible_to_customer = models.BooleanField(_("shown to customers"), default=False)

    class Meta:
        verbose_name = _("product document")

    def __str__(self) -> str:
        return self.title


auditlog.register(ProductModel)
auditlog.register(SparePart)
auditlog.register(LabourItem)

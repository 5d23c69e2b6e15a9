"""Customers: households and companies, their people, phones and addresses."""

from __future__ import annotations

from auditlog.registry import auditlog
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.links import path_of
from jiannuo.office.organizations.scope import ScopedQuerySet


class CustomerTag(models.Model):
    name = models.CharField(_("name"), max_length=30, unique=True)

    class Meta:
        verbose_name = _("tag")

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(ScopedQuerySet):
    def active(self) -> CustomerQuerySet:
        """Those who may get new work."""
        return self.filter(merged_into__isnull=True, archived_at__isnull=True, erased_at__isnull=True)


class Customer(models.Model):
    """Who bought or uses the machine."""

    class Kind(models.TextChoices):
        HOUSEHOLD = "household", _("household")
        COMPANY = "company", _("company")

    class Grade(models.TextChoices):
        ORDINARY = "ordinary", _("ordinary customer")
        IMPORTANT = "important", _("important customer")
        KEY = "key", _("key account")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="customers",
    )
    code = models.CharField(_("customer number"), max_length=32, unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.HOUSEHOLD)
    name = models.CharField(_("name"), max_length=120)
    grade = models.CharField(_("class"), max_length=12, choices=Grade, default=Grade.ORDINARY)
    tags = models.ManyToManyField(CustomerTag, verbose_name=_("tags"), blank=True)
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        blank=True,
        validators=[
            RegexValidator(
                r"^[0-9A-HJ-NPQRTUWXY]{18}$",
                _("A unified social credit code has 18 digits and capital letters (without I, O, S, V, Z)."),
            )
        ],
    )
    email = models.EmailField(_("e-mail"), blank=True)
    do_not_call_from = models.TimeField(_("do not call from"), null=True, blank=True)
    do_not_call_to = models.TimeField(_("do not call until"), null=True, blank=True)
    consent_messages = models.BooleanField(_("agrees to service messages"), default=True)
    consent_marketing = models.BooleanField(_("agrees to marketing"), default=False)
    remark = models.TextField(_("remark"), blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_from", editable=False
    )
    archived_at = models.DateTimeField(null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="customer_not_merged_into_self",
            ),
            models.CheckConstraint(
                condition=models.Q(do_not_call_from__isnull=True, do_not_call_to__isnull=True)
                | models.Q(do_not_call_from__isnull=False, do_not_call_to__isnull=False),
                name="customer_do_not_call_both",
                violation_error_message=_("Give both ends of the do-not-call hours, or neither."),
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-id"], name="customer_org"),
            models.Index(fields=["name"], name="customer_name"),
            models.Index(Lower("email"), condition=~models.Q(email=""), name="customer_mail"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return path_of("customers:detail", self.pk)

    @property
    def is_active(self) -> bool:
        """Whether the customer may get new work: neither merged, archived nor erased."""
        return self.merged_into_id is None and self.archived_at is None and self.erased_at is None


class Contact(models.Model):
    """A person at the customer."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("name"), max_length=60)
    position = models.CharField(_("position"), max_length=60, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    is_primary = models.BooleanField(_("main contact"), default=False)

    class Meta:
        verbose_name = _("contact")
        ordering = ["-is_primary", "id"]
        indexes = [models.Index(Lower("email"), condition=~models.Q(email=""), name="contact_mail")]

    def __str__(self) -> str:
        return self.name


class Phone(models.Model):
    """A telephone number in E.164, found by its digits."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="phones")
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="phones"
    )
    number = models.CharField(_("phone"), max_length=20)
    label = models.CharField(_("label"), max_length=20, blank=True)
    is_primary = models.BooleanField(_("main number"), default=False)

    class Meta:
        verbose_name = _("phone")
        ordering = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "number"],
                name="customer_phone_once",
                violation_error_message=_("This number is already there."),
            )
        ]
        indexes = [models.Index(fields=["number"], name="customer_phone_number")]

    def __str__(self) -> str:
        return self.number


class Address(models.Model):
    """A place: division code down to the street, the rest as text, coordinates where known (WGS 84, degrees)."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="addresses")
    label = models.CharField(_("label"), max_length=30, blank=True)
    division = models.ForeignKey(
        "regions.Division", verbose_name=_("division"), null=True, blank=True, on_delete=models.PROTECT
    )
    detail = models.CharField(_("street and number"), max_length=160, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    is_primary = models.BooleanField(_("main address"), default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ["-is_primary", "id"]

    def __str__(self) -> str:
        return self.detail or self.label or str(self.division or "")


class CustomerMerge(models.Model):
    """Two records found to be one customer: what was moved, so that the merge can be undone."""

    winner = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges_won")
    loser = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="merges_lost")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("merged at"), default=timezone.now)
    moved = models.JSONField(default=dict, help_text="model.field → primary keys that pointed to the loser")
    dropped = models.JSONField(default=list, help_text="phones that both had, removed from the loser")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("merge of customers")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.loser_id} → {self.winner_id}"


auditlog.register(Customer)
auditlog.register(Contact)
auditlog.register(Phone)
auditlog.register(Address)

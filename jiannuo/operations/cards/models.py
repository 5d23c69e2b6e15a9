"""Registration cards (三包回执卡): a dealer's report of a sale, and what it means for the unit and for the fees."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.office.organizations.scope import ScopedQuerySet

FORMS = "jiannuo.operations.cards.actionforms."

#: What is written on a card.
CONTENT = (
    "model",
    "unit",
    "serial",
    "sold_on",
    "invoice_number",
    "price",
    "customer_name",
    "phone",
    "division",
    "address",
    "card_number",
)


class CardQuerySet(DocumentQuerySet):
    pass


class RegistrationCard(Document):
    """One card; its organisation is the dealer who sold. ``quarter`` is the first day of that in which it came.

    ``is_live`` is off once it was refused, so that the unit may be registered by another card.
    """

    class State(models.TextChoices):
        TO_TYPE = "to_type", pgettext_lazy("card", "to be typed in")
        SUBMITTED = "submitted", pgettext_lazy("card", "submitted")
        CHECKED = "checked", pgettext_lazy("card", "checked")
        RECOGNISED = "recognised", pgettext_lazy("card", "recognised")
        RETURNED = "returned", pgettext_lazy("card", "sent back")
        REFUSED = "refused", pgettext_lazy("card", "refused")

    class Way(models.TextChoices):
        PAGE = "page", _("dealer's page")
        FILE = "file", _("file")
        API = "api", _("API")
        PHOTO = "photo", _("photo")
        POST = "post", _("post")

    class Refusal(models.TextChoices):
        FALSIFIED = "falsified", _("falsified")
        WRONG_UNIT = "wrong_unit", _("not this unit")
        NOT_SOLD = "not_sold", _("not sold to this customer")
        UNREADABLE = "unreadable", _("cannot be read")
        OTHER = "other", _("other reason")

    PREFIX = "RC"
    URL_NAME = "cards:detail"
    SERVICE = "jiannuo.operations.cards.services.do"
    VIEW_PERMISSION = "cards.view"
    INITIAL_STATE = "submitted"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "to_type": "info",
        "submitted": "info",
        "checked": "primary",
        "recognised": "success",
        "returned": "warning",
        "refused": "danger",
    }
    EDITABLE_STATES = ("to_type", "returned")

    way = models.CharField(_("how it came"), max_length=8, choices=Way, default=Way.PAGE)
    received_at = models.DateTimeField(_("received on"))
    quarter = models.DateField(editable=False)
    card_number = models.CharField(_("number on the card"), max_length=40, blank=True)
    model = models.ForeignKey(
        "products.ProductModel",
        verbose_name=_("model"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    serial = models.CharField(_("serial number"), max_length=60, blank=True)
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="registration_cards",
    )
    sold_on = models.DateField(_("sold on"), null=True, blank=True)
    invoice_number = models.CharField(_("invoice number"), max_length=40, blank=True)
    price = models.DecimalField(
        _("price"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    customer_name = models.CharField(_("customer"), max_length=120, blank=True)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    division = models.ForeignKey(
        "regions.Division",
        verbose_name=_("division"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = models.CharField(_("street and number"), max_length=160, blank=True)
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer in the files"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="registration_cards",
    )
    refusal = models.CharField(_("refused because"), max_length=12, choices=Refusal, blank=True)
    refusal_reason = models.CharField(_("reason"), max_length=200, blank=True)
    recognised_at = models.DateTimeField(_("recognised at"), null=True, blank=True)
    in_time = models.BooleanField(_("in time"), null=True, editable=False)
    excused_at = models.DateTimeField(null=True, blank=True, editable=False)
    excuse_reason = models.CharField(max_length=200, blank=True, editable=False)
    is_live = models.BooleanField(default=True, editable=False)

    objects = CardQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration card")
        verbose_name_plural = _("registration cards")
        indexes = [
            models.Index(fields=["serial"], name="card_serial"),
            models.Index(fields=["unit", "-document_ptr"], name="card_unit"),
            models.Index(fields=["quarter", "model"], name="card_quarter"),
            models.Index(fields=["sold_on", "document_ptr"], name="card_sold"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "serial"],
                condition=Q(is_live=True) & ~Q(serial=""),
                name="card_once_for_unit",
                violation_error_message=_("There is a registration card for this unit already."),
            ),
            models.UniqueConstraint(
                fields=["card_number"],
                condition=Q(is_live=True) & ~Q(card_number=""),
                name="card_number_once",
                violation_error_message=_("A card with this number has come in already."),
            ),
            models.CheckConstraint(condition=Q(price__isnull=True) | Q(price__gte=0), name="card_price"),
        ]

    @property
    def is_editable(self) -> bool:
        """Whether its content can be typed in: a picture nobody has read yet, or a card sent back."""
        return self.state in self.EDITABLE_STATES

    @property
    def category(self) -> Any:
        """The category of the product, for the clauses."""
        return self.model.category if self.model is not None else None

    def _write(self, values: Mapping[str, Any]) -> None:
        for name in CONTENT:
            if name in values:
                setattr(self, name, values[name])
        self.title = f"{self.serial} {self.customer_name}".strip()[:200]

    @action(
        source="to_type",
        target="submitted",
        label=_("Type in the card"),
        permission="cards.create",
        hidden=True,
    )
    def type_in(self, *, by: Any, at: datetime, **values: Any) -> None:
        self._write(values)

    @action(
        source="returned",
        target="submitted",
        label=_("Mend the card"),
        permission="cards.create",
        hidden=True,
    )
    def mend(self, *, by: Any, at: datetime, **values: Any) -> None:
        self._write(values)

    @action(
        source="submitted",
        target="checked",
        label=_("Check"),
        permission="cards.check",
        style="primary",
        confirm=_("The card, the picture and the file of the unit agree?"),
        order=10,
    )
    def check_card(self, *, by: Any, at: datetime) -> None:
        pass

    @action(
        source="checked",
        target="recognised",
        label=_("Recognise"),
        permission="cards.recognise",
        style="success",
        confirm=_("The file of the unit takes over date of sale, customer and dealer from the card."),
        order=10,
    )
    def recognise(self, *, by: Any, at: datetime) -> None:
        self.recognised_at = at

    @action(
        source=["submitted", "checked"],
        target="returned",
        label=_("Send back"),
        permission="cards.check",
        form=FORMS + "SendBackForm",
        style="warning",
        order=40,
    )
    def send_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.refusal_reason = reason

    @action(
        source=["to_type", "submitted", "checked", "returned"],
        target="refused",
        label=pgettext_lazy("card", "Refuse"),
        permission="cards.check",
        form=FORMS + "RefuseForm",
        style="danger",
        order=80,
    )
    def refuse(self, *, by: Any, at: datetime, refusal: str, reason: str) -> None:
        self.refusal, self.refusal_reason, self.is_live = refusal, reason, False

    @action(
        source="recognised",
        target="refused",
        label=_("Take recognition back"),
        permission="cards.recognise",
        form=FORMS + "RefuseForm",
        style="danger",
        order=90,
    )
    def revoke(self, *, by: Any, at: datetime, refusal: str, reason: str) -> None:
        self.refusal, self.refusal_reason, self.is_live = refusal, reason, False

    @action(
        source="recognised",
        target=None,
        label=_("Recognise although late"),
        permission="cards.excuse",
        form=FORMS + "ExcuseForm",
        condition=lambda card, _user: card.in_time is False and card.excused_at is None,
        order=30,
    )
    def excuse(self, *, by: Any, at: datetime, reason: str, **_agreed: Any) -> None:
        self.excused_at, self.excuse_reason = at, reason


class UnitStanding(models.Model):
    """What the cards and the ledger say about a unit; one query for the facts of a case.

    ``why`` is the text of the clause that asks for the card.
    """

    class State(models.TextChoices):
        AWAITED = "awaited", pgettext_lazy("card", "awaited")
        IN_TIME = "in_time", _("recognised, in time")
        LATE = "late", _("recognised, but too late")
        EXCUSED = "excused", _("recognised although late")
        OVERDUE = "overdue", _("not recognised: no card in time")
        REFUSED = "refused", _("not recognised: the card was refused")

    STATE_STYLES: ClassVar[dict[str, str]] = {
        "awaited": "info",
        "in_time": "success",
        "late": "warning",
        "excused": "success",
        "overdue": "danger",
        "refused": "danger",
    }

    unit = models.OneToOneField(
        "installedbase.InstalledUnit", on_delete=models.CASCADE, related_name="registration"
    )
    state = models.CharField(_("recognition"), max_length=10, choices=State)
    card = models.ForeignKey(
        RegistrationCard, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    why = models.TextField(blank=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("recognition of a unit")

    def __str__(self) -> str:
        return f"{self.unit_id} {self.state}"

    @property
    def state_label(self) -> str:
        return str(self.get_state_display())

    @property
    def state_style(self) -> str:
        """The look of the state."""
        return self.STATE_STYLES.get(self.state, "secondary")


class QuarterQuerySet(ScopedQuerySet):
    pass


class CardQuarter(models.Model):
    """How many recognised cards of a product came from a dealer in a quarter: the base of its fees."""

    VIEW_PERMISSION: ClassVar[str] = "cards.view"

    organization = models.ForeignKey(
        "organizations.Organization", verbose_name=_("dealer"), on_delete=models.PROTECT, related_name="+"
    )
    quarter = models.DateField(_("quarter"))
    category = models.ForeignKey(
        "products.Category", verbose_name=_("product"), on_delete=models.PROTECT, related_name="+"
    )
    cards = models.PositiveIntegerField(_("recognised cards"), default=0)
    in_time = models.PositiveIntegerField(_("of them in time"), default=0)
    falsified = models.PositiveIntegerField(_("falsified"), default=0)

    objects = QuarterQuerySet.as_manager()

    class Meta:
        verbose_name = _("cards of a quarter")
        verbose_name_plural = _("cards of the quarters")
        constraints = [
            models.UniqueConstraint(fields=["organization", "quarter", "category"], name="card_quarter_once")
        ]
        indexes = [
            models.Index(fields=["quarter", "id"], name="cardquarter_quarter"),
            models.Index(fields=["organization", "-id"], name="cardquarter_org"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.label}"

    @property
    def label(self) -> str:
        """The quarter as people write it: 2026Q3."""
        return quarter_label(self.quarter)


class CardSettings(models.Model):
    """What managers decide about cards; one row."""

    photo_required = models.BooleanField(
        _("a card needs its picture"),
        default=False,
        help_text=_("Without a photo or scan it is not recognised; the dealer's page asks for it at once."),
    )
    unknown_serials = models.BooleanField(
        _("units that are not in the files may be registered"),
        default=False,
        help_text=_("Recognising the card then opens the file of the unit."),
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("settings of registration cards")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="card_settings_one_row")]

    def __str__(self) -> str:
        return str(_("settings of registration cards"))

    @classmethod
    def present(cls) -> CardSettings:
        """The settings in force."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)


def quarter_of(day: date) -> date:
    """The first day of the quarter in which ``day`` lies."""
    return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)


def quarter_label(first: date) -> str:
    """2026Q3."""
    return f"{first.year}Q{(first.month + 2) // 3}"

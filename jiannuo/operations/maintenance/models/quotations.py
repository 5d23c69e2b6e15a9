"""The quotation (报价单) for findings: what their repair costs, put to the customer, who accepts or refuses."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_fsm import RETURN_VALUE

from jiannuo.kernel.money import to_fen
from jiannuo.kernel.nonces import new_nonce
from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.maintenance.models.findings import Finding
from jiannuo.operations.workorders.models import ChargedLine

FORMS = "jiannuo.operations.maintenance.actionforms."


class Quotation(Document):
    """What the repair of findings of one unit would cost. Its lines are charged by the clauses, as an order's are.

    ``decision`` is what the clauses said when it was last charged; ``waits_until`` is ``valid_until`` while it waits
    for the answer. ``consent`` keeps the words to which the customer agreed.
    """

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("quotation", "draft")
        SENT = "sent", pgettext_lazy("quotation", "customer decides")
        ACCEPTED = "accepted", pgettext_lazy("quotation", "accepted")
        REFUSED = "refused", pgettext_lazy("quotation", "refused")
        EXPIRED = "expired", pgettext_lazy("quotation", "expired")
        WITHDRAWN = "withdrawn", pgettext_lazy("quotation", "withdrawn")

    class Way(models.TextChoices):
        LINK = "link", pgettext_lazy("quotation", "on the link")
        PHONE = "phone", pgettext_lazy("quotation", "by phone")
        PAPER = "paper", pgettext_lazy("quotation", "on paper")

    PREFIX = "QT"
    URL_NAME = "maintenance:quotation"
    SERVICE = "jiannuo.operations.maintenance.services.do_quotation"
    VIEW_PERMISSION = "maintenance.view"
    INITIAL_STATE = "draft"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "draft": "secondary",
        "sent": "warning",
        "accepted": "success",
        "refused": "danger",
        "expired": "danger",
        "withdrawn": "secondary",
    }
    request_kind: ClassVar[str] = "repair"

    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        on_delete=models.PROTECT,
        related_name="quotations",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotations",
    )
    severity = models.CharField(_("severity"), max_length=10, choices=Finding.Severity, blank=True)
    findings: Any = models.ManyToManyField(Finding, through="QuotedFinding", related_name="quotations")
    decision = models.JSONField(default=dict, blank=True, editable=False)
    total = models.DecimalField(_("all together"), max_digits=14, decimal_places=2, default=0, editable=False)
    customer_total = models.DecimalField(
        _("the customer pays"), max_digits=14, decimal_places=2, default=0, editable=False
    )
    tax_percent = models.DecimalField(
        _("tax rate contained (%)"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(50)],
    )
    note = models.CharField(_("note for the customer"), max_length=500, blank=True)
    email = models.EmailField(_("e-mail"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("sent by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    sendings = models.PositiveSmallIntegerField(_("sendings"), default=0, editable=False)
    link_nonce = models.CharField(max_length=24, default=new_nonce, editable=False)
    valid_until = models.DateTimeField(_("good until"), null=True, blank=True, editable=False)
    valid_because = models.CharField(_("why until then"), max_length=300, blank=True, editable=False)
    waits_until = models.DateTimeField(null=True, blank=True, editable=False)
    consent = models.TextField(_("what was agreed to"), blank=True, editable=False)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    answered_by = models.CharField(_("answered by"), max_length=60, blank=True, editable=False)
    way = models.CharField(_("how it was answered"), max_length=8, choices=Way, blank=True, editable=False)
    remark = models.CharField(_("remark"), max_length=300, blank=True, editable=False)
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        editable=False,
    )
    order = models.ForeignKey(
        "workorders.WorkOrder",
        verbose_name=_("work order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="quotations",
        editable=False,
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("quotation")
        verbose_name_plural = _("quotations")
        indexes = [
            models.Index(fields=["customer", "-document_ptr"], name="quotation_customer"),
            models.Index(fields=["unit", "-document_ptr"], name="quotation_unit"),
            models.Index(
                fields=["waits_until"], condition=Q(waits_until__isnull=False), name="quotation_waits"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(total__gte=0, customer_total__gte=0), name="quotation_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(tax_percent__isnull=True) | Q(tax_percent__gte=0, tax_percent__lte=50),
                name="quotation_tax",
            ),
        ]

    @property
    def is_expired(self) -> bool:
        """Whether it can no longer be accepted."""
        return self.valid_until is not None and self.valid_until <= timezone.now()

    @property
    def tax(self) -> Decimal | None:
        """The tax contained in what the customer pays (CNY); ``None`` where no rate is named."""
        if self.tax_percent is None:
            return None
        return to_fen(self.customer_total * self.tax_percent / (100 + self.tax_percent))

    @action(
        source="draft",
        target="sent",
        label=pgettext_lazy("quotation", "Send to the customer"),
        permission="findings.handle",
        form=FORMS + "SendQuotationForm",
        style="primary",
        order=10,
    )
    def send(
        self,
        *,
        by: Any,
        at: datetime,
        valid_until: datetime,
        valid_because: str = "",
        email: str = "",
        phone: str = "",
        tax_percent: Any = None,
        note: str = "",
    ) -> None:
        self.sent_at, self.sent_by, self.sendings = at, by, 1
        self.valid_until, self.valid_because, self.waits_until = valid_until, valid_because, valid_until
        self.email, self.phone, self.tax_percent, self.note = email, phone, tax_percent, note

    @action(
        source="sent",
        target=None,
        label=pgettext_lazy("quotation", "Send the link again"),
        permission="findings.handle",
        form=FORMS + "ResendQuotationForm",
        order=30,
    )
    def resend(self, *, by: Any, at: datetime, email: str = "", phone: str = "") -> None:
        if (email.lower(), phone) != (self.email.lower(), self.phone):
            self.link_nonce = new_nonce()  # whoever got the wrong message decides nothing
        self.email, self.phone, self.sendings = email, phone, self.sendings + 1

    @action(
        source="sent",
        target=RETURN_VALUE("accepted", "refused"),
        label=_("Customer has answered"),
        permission="findings.handle",
        form=FORMS + "QuotationAnswerForm",
        style="primary",
        order=20,
    )
    def note_answer(
        self,
        *,
        by: Any,
        at: datetime,
        accepted: bool,
        name: str,
        way: str,
        remark: str = "",
        consent: str = "",
    ) -> str:
        self.answered_at, self.answered_by, self.way, self.remark = at, name, way, remark
        self.noted_by, self.waits_until = by, None
        self.consent = consent if accepted else ""
        return self.State.ACCEPTED if accepted else self.State.REFUSED

    @action(
        source=["draft", "sent"],
        target="withdrawn",
        label=pgettext_lazy("quotation", "Withdraw"),
        permission="findings.handle",
        form=FORMS + "ReasonForm",
        style="danger",
        order=80,
    )
    def withdraw(self, *, by: Any, at: datetime, reason: str) -> None:
        self.waits_until = None

    @action(
        source="sent",
        target="expired",
        label=pgettext_lazy("quotation", "Expire"),
        permission="findings.handle",
        hidden=True,
    )
    def expire(self, *, by: Any, at: datetime) -> None:
        self.waits_until = None


class QuotedFinding(models.Model):
    """A finding that a quotation is about; ``is_live`` while the quotation is a draft or waits for the answer."""

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="quoted")
    finding = models.ForeignKey(Finding, on_delete=models.PROTECT, related_name="quoted")
    is_live = models.BooleanField(default=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["quotation", "finding"], name="quoted_finding_once"),
            models.UniqueConstraint(
                fields=["finding"],
                condition=Q(is_live=True),
                name="quoted_finding_live_once",
                violation_error_message=_("There is a quotation for this finding already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quotation} {self.finding}"


class QuotationLine(ChargedLine):
    """Labour, part, travel or other of a quotation; ``list_price`` is what the price list says."""

    quotation = models.ForeignKey(Quotation, on_delete=models.CASCADE, related_name="lines")
    list_price = models.DecimalField(
        _("list price"), max_digits=12, decimal_places=2, null=True, blank=True, editable=False
    )

    class Meta:
        verbose_name = _("line of a quotation")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quotation_line_quantity"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="quotation_line_price"),
        ]

    @property
    def below_list(self) -> Decimal:
        """By how much it is below the price list (CNY)."""
        if self.list_price is None or self.unit_price >= self.list_price:
            return Decimal("0.00")
        return to_fen((self.list_price - self.unit_price) * self.quantity)

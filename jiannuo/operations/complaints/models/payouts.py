"""What finance pays to customers: compensation that a complaint ended with, rewards of suggestions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet

FORMS = "jiannuo.operations.complaints.forms."


class PayoutQuerySet(DocumentQuerySet):
    pass


class Payout(Document):
    """A sum for a customer. Finance sees it, and nothing of the complaint behind it."""

    class State(models.TextChoices):
        TO_PAY = "to_pay", _("to be paid")
        PAID = "paid", _("paid")
        CANCELLED = "cancelled", pgettext_lazy("payout", "not to be paid")

    class Purpose(models.TextChoices):
        COMPENSATION = "compensation", pgettext_lazy("payout", "compensation")
        REWARD = "reward", pgettext_lazy("payout", "reward for a suggestion")

    class Way(models.TextChoices):
        TRANSFER = "transfer", _("bank transfer")
        CASH = "cash", _("cash")
        OFFSET = "offset", _("set off against a bill")
        GOODS = "goods", _("goods or a voucher")

    PREFIX = "PY"
    URL_NAME = "complaints:payout"
    SERVICE = "jiannuo.operations.complaints.services.do_payout"
    VIEW_PERMISSION = "payouts.view"
    CONFIDENTIAL = True
    INITIAL_STATE = "to_pay"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "to_pay": "warning",
        "paid": "success",
        "cancelled": "secondary",
    }

    source = models.ForeignKey(
        Document, verbose_name=_("document"), on_delete=models.PROTECT, related_name="payouts"
    )
    purpose = models.CharField(_("purpose"), max_length=14, choices=Purpose)
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="payouts",
    )
    payee = models.CharField(_("payee"), max_length=80)
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=2)
    clause = models.CharField(_("promise"), max_length=300, blank=True)
    way = models.CharField(_("way of payment"), max_length=10, choices=Way, blank=True)
    paid_on = models.DateField(_("paid on"), null=True, blank=True)
    reference = models.CharField(_("receipt number"), max_length=60, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="payout_amount"),
            models.UniqueConstraint(fields=["source"], name="payout_once_for_source"),
        ]

    @property
    def is_open(self) -> bool:
        return self.state == self.State.TO_PAY

    @action(
        source="to_pay",
        target="paid",
        label=_("Record the payment"),
        permission="payouts.pay",
        form=FORMS + "PayForm",
        style="success",
        order=10,
    )
    def pay(
        self, *, by: Any, at: datetime, way: str, paid_on: date | None = None, reference: str = ""
    ) -> None:
        self.way, self.paid_on, self.reference = way, paid_on, reference

    @action(
        source="to_pay",
        target="cancelled",
        label=_("Do not pay"),
        permission="complaints.decide",
        form=FORMS + "ReasonForm",
        style="danger",
        order=90,
    )
    def cancel(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

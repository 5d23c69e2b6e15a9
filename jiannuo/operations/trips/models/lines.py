"""What belongs to a trip: who travels, money given ahead, expenses, the feedback form."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.operations.trips.models.tables import ExpenseKind


class TripPerson(models.Model):
    """One person of a trip; ``paid_out`` is what was given (above zero) or taken back when it was settled (CNY)."""

    trip = models.ForeignKey("trips.BusinessTrip", on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("person"),
        on_delete=models.PROTECT,
        related_name="trip_shares",
    )
    paid_out = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    class Meta:
        verbose_name = _("traveller")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["trip", "person"], name="trip_person_once")]

    def __str__(self) -> str:
        return f"{self.trip} {self.person}"


class TripAdvance(models.Model):
    """Money given to a traveller ahead, or taken back (below zero), in CNY. Lines are added, never changed."""

    traveller = models.ForeignKey(TripPerson, on_delete=models.PROTECT, related_name="advances")
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("advance")
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="trip_advance_amount")]

    def __str__(self) -> str:
        return f"{self.traveller} {self.amount}"


class TripExpense(models.Model):
    """One expense (CNY), with its receipt or the reason why there is none."""

    class PaidBy(models.TextChoices):
        PERSON = "person", _("the traveller")
        COMPANY = "company", _("the company directly")

    trip = models.ForeignKey("trips.BusinessTrip", on_delete=models.CASCADE, related_name="expenses")
    traveller = models.ForeignKey(
        TripPerson, verbose_name=_("traveller"), on_delete=models.PROTECT, related_name="expenses"
    )
    kind = models.CharField(_("kind of expense"), max_length=10, choices=ExpenseKind)
    spent_on = models.DateField(_("day"))
    amount = models.DecimalField(_("amount (CNY)"), max_digits=12, decimal_places=2)
    paid_by = models.CharField(
        pgettext_lazy("expense", "paid by"), max_length=8, choices=PaidBy, default=PaidBy.PERSON
    )
    text = models.CharField(_("what for"), max_length=120)
    receipt = models.ForeignKey(
        "files.StoredFile",
        verbose_name=_("receipt"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="trip_expenses",
    )
    no_receipt = models.CharField(_("why there is no receipt"), max_length=200, blank=True)
    over_limit = models.BooleanField(_("above the limit"), default=False, editable=False)
    over_reason = models.CharField(_("why it is above the limit"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("expense")
        verbose_name_plural = _("expenses")
        ordering = ["spent_on", "pk"]
        indexes = [models.Index(fields=["traveller", "kind", "spent_on"], name="trip_expense_traveller")]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="trip_expense_amount"),
            models.CheckConstraint(
                condition=Q(receipt__isnull=False) | ~Q(no_receipt=""), name="trip_expense_receipt"
            ),
            models.CheckConstraint(
                condition=Q(over_limit=False) | ~Q(over_reason=""), name="trip_expense_over"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trip} {self.amount}"


class TripFeedback(models.Model):
    """After-sales information feedback form (售后信息反馈意见表, F37) of a trip."""

    trip = models.OneToOneField("trips.BusinessTrip", on_delete=models.CASCADE, related_name="feedback")
    visited = models.CharField(_("whom you met"), max_length=120)
    found = models.TextField(
        pgettext_lazy("trip", "what was found"),
        max_length=2000,
        help_text=_("State of the machine, parameters in use, input and output values, where it is used."),
    )
    cause = models.TextField(_("cause of the fault"), max_length=2000, blank=True)
    done = models.TextField(_("what was done"), max_length=2000)
    remaining = models.TextField(_("what is left to do"), max_length=2000, blank=True)
    opinion = models.TextField(_("opinion of the customer"), max_length=2000)
    suggestion = models.TextField(_("suggestions for product and service"), max_length=2000, blank=True)
    at = models.DateTimeField(_("handed in at"), default=timezone.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("feedback form")

    def __str__(self) -> str:
        return str(self.trip)

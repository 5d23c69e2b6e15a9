"""The business trip (出差) itself: states, actions, who pays."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.documents.flow import action
from jiannuo.office.documents.models import Document, DocumentQuerySet
from jiannuo.operations.trips.models.lines import TripPerson
from jiannuo.operations.trips.models.tables import Payer, TripCause

FORMS = "jiannuo.operations.trips.forms."


class TripQuerySet(DocumentQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The own ones, and those of the organisations whose trips the person may see."""
        if not getattr(user, "is_authenticated", False) or not user.has_perm("trips.own"):
            return self.none()
        if not user.has_perm("trips.view"):
            return self.filter(own_trips(user))
        return self.filter(own_trips(user) | Q(pk__in=super().visible_to(user).values("pk")))

    def of(self, user: Any) -> Self:
        """Those on which the person travels, or that they planned."""
        return self.filter(own_trips(user))


def own_trips(user: Any) -> Q:
    """Trips of ``user``: travelling, or planned by them."""
    return Q(created_by=user.pk) | Q(pk__in=TripPerson.objects.filter(person=user.pk).values("trip"))


def takes_part(trip: Any, user: Any) -> bool:
    """Whether ``user`` travels, planned the trip, or plans trips there."""
    if trip.created_by_id == user.pk or user.has_perm("trips.plan", trip):
        return True
    return bool(trip.people.filter(person=user.pk).exists())


def nobody(_trip: Any, _user: Any) -> bool:
    """For what follows from an approval: no person does it."""
    return False


class BusinessTrip(Document):
    """One journey of one or several people; each of them counts as one person-trip (人次)."""

    class State(models.TextChoices):
        PLANNED = "planned", pgettext_lazy("trip", "planned")
        ASKED = "asked", pgettext_lazy("trip", "waits for approval")
        APPROVED = "approved", pgettext_lazy("trip", "approved")
        UNDER_WAY = "under_way", pgettext_lazy("trip", "under way")
        RETURNED = "returned", pgettext_lazy("trip", "returned, to be settled")
        CLAIMED = "claimed", pgettext_lazy("trip", "settlement waits for approval")
        GRANTED = "granted", pgettext_lazy("trip", "to be paid out")
        SETTLED = "settled", pgettext_lazy("trip", "settled")
        CANCELLED = "cancelled", pgettext_lazy("trip", "cancelled")

    class Means(models.TextChoices):
        TRAIN = "train", _("train")
        COACH = "coach", _("coach or bus")
        PLANE = "plane", _("plane")
        CAR = "car", _("company car")
        OWN = "own", _("own vehicle")
        OTHER = "other", pgettext_lazy("means", "other")

    PREFIX = "BT"
    URL_NAME = "trips:detail"
    SERVICE = "jiannuo.operations.trips.services.do"
    VIEW_PERMISSION = "trips.view"
    INITIAL_STATE = "planned"
    STATES = State
    STATE_STYLES: ClassVar[dict[str, str]] = {
        "planned": "secondary",
        "asked": "warning",
        "approved": "info",
        "under_way": "primary",
        "returned": "warning",
        "claimed": "warning",
        "granted": "info",
        "settled": "success",
        "cancelled": "danger",
    }
    #: states of trips that took place: these are counted
    TOOK_PLACE = ("under_way", "returned", "claimed", "granted", "settled")
    #: states in which expenses may be written down
    SPENDING = ("approved", "under_way", "returned")

    cause = models.ForeignKey(
        TripCause, verbose_name=_("cause"), on_delete=models.PROTECT, related_name="trips"
    )
    from_place = models.CharField(_("from where"), max_length=80, blank=True)
    place = models.CharField(_("where to"), max_length=160)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    means = models.CharField(_("means of transport"), max_length=10, choices=Means, default=Means.TRAIN)
    purpose = models.CharField(_("what is to be done"), max_length=500)
    estimate = models.DecimalField(
        _("estimated cost (CNY)"), max_digits=12, decimal_places=2, default=Decimal(0)
    )
    payer = models.CharField(
        pgettext_lazy("trip", "who pays"), max_length=10, choices=Payer, default=Payer.COMPANY
    )
    payer_order = models.ForeignKey(
        "workorders.WorkOrder",
        verbose_name=_("charged under order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="charged_trips",
    )
    payer_name = models.CharField(_("supplier that pays"), max_length=120, blank=True)
    orders = models.ManyToManyField(
        "workorders.WorkOrder", verbose_name=_("work orders"), related_name="trips", blank=True
    )
    customers = models.ManyToManyField(
        "customers.Customer", verbose_name=_("customers"), related_name="trips", blank=True
    )
    units = models.ManyToManyField(
        "installedbase.InstalledUnit", verbose_name=_("units"), related_name="trips", blank=True
    )
    group_trip = models.ForeignKey(
        "dispatch.GroupTrip",
        verbose_name=_("group trip"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="business_trips",
    )
    refusal = models.CharField(max_length=300, blank=True, editable=False)
    set_out_at = models.DateTimeField(_("set out at"), null=True, blank=True, editable=False)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True, editable=False)
    settled_at = models.DateTimeField(_("settled at"), null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = TripQuerySet.as_manager()

    class Meta:
        verbose_name = _("business trip")
        verbose_name_plural = _("business trips")
        indexes = [
            models.Index(fields=["starts_on", "document_ptr"], name="trip_starts"),
            models.Index(fields=["cause", "starts_on"], name="trip_cause"),
            models.Index(fields=["remind_at"], condition=Q(remind_at__isnull=False), name="trip_remind"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="trip_days",
                violation_error_message=_("The last day is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(estimate__gte=0),
                name="trip_estimate",
                violation_error_message=_("The estimated cost cannot be below zero."),
            ),
            models.CheckConstraint(
                condition=~Q(payer="customer") | Q(payer_order__isnull=False),
                name="trip_customer_order",
                violation_error_message=_("Name the work order under which the customer pays."),
            ),
            models.CheckConstraint(
                condition=~Q(payer="supplier") | ~Q(payer_name=""),
                name="trip_supplier_name",
                violation_error_message=_("Name the supplier that pays."),
            ),
        ]

    def is_public_to(self, user: Any) -> bool:
        """Who travels, or planned it, reads it without a role that sees trips."""
        return self.created_by_id == user.pk or self.people.filter(person=user.pk).exists()

    @property
    def days(self) -> int:
        """Calendar days with the first and the last."""
        return (self.ends_on - self.starts_on).days + 1

    @action(
        source="planned",
        target="asked",
        label=_("Ask for approval"),
        permission="trips.own",
        condition=takes_part,
        style="primary",
        order=10,
    )
    def submit(self, *, by: Any, at: datetime) -> None:
        self.refusal = ""

    @action(
        source="asked",
        target="approved",
        label=_("Approve"),
        permission="trips.view",
        hidden=True,
        condition=nobody,
    )
    def approve(self, *, by: Any, at: datetime, **_data: Any) -> None:
        pass

    @action(
        source="asked",
        target="planned",
        label=_("Refuse"),
        permission="trips.view",
        hidden=True,
        condition=nobody,
    )
    def refuse(self, *, by: Any, at: datetime, reason: str) -> None:
        self.refusal = reason[:300]

    @action(
        source=["asked", "approved"],
        target="planned",
        label=_("Plan anew"),
        permission="trips.own",
        condition=takes_part,
        form="jiannuo.office.documents.forms.ReasonForm",
        order=60,
    )
    def plan_anew(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

    @action(
        source="approved",
        target="under_way",
        label=_("Set out"),
        permission="trips.own",
        condition=takes_part,
        form=FORMS + "SetOutForm",
        style="primary",
        order=10,
    )
    def set_out(self, *, by: Any, at: datetime, starts_on: date) -> None:
        self.set_out_at = at
        self.ends_on = max(self.ends_on, starts_on)
        self.starts_on = starts_on

    @action(
        source="under_way",
        target="returned",
        label=_("Returned"),
        permission="trips.own",
        condition=takes_part,
        form=FORMS + "ReturnForm",
        style="primary",
        order=10,
    )
    def come_back(self, *, by: Any, at: datetime, ends_on: date) -> None:
        self.returned_at = at
        self.ends_on = ends_on

    @action(
        source=["approved", "under_way", "returned"],
        target=None,
        label=_("Advance"),
        permission="trips.pay",
        form=FORMS + "AdvanceForm",
        order=40,
    )
    def advance(self, *, by: Any, at: datetime, **_line: Any) -> None:
        pass

    @action(
        source="returned",
        target="claimed",
        label=_("Hand in the expenses"),
        permission="trips.own",
        condition=takes_part,
        style="success",
        order=20,
    )
    def hand_in(self, *, by: Any, at: datetime) -> None:
        self.refusal = ""

    @action(
        source="claimed",
        target="granted",
        label=_("Grant"),
        permission="trips.view",
        hidden=True,
        condition=nobody,
    )
    def grant(self, *, by: Any, at: datetime, **_data: Any) -> None:
        pass

    @action(
        source="claimed",
        target="returned",
        label=_("Send back"),
        permission="trips.view",
        hidden=True,
        condition=nobody,
    )
    def send_back(self, *, by: Any, at: datetime, reason: str) -> None:
        self.refusal = reason[:300]

    @action(
        source="granted",
        target="settled",
        label=_("Settle"),
        permission="trips.pay",
        form=FORMS + "SettleForm",
        style="success",
        order=10,
    )
    def settle(self, *, by: Any, at: datetime, remark: str = "") -> None:
        self.settled_at, self.settled_by = at, by

    @action(
        source=["planned", "asked", "approved"],
        target="cancelled",
        label=_("Cancel the trip"),
        permission="trips.own",
        condition=takes_part,
        form="jiannuo.office.documents.forms.ReasonForm",
        style="danger",
        order=90,
    )
    def cancel(self, *, by: Any, at: datetime, reason: str) -> None:
        pass

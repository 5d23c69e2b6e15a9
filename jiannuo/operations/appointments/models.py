"""Appointments with customers: the table of windows, what was booked, and what became of it."""

from __future__ import annotations

import itertools
import re
from datetime import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.scope import ScopedQuerySet

_WINDOW = re.compile(r"^(\d{1,2}):(\d{2})[-–](\d{1,2}):(\d{2})$")


def windows_of(text: str) -> list[tuple[time, time]]:
    """The windows of a day in a text such as ``08:00-10:00 10:00-12:00``.

    Raises ValidationError for what cannot be read, for windows the wrong way round, and for those that overlap.
    """
    found = []
    for part in re.split(r"[\s,，、;；]+", text.strip()):
        match = _WINDOW.match(part)
        if match is None:
            raise ValidationError(_("“%(part)s” is no window. Write 08:00-10:00.") % {"part": part})
        try:
            begins, ends = time(int(match[1]), int(match[2])), time(int(match[3]), int(match[4]))
        except ValueError as error:
            raise ValidationError(_("“%(part)s” is no time of the day.") % {"part": part}) from error
        if ends <= begins:
            raise ValidationError(_("The window %(part)s must end after it begins.") % {"part": part})
        found.append((begins, ends))
    found.sort()
    if any(following[0] < one[1] for one, following in itertools.pairwise(found)):
        raise ValidationError(_("The windows overlap."))
    return found


def check_windows(text: str) -> None:
    """Raise ValidationError unless the text names windows of a day."""
    windows_of(text)


class AppointmentRule(models.Model):
    """What is offered to customers of an organisation and of all below it without a rule of their own."""

    organization = models.OneToOneField(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.CASCADE,
        related_name="appointment_rule",
    )
    windows = models.CharField(
        _("windows of a day"),
        max_length=200,
        validators=[check_windows],
        help_text=_("With spaces between them, e.g. 08:30-10:30 10:30-12:00 13:00-15:00."),
    )
    lead_minutes = models.PositiveIntegerField(
        _("minutes from now to the first window"), help_text=_("So that somebody can prepare and drive.")
    )
    days_ahead = models.PositiveSmallIntegerField(_("offered this many days ahead"))
    job_minutes = models.PositiveSmallIntegerField(_("minutes of a job of which nothing is known"))
    travel_minutes = models.PositiveSmallIntegerField(_("minutes of travel set aside for each job"))
    change_hours = models.PositiveSmallIntegerField(_("customers may change until this many hours before"))
    remind_hours = models.PositiveSmallIntegerField(_("reminder this many hours before"))
    most = models.PositiveSmallIntegerField(_("offer at most this many windows"))
    invite = models.BooleanField(
        _("send the link for planned work by itself"),
        default=False,
        help_text=_(
            "Customers of maintenance, inspection and installation choose a window as soon as the work waits for "
            "dispatch and is due within the days ahead."
        ),
    )

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("rule of appointments")
        constraints = [
            models.CheckConstraint(
                condition=Q(days_ahead__gte=1, days_ahead__lte=60), name="appointment_rule_days"
            ),
            models.CheckConstraint(
                condition=Q(job_minutes__gte=10, job_minutes__lte=600), name="appointment_rule_minutes"
            ),
            models.CheckConstraint(condition=Q(most__gte=1, most__lte=60), name="appointment_rule_most"),
        ]

    def __str__(self) -> str:
        return str(self.organization)


class AppointmentLink(models.Model):
    """That a customer was sent the link with the windows of an order; without ``sent_by`` by the rule itself."""

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="appointment_links"
    )
    order = models.ForeignKey(
        "workorders.WorkOrder", on_delete=models.CASCADE, related_name="appointment_links"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("link to the windows")
        ordering = ["-sent_at", "-pk"]
        indexes = [models.Index(fields=["order", "-sent_at"], name="appointment_link_order")]
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="appointment_link_lasts")
        ]

    def __str__(self) -> str:
        return f"{self.order} {self.sent_at:%Y-%m-%d %H:%M}"


class Booking(models.Model):
    """A window promised to a customer. It takes time of ``technician`` until a visit stands for it."""

    class State(models.TextChoices):
        HELD = "held", _("kept free")
        USED = "used", _("given to a technician")
        RELEASED = "released", _("given up")

    organization = models.ForeignKey(
        "organizations.Organization", on_delete=models.PROTECT, related_name="bookings"
    )
    request = models.ForeignKey(
        "desk.ServiceRequest", null=True, blank=True, on_delete=models.CASCADE, related_name="bookings"
    )
    order = models.ForeignKey(
        "workorders.WorkOrder", null=True, blank=True, on_delete=models.CASCADE, related_name="bookings"
    )
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings"
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    minutes = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.HELD)
    by_customer = models.BooleanField(default=False)
    agreed_with = models.CharField(max_length=60, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    booked_at = models.DateTimeField(default=timezone.now)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("booking")
        indexes = [
            models.Index(fields=["technician", "starts_at"], condition=Q(state="held"), name="booking_held"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="booking_span"),
            models.CheckConstraint(
                condition=Q(request__isnull=False) | Q(order__isnull=False), name="booking_of_something"
            ),
            models.UniqueConstraint(
                fields=["request"], condition=Q(state="held", order__isnull=True), name="booking_request_once"
            ),
            models.UniqueConstraint(fields=["order"], condition=Q(state="held"), name="booking_order_once"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%F %R}"


class VisitNote(models.Model):
    """Something that happened to an appointment: late, the customer late, given up, reminded."""

    class Kind(models.TextChoices):
        DELAY = "delay", _("delay announced")
        CUSTOMER_LATE = "customer_late", _("customer late")
        CANCELLED = "cancelled", _("given up by the customer")
        REMINDED = "reminded", _("reminded")

    class Untold(models.TextChoices):
        PAST = "past", _("the time was over before there was a network")
        ARRIVED = "arrived", _("the technician had arrived before there was a network")
        ENDED = "ended", _("the visit was over before there was a network")
        MOVED = "moved", _("another time was agreed meanwhile")
        NEWER = "newer", _("a newer delay was announced meanwhile")

    visit = models.ForeignKey("workorders.Visit", on_delete=models.CASCADE, related_name="notes")
    kind = models.CharField(max_length=14, choices=Kind)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    appointment_from = models.DateTimeField(null=True, blank=True)
    expected_at = models.DateTimeField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    untold = models.CharField(
        _("why the customer was not told"),
        max_length=10,
        choices=Untold,
        blank=True,
        help_text=_("A delay noted without network, of which it was too late to tell."),
    )

    class Meta:
        ordering = ["at"]
        constraints = [
            models.UniqueConstraint(
                fields=["visit", "appointment_from"],
                condition=Q(kind="reminded"),
                name="visit_reminded_once",
            )
        ]
        indexes = [models.Index(fields=["visit", "kind"], name="visit_note")]

    def __str__(self) -> str:
        return f"{self.visit} {self.kind}"

"""Events that no document tells: a contract, a season, an expiry, a delivery to come; announced once each."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from auditlog.registry import auditlog
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.organizations.scope import ScopedQuerySet
from jiannuo.promises.commitments.words import EVENTS


class AnnouncedEvent(models.Model):
    """An event of an organisation, a customer or a unit, with the day on which it is; what is owed follows it.

    ``occasion`` tells apart the times that the same thing happens (2026, the number of a contract). What the file of a
    dealer says of its agreement is announced by the system.
    """

    class Source(models.TextChoices):
        PERSON = "person", _("somebody")
        AGREEMENT = "agreement", _("the agreement on file")

    class State(models.TextChoices):
        TO_COME = "to_come", pgettext_lazy("event", "to come")
        PAST = "past", pgettext_lazy("event", "taken place")
        CALLED_OFF = "called_off", pgettext_lazy("event", "called off")

    VIEW_PERMISSION: ClassVar[str] = "obligations.view"
    EVENTS: ClassVar[tuple[str, ...]] = (
        "contract_signed",
        "contract_ended",
        "project_started",
        "project_finished",
        "season_opened",
        "delivered",
        "expired",
        "approved",
        "changed",
        "published",
        "recalled",
    )

    key = models.CharField(max_length=200, unique=True, editable=False)
    event = models.CharField(_("event"), max_length=30)
    on = models.DateField(_("day"))
    clock = models.TimeField(_("time of day"), null=True, blank=True)
    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="announced_events",
    )
    customer = models.ForeignKey(
        "customers.Customer",
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="announced_events",
    )
    unit = models.ForeignKey(
        "installedbase.InstalledUnit",
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="announced_events",
    )
    commitment = models.ForeignKey(
        "commitments.Commitment",
        verbose_name=_("commitment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="announced_events",
    )
    category = models.ForeignKey(
        "products.Category",
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    matter = models.CharField(_("what it is about"), max_length=60, blank=True)
    occasion = models.CharField(_("which time"), max_length=60)
    note = models.CharField(_("note"), max_length=200, blank=True)
    source = models.CharField(_("announced by"), max_length=10, choices=Source, default=Source.PERSON)
    announced_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    announced_at = models.DateTimeField(_("announced"), default=timezone.now)
    asked_at = models.DateTimeField(
        default=timezone.now, help_text="until when the promises published have been asked what follows"
    )
    settled_at = models.DateTimeField(
        null=True, blank=True, help_text="since when nothing more follows from it"
    )
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("announced event")
        verbose_name_plural = _("announced events")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(called_off_at__isnull=True) | ~Q(reason=""), name="announced_off_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(settled_at__gte=F("announced_at")),
                name="announced_then_settled",
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "on", "id"], name="announced_org"),
            models.Index(fields=["on", "id"], name="announced_day"),
            models.Index(
                fields=["asked_at"],
                condition=Q(settled_at__isnull=True, called_off_at__isnull=True),
                name="announced_asking",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_label} {self.on:%Y-%m-%d}"

    @property
    def event_label(self) -> str:
        """The event, in the reader's language."""
        return str(EVENTS.get(self.event, self.event))

    @property
    def moment(self) -> date | datetime:
        """The day, or the instant where the time of day is known; where the organisation is."""
        if self.clock is None:
            return self.on
        return datetime.combine(self.on, self.clock, tzinfo=ZoneInfo(self.organization.time_zone))

    @property
    def subject(self) -> Any:
        """Whose event it is: the unit, else the customer, else the organisation."""
        return self.unit or self.customer or self.organization

    @property
    def state(self) -> str:
        """Whether it is still to come, as of today."""
        if self.called_off_at is not None:
            return self.State.CALLED_OFF
        return self.State.TO_COME if self.on > timezone.localdate() else self.State.PAST

    @property
    def state_label(self) -> str:
        """The state, in the reader's language."""
        return str(self.State(self.state).label)

    @property
    def mark(self) -> str:
        """What names this event in the keys of what follows from it."""
        return f"announced-{self.pk}"


auditlog.register(AnnouncedEvent, exclude_fields=["asked_at", "settled_at"])

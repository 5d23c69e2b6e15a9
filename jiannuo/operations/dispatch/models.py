"""Group trips: several orders done in one outing, to save journeys."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from jiannuo.office.organizations.scope import ScopedQuerySet


class GroupTrip(models.Model):
    """One outing by one technician and crew to several customers or units, in a fixed sequence."""

    class Means(models.TextChoices):
        CAR = "car", _("company car")
        OWN = "own", _("own vehicle")
        PUBLIC = "public", _("public transport")
        TRAIN = "train", _("long-distance train or bus")
        WALK = "walk", _("on foot or by bicycle")

    organization = models.ForeignKey(
        "organizations.Organization",
        verbose_name=_("organisation"),
        on_delete=models.PROTECT,
        related_name="group_trips",
    )
    day = models.DateField(_("day"))
    technician = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("technician"),
        on_delete=models.PROTECT,
        related_name="group_trips",
    )
    means = models.CharField(_("means of transport"), max_length=10, choices=Means, default=Means.CAR)
    vehicle = models.CharField(_("vehicle"), max_length=40, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    kilometres = models.FloatField(_("kilometres"), null=True, blank=True)
    saved_kilometres = models.FloatField(_("kilometres saved"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    dissolved_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("group trip")
        indexes = [models.Index(fields=["organization", "day"], name="grouptrip_day")]

    def __str__(self) -> str:
        return f"{self.technician} {self.day:%F}"


class TripStop(models.Model):
    """A visit of a group trip, in its place of the sequence."""

    trip = models.ForeignKey(GroupTrip, on_delete=models.CASCADE, related_name="stops")
    visit = models.OneToOneField("workorders.Visit", on_delete=models.CASCADE, related_name="trip_stop")
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("stop")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["trip", "position"], name="tripstop_position_once")]

    def __str__(self) -> str:
        return f"{self.trip} {self.position}"

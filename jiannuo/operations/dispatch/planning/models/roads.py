"""Roads that a service was asked for, kept so that the same places ask nothing again for a while."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.dispatch.planner.travel import POINTS_A_DEGREE, Point

#: more than there are ten-thousandths of a degree from pole to pole, and around the earth
_NORTH, _EAST = 91 * POINTS_A_DEGREE, 181 * POINTS_A_DEGREE
_WIDTH = 2 * _EAST


def number_of(point: Point) -> int:
    """A point as one whole number."""
    return (point[0] + _NORTH) * _WIDTH + point[1] + _EAST


class RoadLeg(models.Model):
    """Driving from one place to another, as the service said; without ``seconds`` there is no road.

    The same for all organisations: there is one service, and nothing of a customer stands here.
    """

    origin = models.BigIntegerField()
    destination = models.BigIntegerField()
    seconds = models.PositiveIntegerField(null=True)
    metres = models.PositiveIntegerField(null=True)
    asked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("road")
        indexes = [models.Index(fields=["asked_at"], name="road_leg_asked")]
        constraints = [
            models.UniqueConstraint(fields=["origin", "destination"], name="road_leg_once"),
            models.CheckConstraint(
                condition=Q(seconds__isnull=True, metres__isnull=True)
                | Q(seconds__isnull=False, metres__isnull=False),
                name="road_leg_whole",
            ),
            models.CheckConstraint(condition=~Q(origin=F("destination")), name="road_leg_leads_away"),
        ]

    def __str__(self) -> str:
        return f"{self.origin} → {self.destination}"

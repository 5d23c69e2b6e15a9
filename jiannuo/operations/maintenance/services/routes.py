"""Routes and their points, and the rounds planned from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.operations.maintenance.models import PatrolRound, PatrolRoute, RoundPoint, RoutePoint


@dataclass(frozen=True, slots=True)
class PointEntry:
    """A point as it was typed in: a unit or a place, perhaps with a checklist of its own."""

    unit: Any = None
    place: str = ""
    checklist: Any = None


@transaction.atomic
def save_route(route: PatrolRoute, points: Sequence[PointEntry] | None = None, *, by: Any) -> PatrolRoute:
    """Keep a new or changed route; with ``points`` those of a new one.

    Raises ValidationError by field and PermissionDenied unless ``by`` plans for the organisation.
    """
    if by is not None and not by.has_perm("maintenance.plan", route):
        raise PermissionDenied("maintenance.plan")
    if not route.weekdays or set(route.weekdays) - set("0123456"):
        raise ValidationError({"weekdays": _("Choose at least one day of the week.")})
    if route.ends_on is not None and route.ends_on < route.starts_on:
        raise ValidationError({"ends_on": _("The route ends before it begins.")})
    route.weekdays = "".join(sorted(set(route.weekdays)))
    is_new = route.pk is None
    if is_new and not points:
        raise ValidationError({"points": _("A route needs at least one point.")})
    route.planned_until = None
    route.full_clean()
    route.save()
    for entry in points or () if is_new else ():
        add_point(route, entry, by=by)
    return route


@transaction.atomic
def add_point(route: PatrolRoute, entry: PointEntry, *, by: Any) -> RoutePoint:
    """Add a point at the end; rounds under way do not know it, later ones do.

    Raises ValidationError for a unit of another customer, one that the route has, or neither unit nor place.
    """
    if by is not None and not by.has_perm("maintenance.plan", route):
        raise PermissionDenied("maintenance.plan")
    if entry.unit is None and not entry.place.strip():
        raise ValidationError({"place": _("Choose a unit or write the place.")})
    if entry.unit is not None and entry.unit.customer_id != route.customer_id:
        raise ValidationError({"unit": _("This unit belongs to another customer.")})
    present = route.points.filter(removed_at__isnull=True)
    if entry.unit is not None and present.filter(unit=entry.unit, place=entry.place.strip()).exists():
        raise ValidationError({"unit": _("The route has this point already.")})
    last = present.order_by("-position").values_list("position", flat=True).first() or 0
    return RoutePoint.objects.create(
        route=route, unit=entry.unit, place=entry.place.strip(), checklist=entry.checklist, position=last + 1
    )


@transaction.atomic
def remove_point(point: RoutePoint, *, by: Any, at: datetime | None = None) -> RoutePoint:
    """Take a point off its route. Rounds under way show it as taken off unless it was checked already.

    Raises ValidationError for the last point of a route: end the route instead.
    """
    if not by.has_perm("maintenance.plan", point.route):
        raise PermissionDenied("maintenance.plan")
    if point.removed_at is not None:
        return point
    if not point.route.points.filter(removed_at__isnull=True).exclude(pk=point.pk).exists():
        raise ValidationError(_("A route needs at least one point. End the route instead."))
    point.removed_at = at or timezone.now()
    point.save(update_fields=["removed_at"])
    open_points = RoundPoint.objects.filter(
        point=point, state=RoundPoint.State.OPEN, round__state__in=PatrolRound.OPEN_STATES
    )
    for met in open_points.select_related("round"):
        met.state, met.recorded_at, met.by = RoundPoint.State.REMOVED, point.removed_at, by
        met.save(update_fields=["state", "recorded_at", "by"])
        text = _("%(point)s was taken off the route.") % {"point": met.name}
        documents.record(met.round, TimelineEntry.Kind.CHANGE, by=by, at=point.removed_at, text=text)
    return point


@transaction.atomic
def move_point(point: RoutePoint, *, up: bool, by: Any) -> None:
    """Let a point change places with its neighbour; rounds that were begun keep their order."""
    if not by.has_perm("maintenance.plan", point.route):
        raise PermissionDenied("maintenance.plan")
    points = list(point.route.points.filter(removed_at__isnull=True))
    place = points.index(point)
    other = place - 1 if up else place + 1
    if not 0 <= other < len(points):
        return
    points[place], points[other] = points[other], points[place]
    for position, one in enumerate(points, 1):
        if one.position != position:
            RoutePoint.objects.filter(pk=one.pk).update(position=position)


def plan_round(route: PatrolRoute, *, today: date | None = None) -> PatrolRound | None:
    """Plan the round of today, once; None where none is to be walked."""
    today = today or timezone.localdate()
    made = _plan(route, today) if route.is_walked_on(today) else None
    PatrolRoute.objects.filter(pk=route.pk).update(planned_until=today)
    return made


@transaction.atomic
def _plan(route: PatrolRoute, day: date, *, occasion: str = "", by: Any = None) -> PatrolRound | None:
    if not occasion and PatrolRound.objects.filter(route=route, day=day, occasion="").exists():
        return None
    one = PatrolRound(
        organization=route.organization,
        title=f"{route.name} {day:%Y-%m-%d}{' ' + occasion if occasion else ''}"[:200],
        route=route,
        customer_id=route.customer_id,
        day=day,
        occasion=occasion,
        person=route.person,
        is_demo=route.is_demo,
    )
    return documents.create_document(one, by=by)


@transaction.atomic
def plan_special(route: PatrolRoute, *, day: date, occasion: str, by: Any) -> PatrolRound:
    """A special round beside the planned ones: a holiday, a typhoon, damage.

    Raises ValidationError without the occasion, for a day that has passed, and for the same occasion twice a day.
    """
    if not by.has_perm("maintenance.plan", route):
        raise PermissionDenied("maintenance.plan")
    occasion = occasion.strip()[:60]
    if not occasion:
        raise ValidationError({"occasion": _("Say for which occasion: typhoon, holiday …")})
    if day < timezone.localdate():
        raise ValidationError({"day": _("This day has passed.")})
    if route.rounds.filter(day=day, occasion=occasion).exists():
        raise ValidationError({"occasion": _("This round is planned already.")})
    made = _plan(route, day, occasion=occasion, by=by)
    if made is None:
        raise ValidationError({"occasion": _("This round is planned already.")})
    return made

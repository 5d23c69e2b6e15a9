"""Reading trips."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, DecimalField, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.dispatch.models import GroupTrip
from jiannuo.operations.trips.models import BusinessTrip, TripExpense, TripPerson
from jiannuo.operations.workorders.models import WorkOrder

TRAVELLERS = Prefetch("people", queryset=TripPerson.objects.select_related("person"))


def trips_for(user: Any) -> QuerySet[BusinessTrip, Any]:
    """Trips that the person may see, with ``spent`` (CNY) and the travellers."""
    spent = (
        TripExpense.objects.filter(trip=OuterRef("pk"))
        .order_by()
        .values("trip")
        .annotate(s=Sum("amount"))
        .values("s")
    )
    rows: QuerySet[BusinessTrip, Any] = BusinessTrip.objects.visible_to(user)
    return (
        rows.select_related("organization", "cause", "payer_order", "feedback")
        .prefetch_related(TRAVELLERS)
        .annotate(spent=Coalesce(Subquery(spent), 0, output_field=DecimalField()))
    )


def expenses_for(user: Any) -> QuerySet[TripExpense, Any]:
    """Lines of expenses of the trips that the person may see."""
    rows = TripExpense.objects.filter(trip__in=BusinessTrip.objects.visible_to(user).values("pk"))
    return rows.select_related("trip__organization", "trip__cause", "trip__payer_order", "traveller__person")


def without_feedback(rows: QuerySet[BusinessTrip, Any]) -> QuerySet[BusinessTrip, Any]:
    """Trips whose last day is over and whose feedback form is missing."""
    return rows.filter(
        state__in=BusinessTrip.TOOK_PLACE, ends_on__lt=timezone.localdate(), feedback__isnull=True
    )


def houses_of(user: Any, permission: str) -> QuerySet[Organization, Any]:
    """The organisations where ``user`` may do what ``permission`` names."""
    scope = user.organization_scope(permission)
    rows: QuerySet[Organization, Any] = Organization.objects.active()
    return rows if scope is None else rows.filter(pk__in=scope)


def possible_travellers(user: Any) -> QuerySet[User, Any]:
    """Whom ``user`` may plan a trip for: the people of the organisations where they plan trips, and themselves."""
    rows = User.objects.filter(is_active=True)
    if user.has_perm("trips.plan"):
        scope = user.organization_scope("trips.plan")
        if scope is not None:
            rows = rows.filter(Q(organization__in=scope) | Q(pk=user.pk))
    else:
        rows = rows.filter(pk=user.pk)
    customers = Q(role_assignments__role="customer")
    return (
        rows.annotate(held=Count("role_assignments", filter=~customers)).filter(held__gt=0).order_by("name")
    )


def known_from_order(order: WorkOrder, user: Any) -> dict[str, Any]:
    """What the form of a trip can take from an order."""
    visit = order.visits.filter(ended_at__isnull=True).order_by("-pk").prefetch_related("crew").first()
    begins = visit and (visit.appointment_from or visit.planned_from)
    day = timezone.localtime(begins).date() if begins else timezone.localdate()
    people = [order.technician_id] if order.technician_id else []
    if visit is not None:
        people += [person.pk for person in visit.crew.all()]
    return {
        "organization": order.organization_id,
        "people": _allowed(people, user),
        "place": order.place[:160],
        "starts_on": day,
        "ends_on": day,
        "orders": [order.number],
        "purpose": (order.title or order.fault)[:500],
    }


def known_from_group(group: GroupTrip, user: Any) -> dict[str, Any]:
    """What the form of a trip can take from a group trip: its people, day, stops and means."""
    stops = list(
        group.stops.select_related("visit__order__organization")
        .prefetch_related("visit__crew")
        .order_by("position")
    )
    people = [group.technician_id]
    people += [person.pk for stop in stops for person in stop.visit.crew.all()]
    orders = [stop.visit.order for stop in stops]
    last = max((stop.visit.planned_to for stop in stops if stop.visit.planned_to), default=None)
    places = dict.fromkeys(order.place for order in orders)
    means = {"car": "car", "own": "own", "public": "coach", "train": "train"}
    return {
        "organization": group.organization_id,
        "people": _allowed(people, user),
        "place": "；".join(place for place in places if place)[:160],
        "starts_on": group.day,
        "ends_on": max(group.day, timezone.localtime(last).date()) if last else group.day,
        "means": means.get(group.means, "other"),
        "orders": [order.number for order in orders],
        "purpose": "；".join(order.title or order.fault for order in orders)[:500],
    }


def _allowed(people: list[int], user: Any) -> list[int]:
    return list(possible_travellers(user).filter(pk__in=people).values_list("pk", flat=True))

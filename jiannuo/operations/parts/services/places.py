"""Stores and vans themselves."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.operations.parts.models import StockLocation
from jiannuo.operations.parts.services.booking import lock


@transaction.atomic
def add_location(
    organization: Any, kind: str, name: str, *, by: Any, person: Any = None, is_demo: bool = False
) -> StockLocation:
    """Set up a store, or the van of a person.

    Raises PermissionDenied, ValidationError for a van without a driver, a driver who has one, a name that is taken.
    """
    place = StockLocation(
        organization=organization, kind=kind, name=name.strip(), person=person, is_demo=is_demo
    )
    if not by.has_perm("stock.places", place):
        raise PermissionDenied("stock.places")
    place.full_clean()
    place.save()
    return place


@transaction.atomic
def change_location(place: StockLocation, *, name: str, active: bool, by: Any) -> StockLocation:
    """Give a place another name, close it or open it again.

    Raises PermissionDenied, ValidationError when it is to be closed and parts lie there, or the name is taken.
    """
    fresh = lock(place)[place.pk]
    if not by.has_perm("stock.places", fresh):
        raise PermissionDenied("stock.places")
    if fresh.active and not active and fresh.balances.filter(quantity__gt=0).exists():
        raise ValidationError({"active": _("Parts lie here; move them away before it is closed.")})
    fresh.name, fresh.active = name.strip(), active
    fresh.full_clean()
    fresh.save(update_fields=["name", "active"])
    return fresh

"""Where orders are and where technicians set out, exactly or by the centre of an area: the same as for planning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jiannuo.operations.dispatch.planner.model import Place
from jiannuo.operations.workforce.models import Technician

#: middle of what is known, by the code of an administrative division
Centres = Mapping[str, tuple[float, float]]


def has_coordinates(order: dict[str, Any]) -> bool:
    """Whether it is known exactly where an order is."""
    return order["latitude"] is not None and order["longitude"] is not None


def place_of(order: dict[str, Any], centres: Centres) -> Place | None:
    """Where an order is; by the centre of its division where its coordinates are not known."""
    if has_coordinates(order):
        return Place(order["latitude"], order["longitude"], order["division_id"] or "")
    middle = centres.get(order["division_id"] or "")
    return Place(*middle, order["division_id"]) if middle is not None else None


def home_of(technician: Technician) -> Place | None:
    """The place of a technician's own to set out from, as far as known."""
    if technician.home_latitude is None or technician.home_longitude is None:
        return None
    return Place(technician.home_latitude, technician.home_longitude)


def start_of(technician: Technician, base: Place | None, centres: Centres) -> Place | None:
    """Where somebody sets out: the own place, else that of the organisation, else the centre of its area."""
    own = home_of(technician) or base
    if own is not None:
        return own
    codes = (str(code) for code in technician.organization.areas)
    middle = next((centres[code] for code in codes if code in centres), None)
    return Place(*middle) if middle is not None else None


def divisions_without_place(
    orders: Iterable[dict[str, Any]], technicians: Iterable[Technician], base: Place | None
) -> set[str]:
    """The divisions whose centres stand for places that are not known."""
    codes = {one["division_id"] for one in orders if one["division_id"] and not has_coordinates(one)}
    if base is None:
        for technician in technicians:
            if home_of(technician) is None:
                codes |= {str(code) for code in technician.organization.areas}
    return codes

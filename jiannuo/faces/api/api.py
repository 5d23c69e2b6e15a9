"""The parts of the API that this face itself holds, because they stand on several rooms; found at start."""

from __future__ import annotations

from jiannuo.faces.api import (
    bench,
    cards,
    channels,
    complaints,
    dutylogs,
    events,
    followups,
    installations,
    knowledge,
    maintenance,
    obligations,
    orders,
    planning,
    requests,
    routing,
    stock,
    surveys,
    trips,
    work,
    workforce,
)

__all__ = [
    "bench",
    "cards",
    "channels",
    "complaints",
    "dutylogs",
    "events",
    "followups",
    "installations",
    "knowledge",
    "maintenance",
    "obligations",
    "orders",
    "planning",
    "requests",
    "routing",
    "stock",
    "surveys",
    "trips",
    "work",
    "workforce",
]

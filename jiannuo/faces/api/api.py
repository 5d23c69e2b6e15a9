"""The parts of the API that this face itself holds, because they stand on several rooms; found at start."""

from __future__ import annotations

from jiannuo.faces.api import (
    bench,
    cards,
    complaints,
    dutylogs,
    followups,
    installations,
    knowledge,
    maintenance,
    obligations,
    orders,
    requests,
    surveys,
    trips,
    work,
    workforce,
)

__all__ = [
    "bench",
    "cards",
    "complaints",
    "dutylogs",
    "followups",
    "installations",
    "knowledge",
    "maintenance",
    "obligations",
    "orders",
    "requests",
    "surveys",
    "trips",
    "work",
    "workforce",
]

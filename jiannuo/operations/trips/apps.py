from __future__ import annotations

from django.apps import AppConfig


class TripsConfig(AppConfig):
    name = "jiannuo.operations.trips"
    label = "trips"

    def ready(self) -> None:
        from jiannuo.operations.trips import access, panels  # noqa: F401

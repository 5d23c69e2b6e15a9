from __future__ import annotations

from django.apps import AppConfig


class AppointmentsConfig(AppConfig):
    name = "jiannuo.operations.appointments"
    label = "appointments"

    def ready(self) -> None:
        from jiannuo.operations.appointments.services import announce_delay
        from jiannuo.operations.dispatch.board import delays

        delays.register(announce_delay)

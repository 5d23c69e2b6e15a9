from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CalendarsConfig(AppConfig):
    name = "jiannuo.kernel.calendars"
    label = "calendars"

    def ready(self) -> None:
        from jiannuo.kernel.calendars.defaults import create_defaults

        post_migrate.connect(create_defaults, sender=self, dispatch_uid="default-calendars")

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "jiannuo.operations.channels"
    label = "channels"

    def ready(self) -> None:
        for part in (
            "access",
            "beginnings",
            "answers",
            "mail.notices",
            "mail.panels",
            "mail.subscribers",
            "mail.tasks",
        ):
            import_module(f"jiannuo.operations.channels.{part}")

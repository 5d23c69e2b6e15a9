from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class InstallationsConfig(AppConfig):
    """Installations: from the agreed delivery to the signed acceptance."""

    name = "jiannuo.operations.installations"
    label = "installations"

    def ready(self) -> None:
        for room in ("panels", "mailing"):
            import_module(f"jiannuo.operations.installations.{room}")

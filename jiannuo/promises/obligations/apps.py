from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "jiannuo.promises.obligations"
    label = "obligations"

    def ready(self) -> None:
        for name in ("access", "panels"):
            import_module(f"jiannuo.promises.obligations.{name}")

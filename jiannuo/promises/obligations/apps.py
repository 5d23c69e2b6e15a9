from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "jiannuo.promises.obligations"
    label = "obligations"

    def ready(self) -> None:
        import_module("jiannuo.promises.obligations.panels")

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "jiannuo.operations.workforce"
    label = "workforce"

    def ready(self) -> None:
        import_module("jiannuo.operations.workforce.access")

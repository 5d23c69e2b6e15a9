from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class WorkordersConfig(AppConfig):
    name = "jiannuo.operations.workorders"
    label = "workorders"

    def ready(self) -> None:
        import_module("jiannuo.operations.workorders.history")
        import_module("jiannuo.operations.workorders.cases")

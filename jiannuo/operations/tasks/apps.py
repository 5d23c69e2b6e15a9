from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "jiannuo.operations.tasks"
    label = "tasks"

    def ready(self) -> None:
        import_module("jiannuo.operations.tasks.panels")

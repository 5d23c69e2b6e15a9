from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "jiannuo.operations.staffing"
    label = "staffing"

    def ready(self) -> None:
        import_module("jiannuo.operations.staffing.roster")

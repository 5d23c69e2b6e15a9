from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class MaintenanceConfig(AppConfig):
    """Maintenance and inspection: plans, patrols, findings, reports, duty logs."""

    name = "jiannuo.operations.maintenance"
    label = "maintenance"

    def ready(self) -> None:
        import_module("jiannuo.operations.maintenance.panels")

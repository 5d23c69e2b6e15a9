from __future__ import annotations

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "jiannuo.operations.dispatch.planning"
    label = "planning"

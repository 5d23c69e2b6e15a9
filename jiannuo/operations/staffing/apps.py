from __future__ import annotations

from django.apps import AppConfig


class StaffingConfig(AppConfig):
    name = "jiannuo.operations.staffing"
    label = "staffing"

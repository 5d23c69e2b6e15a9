from __future__ import annotations

from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "jiannuo.operations.complaints"
    label = "complaints"

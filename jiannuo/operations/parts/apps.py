from __future__ import annotations

from django.apps import AppConfig


class PartsConfig(AppConfig):
    name = "jiannuo.operations.parts"
    label = "parts"

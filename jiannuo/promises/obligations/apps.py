from __future__ import annotations

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "jiannuo.promises.obligations"
    label = "obligations"

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class FollowUpsConfig(AppConfig):
    name = "jiannuo.operations.followups"
    label = "followups"

    def ready(self) -> None:
        import_module("jiannuo.operations.followups.panels")

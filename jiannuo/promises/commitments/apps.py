from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class CommitmentsConfig(AppConfig):
    name = "jiannuo.promises.commitments"
    label = "commitments"

    def ready(self) -> None:
        import_module("jiannuo.promises.commitments.panels")

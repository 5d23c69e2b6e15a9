from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "jiannuo.operations.knowledge"
    label = "knowledge"

    def ready(self) -> None:
        import_module("jiannuo.operations.knowledge.access")

from __future__ import annotations

from importlib import import_module

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "jiannuo.office.documents"
    label = "documents"

    def ready(self) -> None:
        import_module("jiannuo.office.documents.access")

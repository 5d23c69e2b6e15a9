from __future__ import annotations

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "jiannuo.office.documents"
    label = "documents"

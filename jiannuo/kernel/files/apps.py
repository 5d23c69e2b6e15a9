from __future__ import annotations

from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "jiannuo.kernel.files"
    label = "files"

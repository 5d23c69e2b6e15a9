from __future__ import annotations

from django.apps import AppConfig


class InstalledbaseConfig(AppConfig):
    name = "jiannuo.registry.installedbase"
    label = "installedbase"

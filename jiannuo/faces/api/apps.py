from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ApiConfig(AppConfig):
    name = "jiannuo.faces.api"
    label = "api"

    def ready(self) -> None:
        autodiscover_modules("api")
        from jiannuo.faces.api.router import register_entries

        register_entries()

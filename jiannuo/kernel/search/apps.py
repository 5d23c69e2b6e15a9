from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class SearchConfig(AppConfig):
    name = "jiannuo.kernel.search"
    label = "search"

    def ready(self) -> None:
        autodiscover_modules("search")
        from jiannuo.kernel.search.watching import connect

        connect()

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ExchangeConfig(AppConfig):
    name = "jiannuo.kernel.exchange"
    label = "exchange"

    def ready(self) -> None:
        autodiscover_modules("resources")

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PrintingConfig(AppConfig):
    name = "jiannuo.kernel.printing"
    label = "printing"

    def ready(self) -> None:
        autodiscover_modules("prints")

from __future__ import annotations

from django.apps import AppConfig


class PrintingConfig(AppConfig):
    name = "jiannuo.kernel.printing"
    label = "printing"

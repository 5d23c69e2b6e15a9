from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CustomersConfig(AppConfig):
    name = "jiannuo.registry.customers"
    label = "customers"

    def ready(self) -> None:
        autodiscover_modules("around_customer")

from __future__ import annotations

from django.apps import AppConfig


class ProductsConfig(AppConfig):
    name = "jiannuo.registry.products"
    label = "products"

    def ready(self) -> None:
        from jiannuo.registry.products import access  # noqa: F401

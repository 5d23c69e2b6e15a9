from __future__ import annotations

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "jiannuo.kernel.exchange"
    label = "exchange"

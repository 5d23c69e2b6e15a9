from __future__ import annotations

from django.apps import AppConfig


class TablesConfig(AppConfig):
    name = "jiannuo.kernel.tables"
    label = "tables"

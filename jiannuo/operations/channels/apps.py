from __future__ import annotations

from django.apps import AppConfig


class ChannelsConfig(AppConfig):
    name = "jiannuo.operations.channels"
    label = "channels"

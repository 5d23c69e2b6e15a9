from __future__ import annotations

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "jiannuo.faces.portal"
    label = "portal"

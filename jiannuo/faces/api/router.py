"""Where rooms add their part of the API: in their own ``api.py``, found at start::

from jiannuo.faces.api.router import api_router

api_router.register("orders", WorkOrderViewSet, basename="order")
"""

from __future__ import annotations

import sys

from django.apps import apps
from rest_framework.routers import DefaultRouter

from jiannuo.faces.api.idempotency import IdempotentMixin
from jiannuo.faces.api.views import ApiRoot


class ApiRouter(DefaultRouter):
    """The routes below ``/api/v1/``; their names begin with ``api:``."""

    include_format_suffixes = False
    root_view_name = "root"
    APIRootView = ApiRoot  # type: ignore[assignment]


api_router = ApiRouter()


def register_entries() -> None:
    """Take in the rooms below the faces, which only declare ``router_entries = [(prefix, view set)]``.

    Each gets :class:`IdempotentMixin`, so that every POST is carried out once for each key.
    """
    for app in apps.get_app_configs():
        for prefix, viewset in getattr(sys.modules.get(f"{app.name}.api"), "router_entries", ()):
            repeatable = type(viewset.__name__, (IdempotentMixin, viewset), {"__doc__": viewset.__doc__})
            api_router.register(prefix, repeatable, basename=prefix)

"""Where rooms add their part of the API: in their own ``api.py``, found at start::

from jiannuo.faces.api.router import api_router

api_router.register("orders", WorkOrderViewSet, basename="order")
"""

from __future__ import annotations

from rest_framework.routers import DefaultRouter

from jiannuo.faces.api.views import ApiRoot


class ApiRouter(DefaultRouter):
    """The routes below ``/api/v1/``; their names begin with ``api:``."""

    include_format_suffixes = False
    root_view_name = "root"
    APIRootView = ApiRoot


api_router = ApiRouter()

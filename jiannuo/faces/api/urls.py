from __future__ import annotations

from django.urls import include, path, re_path

from jiannuo.faces.api import health, hooks
from jiannuo.faces.api.router import api_router
from jiannuo.faces.api.schema import SchemaView
from jiannuo.faces.api.views import MeView, NotFoundView

app_name = "api"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/schema/", SchemaView.as_view(), name="schema"),
    path("api/v1/me/", MeView.as_view(), name="me"),
    path("api/v1/hooks/<uuid:code>/calls/", hooks.CallHook.as_view(), name="hook_calls"),
    path(
        "api/v1/hooks/<uuid:code>/calls/<str:call_id>/recording/",
        hooks.RecordingHook.as_view(),
        name="hook_recording",
    ),
    path("api/v1/hooks/<uuid:code>/messages/", hooks.MessageHook.as_view(), name="hook_messages"),
    path("api/v1/", include(api_router.urls)),
    re_path(r"^api/(?P<rest>.*)$", NotFoundView.as_view(), name="not_found"),
]

from __future__ import annotations

from django.urls import path

from jiannuo.kernel.audit.views import AuditList

app_name = "audit"
urlpatterns = [path("audit/", AuditList.as_view(), name="list")]

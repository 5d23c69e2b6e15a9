from __future__ import annotations

from django.urls import path

from jiannuo.kernel.tables import views

app_name = "tables"

urlpatterns = [
    path("exports/<int:pk>/", views.export, name="export"),
    path("exports/<int:pk>/file", views.download, name="download"),
]

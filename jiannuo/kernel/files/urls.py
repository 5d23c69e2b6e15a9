from __future__ import annotations

from django.urls import path

from jiannuo.kernel.files import views

app_name = "files"
urlpatterns = [
    path("files/<uuid:pk>", views.serve, name="serve"),
    path("files/<uuid:pk>/<slug:size>", views.serve, name="serve_size"),
]

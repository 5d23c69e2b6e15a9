from __future__ import annotations

from django.urls import path, re_path

from jiannuo.kernel.regions import views

app_name = "regions"
urlpatterns = [
    re_path(r"^regions/(?P<code>0|\d{2,9})/children$", views.children, name="children"),
    path("regions/parse", views.parse, name="parse"),
]

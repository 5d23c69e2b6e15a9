"""Every address of the system. Each face and room brings its own ``urls.py``."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
]

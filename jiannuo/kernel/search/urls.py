from __future__ import annotations

from django.urls import path

from jiannuo.kernel.search import views

app_name = "search"
urlpatterns = [
    path("search/", views.results, name="results"),
    path("search/suggest", views.suggest, name="suggest"),
]

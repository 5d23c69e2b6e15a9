from __future__ import annotations

from django.urls import path

from jiannuo.kernel.exchange import views

app_name = "exchange"

urlpatterns = [
    path("imports/", views.ImportList.as_view(), name="list"),
    path("imports/new/", views.choose, name="choose"),
    path("imports/new/<slug:importer>/", views.upload, name="upload"),
    path("imports/new/<slug:importer>/template.xlsx", views.template, name="template"),
    path("imports/<int:pk>/", views.detail, name="detail"),
    path("imports/<int:pk>/match", views.match, name="match"),
    path("imports/<int:pk>/start", views.start, name="start"),
    path("imports/<int:pk>/discard", views.discard, name="discard"),
    path("imports/<int:pk>/bad-rows.xlsx", views.bad_rows, name="bad_rows"),
]

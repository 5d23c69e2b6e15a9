from __future__ import annotations

from django.urls import path

from jiannuo.registry.installedbase.views import detail, editing, lists

app_name = "installedbase"
urlpatterns = [
    path("units/", lists.UnitList.as_view(), name="list"),
    path("units/new", editing.UnitEdit.as_view(), name="create"),
    path("units/labels", lists.labels, name="labels"),
    path("units/choices", lists.picker, name="picker"),
    path("units/sites", editing.sites, name="sites"),
    path("units/<int:pk>/", detail.detail, name="detail"),
    path("units/<int:pk>/edit", editing.UnitEdit.as_view(), name="edit"),
    path("units/<int:pk>/reading", editing.AddReading.as_view(), name="reading"),
    path("units/<int:pk>/component", editing.ReplaceComponent.as_view(), name="component"),
    path("units/<int:pk>/owner", editing.ChangeOwner.as_view(), name="owner"),
    path("units/<int:pk>/status", editing.ChangeStatus.as_view(), name="status"),
]

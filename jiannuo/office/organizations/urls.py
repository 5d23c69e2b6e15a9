from __future__ import annotations

from django.urls import path

from jiannuo.office.organizations import views

app_name = "organizations"
urlpatterns = [
    path("organizations/", views.tree_page, name="list"),
    path("organizations/new/", views.create, name="create"),
    path("organizations/<int:pk>/", views.detail, name="detail"),
    path("organizations/<int:pk>/edit/", views.edit, name="edit"),
    path("organizations/<int:pk>/move/", views.move, name="move"),
    path("organizations/<int:pk>/active/", views.set_active, name="active"),
]

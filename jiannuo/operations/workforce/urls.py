from __future__ import annotations

from django.urls import path

from jiannuo.operations.workforce import views

app_name = "workforce"
urlpatterns = [
    path("workforce/", views.TechnicianList.as_view(), name="list"),
    path("workforce/new/", views.create, name="create"),
    path("workforce/<int:pk>/", views.detail, name="detail"),
    path("workforce/<int:pk>/edit/", views.edit, name="edit"),
    path("workforce/<int:pk>/skills/", views.skill_new, name="skill_new"),
    path("workforce/<int:pk>/shifts/", views.shifts_new, name="shifts_new"),
    path("workforce/<int:pk>/absences/", views.absence_new, name="absence_new"),
    path("workforce/skills/<int:pk>/remove/", views.skill_remove, name="skill_remove"),
    path("workforce/shifts/<int:pk>/remove/", views.shift_remove, name="shift_remove"),
    path("workforce/absences/<int:pk>/remove/", views.absence_remove, name="absence_remove"),
]

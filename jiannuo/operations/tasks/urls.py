from __future__ import annotations

from django.urls import path

from jiannuo.operations.tasks import views

app_name = "tasks"
urlpatterns = [
    path("tasks/", views.TaskList.as_view(), name="list"),
    path("tasks/<str:number>/", views.TaskPage.as_view(), name="detail"),
]

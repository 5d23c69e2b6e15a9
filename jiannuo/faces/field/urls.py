from __future__ import annotations

from django.urls import path

from jiannuo.faces.field import views

app_name = "field"
urlpatterns = [
    path("field/", views.jobs, name="jobs"),
    path("field/<str:number>/", views.job, name="job"),
    path("field/<str:number>/<slug:step>/", views.step, name="step"),
]

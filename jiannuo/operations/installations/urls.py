from __future__ import annotations

from django.urls import path

from jiannuo.operations.installations import views

app_name = "installations"
urlpatterns = [
    path("installations/", views.InstallationList.as_view(), name="list"),
    path("installations/new/", views.create, name="new"),
    path("installations/procedures/", views.procedures, name="procedures"),
    path("installations/procedures/new/", views.procedure_new, name="procedure_new"),
    path("installations/procedures/<int:pk>/", views.procedure_edit, name="procedure"),
    path("installations/notices/", views.NoticeList.as_view(), name="notices"),
    path("installations/notices/<str:number>/", views.NoticePage.as_view(), name="notice"),
    path("installations/<str:number>/", views.InstallationPage.as_view(), name="detail"),
    path("installations/<str:number>/<slug:name>/", views.step, name="step"),
]

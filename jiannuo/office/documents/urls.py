from __future__ import annotations

from django.urls import path

from jiannuo.office.documents import approval_views, views

app_name = "documents"
urlpatterns = [
    path("documents/<str:number>/", views.open_document, name="open"),
    path("documents/<str:number>/actions/<slug:name>/", views.action, name="action"),
    path("documents/<str:number>/comment/", views.comment, name="comment"),
    path("documents/<str:number>/files/", views.upload, name="upload"),
    path("documents/<str:number>/timeline/", views.timeline, name="timeline"),
    path("approvals/", approval_views.inbox, name="approvals"),
    path("approvals/<int:pk>/<slug:decision>/", approval_views.decide, name="decide"),
]

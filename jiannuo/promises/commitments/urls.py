from __future__ import annotations

from django.urls import path

from jiannuo.promises.commitments import views

app_name = "commitments"
urlpatterns = [
    path("commitments/", views.CommitmentList.as_view(), name="list"),
    path("commitments/<str:code>/", views.detail, name="detail"),
]

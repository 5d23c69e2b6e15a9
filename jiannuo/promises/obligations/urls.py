from __future__ import annotations

from django.urls import path

from jiannuo.promises.obligations import views

app_name = "obligations"
urlpatterns = [
    path("obligations/", views.ObligationList.as_view(), name="list"),
    path("obligations/kept/", views.rates, name="rates"),
    path("obligations/<int:pk>/waive/", views.waive, name="waive"),
    path("obligations/of/<str:number>/", views.countdowns, name="countdowns"),
]

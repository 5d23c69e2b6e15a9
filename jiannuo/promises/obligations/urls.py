from __future__ import annotations

from django.urls import path

from jiannuo.promises.obligations import event_views, fulfilment_views, views

app_name = "obligations"
urlpatterns = [
    path("obligations/", views.ObligationList.as_view(), name="list"),
    path("obligations/kept/", fulfilment_views.page, name="rates"),
    path("obligations/duties/", views.DutyList.as_view(), name="duties"),
    path("obligations/events/", event_views.EventList.as_view(), name="events"),
    path("obligations/events/new/", event_views.announce, name="event_new"),
    path("obligations/events/<int:pk>/day/", event_views.change_day, name="event_day"),
    path("obligations/events/<int:pk>/off/", event_views.call_off, name="event_off"),
    path("obligations/<int:pk>/", views.detail, name="detail"),
    path("obligations/<int:pk>/acknowledge/", views.acknowledge, name="acknowledge"),
    path("obligations/<int:pk>/keep/", views.keep, name="keep"),
    path("obligations/<int:pk>/evidence/", views.evidence, name="evidence"),
    path("obligations/<int:pk>/pause/", views.pause, name="pause"),
    path("obligations/<int:pk>/resume/", views.resume, name="resume"),
    path("obligations/<int:pk>/waive/", views.waive, name="waive"),
    path("obligations/of/<str:number>/", views.countdowns, name="countdowns"),
]

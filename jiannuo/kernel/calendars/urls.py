from __future__ import annotations

from django.urls import path

from jiannuo.kernel.calendars import views

app_name = "calendars"
urlpatterns = [
    path("calendars/", views.CalendarList.as_view(), name="list"),
    path("calendars/new", views.CalendarEdit.as_view(), name="create"),
    path("calendars/<slug:code>/", views.CalendarDetail.as_view(), name="detail"),
    path("calendars/<slug:code>/edit", views.CalendarEdit.as_view(), name="edit"),
]

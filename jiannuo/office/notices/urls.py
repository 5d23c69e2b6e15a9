from __future__ import annotations

from django.urls import path

from jiannuo.office.notices import views

app_name = "notices"
urlpatterns = [
    path("notices/", views.inbox, name="inbox"),
    path("notices/count/", views.count, name="count"),
    path("notices/read/", views.mark_all_read, name="read_all"),
    path("notices/<int:pk>/", views.open_notice, name="open"),
]

from __future__ import annotations

from django.urls import path

from jiannuo.operations.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("dispatch/", views.Queue.as_view(), name="queue"),
    path("dispatch/orders/new/", views.create_order, name="create_order"),
    path("dispatch/orders/<str:number>/assign/", views.assign, name="assign"),
]

from __future__ import annotations

from django.urls import path

from jiannuo.operations.dispatch import views
from jiannuo.operations.dispatch.board import absence_views, split_views, trip_views
from jiannuo.operations.dispatch.board import views as board

app_name = "dispatch"
urlpatterns = [
    path("dispatch/", views.Queue.as_view(), name="queue"),
    path("dispatch/board/", board.page, name="board"),
    path("dispatch/board/data", board.data, name="board_data"),
    path("dispatch/board/pulse", board.board_pulse, name="board_pulse"),
    path("dispatch/board/absent/", absence_views.absent, name="board_absent"),
    path("dispatch/board/orders/<str:number>/", board.order_panel, name="board_order"),
    path("dispatch/board/orders/<str:number>/place", board.place, name="board_place"),
    path("dispatch/board/orders/<str:number>/lock", board.lock, name="board_lock"),
    path("dispatch/board/orders/<str:number>/take-back", board.take_back, name="board_take_back"),
    path("dispatch/board/orders/<str:number>/split", split_views.split_order, name="board_split"),
    path("dispatch/board/trips/new/", trip_views.trip_new, name="trip_new"),
    path("dispatch/board/trips/<int:pk>/", trip_views.trip, name="trip"),
    path("dispatch/board/trips/<int:pk>/move", trip_views.trip_move, name="trip_move"),
    path("dispatch/board/trips/<int:pk>/dissolve", trip_views.trip_dissolve, name="trip_dissolve"),
    path("dispatch/orders/new/", views.create_order, name="create_order"),
    path("dispatch/orders/<str:number>/assign/", views.assign, name="assign"),
]

from __future__ import annotations

from django.urls import path

from jiannuo.operations.dispatch import board_more_views as more
from jiannuo.operations.dispatch import board_views as board
from jiannuo.operations.dispatch import views

app_name = "dispatch"
urlpatterns = [
    path("dispatch/", views.Queue.as_view(), name="queue"),
    path("dispatch/board/", board.page, name="board"),
    path("dispatch/board/data", board.data, name="board_data"),
    path("dispatch/board/pulse", board.board_pulse, name="board_pulse"),
    path("dispatch/board/absent/", more.absent, name="board_absent"),
    path("dispatch/board/orders/<str:number>/", board.order_panel, name="board_order"),
    path("dispatch/board/orders/<str:number>/place", board.place, name="board_place"),
    path("dispatch/board/orders/<str:number>/lock", board.lock, name="board_lock"),
    path("dispatch/board/orders/<str:number>/take-back", board.take_back, name="board_take_back"),
    path("dispatch/board/trips/new/", more.trip_new, name="trip_new"),
    path("dispatch/board/trips/<int:pk>/", more.trip, name="trip"),
    path("dispatch/board/trips/<int:pk>/move", more.trip_move, name="trip_move"),
    path("dispatch/board/trips/<int:pk>/dissolve", more.trip_dissolve, name="trip_dissolve"),
    path("dispatch/orders/new/", views.create_order, name="create_order"),
    path("dispatch/orders/<str:number>/assign/", views.assign, name="assign"),
]

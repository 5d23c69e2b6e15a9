from __future__ import annotations

from django.urls import path

from jiannuo.operations.parts import views

app_name = "parts"
urlpatterns = [
    path("stock/", views.StockList.as_view(), name="list"),
    path("stock/ledger/", views.Ledger.as_view(), name="ledger"),
    path("stock/ledger/<int:pk>/reverse", views.reverse_page, name="reverse"),
    path("stock/places/", views.PlaceList.as_view(), name="places"),
    path("stock/places/new", views.place_new, name="place_new"),
    path("stock/places/<int:pk>/", views.PlacePage.as_view(), name="location"),
    path("stock/places/<int:pk>/edit", views.place_edit, name="place_edit"),
    path("stock/places/<int:pk>/count", views.count_page, name="count"),
    path("stock/places/<int:pk>/choices", views.choices, name="choices"),
    path("stock/places/<int:pk>/row", views.move_row, name="move_row"),
    path("stock/receive", views.receive_page, name="receive"),
    path("stock/receive/row", views.receive_row, name="receive_row"),
    path("stock/move", views.move_page, name="move"),
    path("stock/van", views.my_van, name="van"),
]

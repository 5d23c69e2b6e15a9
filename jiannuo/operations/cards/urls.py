from __future__ import annotations

from django.urls import path

from jiannuo.operations.cards import views

app_name = "cards"
urlpatterns = [
    path("cards/", views.CardList.as_view(), name="list"),
    path("cards/new", views.card_new, name="new"),
    path("cards/photos", views.photos_new, name="photos"),
    path("cards/settings", views.settings, name="settings"),
    path("cards/quarters", views.QuarterList.as_view(), name="quarters"),
    path("cards/quarters/<int:pk>", views.quarter, name="quarter"),
    path("cards/<str:number>/", views.CardPage.as_view(), name="detail"),
    path("cards/<str:number>/type", views.card_type, name="type"),
]

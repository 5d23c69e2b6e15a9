from __future__ import annotations

from django.urls import path

from jiannuo.operations.trips import views

app_name = "trips"
urlpatterns = [
    path("trips/", views.TripList.as_view(), name="list"),
    path("trips/mine/", views.MyTrips.as_view(), name="mine"),
    path("trips/new/", views.trip_new, name="new"),
    path("trips/expenses/", views.ExpenseList.as_view(), name="expenses"),
    path("trips/figures/", views.figures_page, name="figures"),
    path("trips/figures.pdf", views.figures_pdf, name="figures_pdf"),
    path("trips/tables/", views.tables_page, name="tables"),
    path("trips/tables/<slug:table>/new/", views.row_new, name="row_new"),
    path("trips/tables/<slug:table>/<int:pk>/", views.row_edit, name="row_edit"),
    path("trips/tables/<slug:table>/<int:pk>/remove/", views.row_remove, name="row_remove"),
    path("trips/<str:number>/", views.TripPage.as_view(), name="detail"),
    path("trips/<str:number>/edit/", views.trip_edit, name="edit"),
    path("trips/<str:number>/expenses/new/", views.expense_new, name="expense_new"),
    path("trips/<str:number>/expenses/<int:pk>/remove/", views.expense_remove, name="expense_remove"),
    path("trips/<str:number>/feedback/", views.feedback_edit, name="feedback"),
]

from __future__ import annotations

from django.urls import path

from jiannuo.operations.appointments import views

app_name = "appointments"
urlpatterns = [
    path("appointments/", views.figures, name="figures"),
    path("appointments/rules/", views.rules, name="rules"),
    path("appointments/rules/new/", views.rule_new, name="rule_new"),
    path("appointments/rules/<int:pk>/", views.rule_edit, name="rule_edit"),
    path("appointments/rules/<int:pk>/remove/", views.rule_remove, name="rule_remove"),
    path("appointments/<str:number>/", views.card, name="card"),
    path("appointments/<str:number>/book/", views.book, name="book"),
    path("appointments/<str:number>/give-up/", views.give_up, name="give_up"),
    path("appointments/<str:number>/link/", views.link, name="link"),
    path("appointments/<str:number>/delay/", views.delay, name="delay"),
    path("appointments/<str:number>/customer-late/", views.customer_late, name="customer_late"),
]

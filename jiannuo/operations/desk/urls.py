from __future__ import annotations

from django.urls import path

from jiannuo.operations.desk import views

app_name = "desk"
urlpatterns = [
    path("desk/", views.intake, name="intake"),
    path("desk/lookup/", views.lookup, name="lookup"),
    path("desk/customer/", views.customer, name="customer"),
    path("desk/models/", views.models, name="models"),
    path("desk/promise/", views.promise, name="promise"),
    path("desk/suggest/", views.suggest, name="suggest"),
    path("desk/solved/", views.solved, name="solved"),
    path("requests/", views.ServiceRequestList.as_view(), name="request_list"),
    path("requests/<str:number>/", views.ServiceRequestPage.as_view(), name="request_detail"),
]

from __future__ import annotations

from django.urls import path

from jiannuo.operations.desk import views
from jiannuo.operations.desk.routing import views as routing

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
    path("requests/register.pdf", views.service_register, name="service_register"),
    path("requests/routing", routing.rules, name="rules"),
    path("requests/routing/new", routing.rule_new, name="rule_new"),
    path("requests/routing/<int:pk>", routing.rule_edit, name="rule_edit"),
    path("requests/routing/<int:pk>/<str:way>", routing.rule_move, name="rule_move"),
    path("requests/reasons/new", routing.reason_edit, name="reason_new"),
    path("requests/reasons/<int:pk>", routing.reason_edit, name="reason_edit"),
    path("requests/checks", routing.CheckList.as_view(), name="checks"),
    path("requests/push-backs", routing.PushBackList.as_view(), name="pushbacks"),
    path("requests/push-backs/months", routing.pushback_months, name="pushback_months"),
    path("requests/push-backs/<int:pk>", routing.pushback_decide, name="pushback_decide"),
    path("requests/<str:number>/", views.ServiceRequestPage.as_view(), name="request_detail"),
]

from __future__ import annotations

from django.urls import path

from jiannuo.operations.workorders import views

app_name = "workorders"
urlpatterns = [
    path("remedies/<str:number>/", views.choose_remedy, name="remedy"),
    path("orders/", views.WorkOrderList.as_view(), name="list"),
    path("orders/new/", views.create, name="create"),
    path("orders/<str:number>/", views.WorkOrderPage.as_view(), name="detail"),
    path("orders/<str:number>/edit/", views.edit, name="edit"),
    path("orders/<str:number>/parts/", views.parts, name="parts"),
    path("orders/<str:number>/case/", views.write_case, name="write_case"),
    path("orders/<str:number>/lines/new/", views.line_new, name="line_new"),
    path("orders/<str:number>/lines/<int:pk>/", views.line_edit, name="line_edit"),
    path("orders/<str:number>/lines/<int:pk>/remove/", views.line_remove, name="line_remove"),
    path("orders/<str:number>/lines/<int:pk>/payer/", views.line_payer, name="line_payer"),
]

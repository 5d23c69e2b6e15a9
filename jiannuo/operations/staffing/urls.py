from __future__ import annotations

from django.urls import path

from jiannuo.operations.staffing import views

app_name = "staffing"
urlpatterns = [
    path("my-work/", views.mine, name="mine"),
    path("leave/", views.LeaveList.as_view(), name="leaves"),
    path("leave/new/", views.leave_new, name="leave_new"),
    path("leave/approvers/", views.steps, name="steps"),
    path("leave/approvers/<int:pk>/remove/", views.step_remove, name="step_remove"),
    path("leave/<str:number>/", views.LeavePage.as_view(), name="leave"),
    path("standby/", views.DutyList.as_view(), name="standby"),
    path("standby/new/", views.duty_new, name="duty_new"),
    path("standby/now/", views.standby_now, name="standby_now"),
    path("standby/<int:pk>/remove/", views.duty_remove, name="duty_remove"),
    path("workload/", views.workload_page, name="workload"),
]

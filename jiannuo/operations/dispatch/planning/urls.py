from __future__ import annotations

from django.urls import path

from jiannuo.operations.dispatch.planning import views

app_name = "planning"
urlpatterns = [
    path("planning/", views.ProposalList.as_view(), name="list"),
    path("planning/new/", views.new, name="new"),
    path("planning/settings/", views.settings, name="settings"),
    path("planning/settings/<str:table>/new/", views.setting_new, name="setting_new"),
    path("planning/settings/<str:table>/<int:row>/", views.setting_edit, name="setting_edit"),
    path("planning/settings/<str:table>/<int:row>/remove/", views.setting_remove, name="setting_remove"),
    path("planning/<int:pk>/", views.detail, name="detail"),
    path("planning/<int:pk>/publish/", views.publish_view, name="publish"),
    path("planning/<int:pk>/<str:step>/", views.step, name="step"),
    path("planning/<int:pk>/items/<int:item>/<str:step>/", views.item_step, name="item_step"),
]

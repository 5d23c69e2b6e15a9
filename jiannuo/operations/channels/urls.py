from __future__ import annotations

from django.urls import path

from jiannuo.operations.channels import views

app_name = "channels"
urlpatterns = [
    path("inbox/", views.InboxList.as_view(), name="inbox"),
    path("inbox/letters/", views.LetterList.as_view(), name="letters"),
    path("inbox/new/", views.arrival_new, name="arrival_new"),
    path("inbox/<int:pk>/", views.item, name="item"),
    path("inbox/<int:pk>/<slug:name>/", views.item_action, name="item_action"),
    path("calls/", views.CallList.as_view(), name="calls"),
    path("calls/new/", views.call_new, name="call_new"),
    path("calls/card/", views.call_card, name="card"),
    path("calls/ringing/", views.ringing, name="ringing"),
    path("calls/<int:pk>/", views.call, name="call"),
    path("calls/<int:pk>/recording/", views.call_recording, name="recording"),
    path("calls/<int:pk>/edit/", views.call_edit, name="call_edit"),
    path("connections/", views.connections, name="connections"),
    path("connections/new/", views.connection_new, name="connection_new"),
    path("connections/<int:pk>/", views.connection_edit, name="connection"),
    path("connections/<int:pk>/<slug:step>/", views.connection_step, name="connection_step"),
    path("connections/<int:pk>/extensions/new/", views.extension_new, name="extension_new"),
    path("connections/extensions/<int:extension>/", views.extension_edit, name="extension"),
    path("connections/channels/<slug:channel>/", views.setting_edit, name="setting"),
]

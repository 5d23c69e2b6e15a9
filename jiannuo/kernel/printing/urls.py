from __future__ import annotations

from django.urls import path

from jiannuo.kernel.printing import views

app_name = "printing"
urlpatterns = [path("print/<slug:form_id>/<int:pk>.pdf", views.print_form, name="print")]

from __future__ import annotations

from django.urls import path

from jiannuo.operations.workforce import views

app_name = "workforce"
urlpatterns = [
    path("workforce/", views.TechnicianList.as_view(), name="list"),
    path("workforce/new/", views.create, name="create"),
    path("workforce/patterns/", views.PatternList.as_view(), name="patterns"),
    path("workforce/patterns/new/", views.pattern_new, name="pattern_new"),
    path("workforce/patterns/<int:pk>/", views.pattern_edit, name="pattern_edit"),
    path("workforce/certificates/", views.CertificateList.as_view(), name="certificates"),
    path("workforce/certificates/kinds/", views.kinds, name="certificate_kinds"),
    path("workforce/certificates/kinds/new/", views.kind_new, name="certificate_kind_new"),
    path("workforce/certificates/kinds/<int:pk>/", views.kind_edit, name="certificate_kind_edit"),
    path("workforce/certificates/<int:pk>/", views.certificate_edit, name="certificate_edit"),
    path("workforce/certificates/<int:pk>/remove/", views.certificate_remove, name="certificate_remove"),
    path("workforce/assignments/<int:pk>/end/", views.assignment_end, name="assignment_end"),
    path("workforce/<int:pk>/pattern/", views.pattern_assign, name="pattern_assign"),
    path("workforce/<int:pk>/exceptions/", views.exception_new, name="exception_new"),
    path("workforce/<int:pk>/certificates/", views.certificate_new, name="certificate_new"),
    path("workforce/<int:pk>/", views.detail, name="detail"),
    path("workforce/<int:pk>/edit/", views.edit, name="edit"),
    path("workforce/<int:pk>/skills/", views.skill_new, name="skill_new"),
    path("workforce/<int:pk>/shifts/", views.shifts_new, name="shifts_new"),
    path("workforce/<int:pk>/absences/", views.absence_new, name="absence_new"),
    path("workforce/skills/<int:pk>/remove/", views.skill_remove, name="skill_remove"),
    path("workforce/shifts/<int:pk>/remove/", views.shift_remove, name="shift_remove"),
    path("workforce/absences/<int:pk>/remove/", views.absence_remove, name="absence_remove"),
]

from __future__ import annotations

from django.urls import path

from jiannuo.faces.field import views
from jiannuo.faces.field.offline import dutyviews as duty
from jiannuo.faces.field.offline import lending, siteviews
from jiannuo.faces.field.offline import views as offline

app_name = "field"
urlpatterns = [
    path("field/", views.jobs, name="jobs"),
    path("field/app/", offline.app, name="app"),
    path("field/app/manifest.webmanifest", offline.manifest, name="manifest"),
    path("field/app/worker.js", offline.worker, name="worker"),
    path("field/app/hello", offline.hello, name="hello"),
    path("field/app/jobs/<str:number>", offline.job, name="take"),
    path("field/app/jobs/<str:number>/note", offline.note, name="note"),
    path("field/app/jobs/<str:number>/<slug:step>", offline.send, name="send"),
    path("field/app/rounds/<str:key>", offline.walk, name="walk"),
    path("field/app/rounds/<str:key>/<slug:step>", offline.send_walk, name="send_walk"),
    path("field/app/logs/<str:key>", duty.log, name="log"),
    path("field/app/logs/<str:key>/<slug:step>", duty.send_log, name="send_log"),
    path("field/app/installations/<str:number>", siteviews.project, name="project"),
    path("field/app/installations/<str:number>/<slug:step>", siteviews.send_project, name="send_project"),
    path("field/app/loaners/<str:piece>/<slug:step>", lending.send_loan, name="send_loan"),
    path("field/<str:number>/", views.job, name="job"),
    path("field/<str:number>/<slug:step>/", views.step, name="step"),
]

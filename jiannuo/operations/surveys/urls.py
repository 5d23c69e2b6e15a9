from __future__ import annotations

from django.urls import path

from jiannuo.operations.surveys import views

app_name = "surveys"
urlpatterns = [
    path("surveys/", views.AnswerList.as_view(), name="list"),
    path("surveys/enter/", views.enter, name="enter"),
    path("surveys/invitations/", views.InvitationList.as_view(), name="invitations"),
    path("surveys/invitations/<int:pk>/call/", views.call, name="call"),
    path("surveys/opinions/", views.OpinionList.as_view(), name="opinions"),
    path("surveys/opinions/<int:pk>/", views.opinion, name="opinion"),
    path("surveys/statistics/", views.statistics, name="statistics"),
    path("surveys/statistics/f59.pdf", views.statistics_pdf, name="statistics_pdf"),
    path("surveys/statistics/f59.xlsx", views.statistics_xlsx, name="statistics_xlsx"),
    path("surveys/statistics/opinions/", views.opinion_statistics, name="opinion_statistics"),
    path("surveys/statistics/f60.pdf", views.opinions_pdf, name="opinions_pdf"),
    path("surveys/statistics/f60.xlsx", views.opinions_xlsx, name="opinions_xlsx"),
    path("surveys/reports/", views.ReportList.as_view(), name="reports"),
    path("surveys/reports/new/", views.report_new, name="report_new"),
    path("surveys/reports/<str:number>/", views.ReportPage.as_view(), name="report"),
    path("surveys/settings/", views.settings, name="settings"),
    path("surveys/settings/questionnaires/new/", views.questionnaire_new, name="questionnaire_new"),
    path("surveys/settings/rules/new/", views.rule_new, name="rule_new"),
    path("surveys/settings/rules/<int:pk>/", views.rule_edit, name="rule_edit"),
    path("surveys/settings/categories/new/", views.category_new, name="category_new"),
    path("surveys/settings/categories/<int:pk>/", views.category_edit, name="category_edit"),
    path("surveys/settings/<slug:code>/", views.questionnaire, name="questionnaire"),
    path("surveys/settings/<slug:code>/edit/", views.questionnaire_edit, name="questionnaire_edit"),
    path("surveys/settings/<slug:code>/version/", views.edition_new, name="edition_new"),
    path("surveys/settings/<slug:code>/draft/", views.edition_edit, name="edition_edit"),
    path("surveys/settings/<slug:code>/publish/", views.edition_publish, name="edition_publish"),
    path("surveys/settings/<slug:code>/<str:part>/new/", views.part_new, name="part_new"),
    path("surveys/settings/<slug:code>/<str:part>/<int:pk>/", views.part_edit, name="part_edit"),
    path("surveys/settings/<slug:code>/<str:part>/<int:pk>/remove/", views.part_remove, name="part_remove"),
    path("surveys/answers/<str:number>/", views.AnswerPage.as_view(), name="answer"),
    path("surveys/answers/<str:number>/correct/", views.correct, name="correct"),
]

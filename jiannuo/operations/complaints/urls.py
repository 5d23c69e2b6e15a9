from __future__ import annotations

from django.urls import path

from jiannuo.operations.complaints import views

app_name = "complaints"
urlpatterns = [
    path("complaints/", views.ComplaintList.as_view(), name="list"),
    path("complaints/special/", views.SpecialCaseList.as_view(), name="special"),
    path("complaints/new/", views.register, name="register"),
    path("complaints/month/", views.month, name="month"),
    path("complaints/month/export/", views.month_export, name="month_export"),
    path("complaints/month/print/", views.month_print, name="month_print"),
    path("complaints/month/volumes/", views.volumes, name="volumes"),
    path("complaints/settings/", views.settings, name="settings"),
    path("complaints/settings/<str:table>/new/", views.setting_new, name="setting_new"),
    path("complaints/settings/<str:table>/<int:pk>/", views.setting_edit, name="setting_edit"),
    path("complaints/<str:number>/", views.ComplaintPage.as_view(), name="detail"),
    path("inspections/", views.InspectionList.as_view(), name="inspections"),
    path("inspections/new/", views.inspection_new, name="inspection_new"),
    path("inspections/forms/", views.score_forms, name="score_forms"),
    path("inspections/forms/new/", views.score_form_new, name="score_form_new"),
    path("inspections/forms/<int:pk>/", views.score_form_edit, name="score_form"),
    path("inspections/forms/<int:pk>/version/", views.score_form_version, name="score_form_version"),
    path("inspections/<str:number>/", views.InspectionPage.as_view(), name="inspection"),
    path("inspections/<str:number>/scores/", views.inspection_score, name="inspection_score"),
    path("inspections/<str:number>/<str:kind>/", views.inspection_follow, name="inspection_follow"),
    path("penalties/", views.SheetList.as_view(), name="sheets"),
    path("penalties/new/", views.sheet_new, name="sheet_new"),
    path("penalties/lines/<int:pk>/", views.line_edit, name="line_edit"),
    path("penalties/lines/<int:pk>/collected/", views.line_collect, name="line_collect"),
    path("penalties/<str:number>/", views.SheetPage.as_view(), name="sheet"),
    path("suggestions/", views.SuggestionList.as_view(), name="suggestions"),
    path("suggestions/slips/", views.slip, name="slip"),
    path("suggestions/new/", views.suggestion_new, name="suggestion_new"),
    path("suggestions/<str:number>/", views.SuggestionPage.as_view(), name="suggestion"),
    path("payouts/", views.PayoutList.as_view(), name="payouts"),
    path("payouts/<str:number>/", views.PayoutPage.as_view(), name="payout"),
]

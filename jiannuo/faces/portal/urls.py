from __future__ import annotations

from django.urls import path

from jiannuo.faces.portal import (
    appointing,
    asking,
    carry_in,
    complaining,
    goods_notice,
    helping,
    installation,
    quotation,
    suggesting,
    survey,
    views,
)

app_name = "portal"
urlpatterns = [
    path("q/", views.enter_code, name="enter"),
    path("q/<slug:label>", views.unit, name="unit"),
    path("q/<slug:label>/report", views.report, name="report"),
    path("q/<slug:label>/help", helping.answers, name="help"),
    path("q/<slug:label>/help/<str:number>", helping.article, name="help_article"),
    path("q/<slug:label>/help/<str:number>/file/<uuid:pk>", helping.file, name="help_file"),
    path("ask", asking.ask, name="ask"),
    path("ask/thanks", asking.asked, name="asked"),
    path("g/thanks", suggesting.suggested, name="suggested"),
    path("g/<str:token>", suggesting.suggest, name="suggest"),
    path("q/<slug:label>/complain", complaining.about_machine, name="complain"),
    path("p/<str:token>/complain", complaining.about_request, name="complain_of"),
    path("c/<str:token>", complaining.progress, name="complaint"),
    path("p/<str:token>/appointment", appointing.choose, name="appointment"),
    path("p/<str:token>/appointment/give-up", appointing.give_up, name="appointment_give_up"),
    path("a/<str:token>", appointing.choose_for_order, name="order_appointment"),
    path("a/<str:token>/give-up", appointing.give_up_order, name="order_appointment_give_up"),
    path("p/<str:token>", views.progress, name="progress"),
    path("r/<str:token>", views.record, name="record"),
    path("r/<str:token>/record.pdf", views.record_pdf, name="record_pdf"),
    path("r/<str:token>/photo/<uuid:pk>", views.record_photo, name="record_photo"),
    path("i/<str:token>", installation.progress, name="installation"),
    path("i/<str:token>/acceptance.pdf", installation.acceptance_pdf, name="acceptance_pdf"),
    path("b/<str:token>", carry_in.receipt, name="carry_in"),
    path("b/<str:token>/receipt.pdf", carry_in.receipt_pdf, name="carry_in_pdf"),
    path("n/<str:token>", goods_notice.notice, name="goods_notice"),
    path("n/<str:token>/notice.pdf", goods_notice.notice_pdf, name="goods_notice_pdf"),
    path("n/<str:token>/photo/<uuid:pk>", goods_notice.photo, name="goods_notice_photo"),
    path("o/<str:token>", quotation.quotation, name="quotation"),
    path("o/<str:token>/quotation.pdf", quotation.quotation_pdf, name="quotation_pdf"),
    path("s/<str:token>", survey.survey, name="survey"),
    path("portal/challenge", views.challenge, name="challenge"),
]

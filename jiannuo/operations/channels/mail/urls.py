from __future__ import annotations

from django.urls import path

from jiannuo.operations.channels.mail import views

app_name = "mail"
urlpatterns = [
    path("mail/", views.MailList.as_view(), name="list"),
    path("mail/accounts/", views.account_list, name="accounts"),
    path("mail/accounts/new/", views.account_new, name="account_new"),
    path("mail/accounts/<int:pk>/", views.account_page, name="account"),
    path("mail/accounts/<int:pk>/test/", views.account_test, name="account_test"),
    path("mail/accounts/<int:pk>/read/", views.account_read, name="account_read"),
    path("mail/requests/<str:number>/", views.answer, name="answer"),
    path("mail/<int:pk>/", views.message, name="message"),
    path("mail/<int:pk>/original/", views.original, name="original"),
    path("mail/<int:pk>/take-in/", views.take_in, name="take_in"),
]

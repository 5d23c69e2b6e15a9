from __future__ import annotations

from django.urls import path

from jiannuo.office.accounts.views import own, people

app_name = "accounts"
urlpatterns = [
    path("people/", people.PeopleList.as_view(), name="people"),
    path("people/new/", people.create, name="person_create"),
    path("people/roles/", people.roles, name="roles"),
    path("people/<int:pk>/", people.person, name="person"),
    path("people/<int:pk>/edit/", people.edit, name="person_edit"),
    path("people/<int:pk>/absence/", people.absence, name="person_absence"),
    path("people/<int:pk>/active/", people.set_active, name="person_active"),
    path("people/<int:pk>/password/", people.send_password_link, name="person_password"),
    path("people/<int:pk>/roles/", people.grant, name="role_grant"),
    path("people/<int:pk>/roles/<int:assignment>/revoke/", people.revoke, name="role_revoke"),
    path("me/", own.profile, name="profile"),
    path("me/keys/", own.tokens, name="tokens"),
    path("me/keys/<int:pk>/revoke/", own.revoke_token, name="token_revoke"),
]

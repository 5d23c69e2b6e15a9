"""Signing in: lock-out, reset by mail, second factor, devices, language."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.testing import factories

PASSWORD = "correct horse battery"


def sign_in(client, login, password=PASSWORD, **options):
    return client.post(reverse("account_login"), {"login": login, "password": password}, **options)


def signed_in(client):
    return "_auth_user_id" in client.session


def test_with_the_name_or_the_address_and_whatever_case(company):
    company.agent.username = "WangFang"
    company.agent.save()
    for login in ("WangFang", "wangfang", company.agent.email, company.agent.email.upper()):
        client = Client()
        assert sign_in(client, login).status_code == 302
        assert signed_in(client)


@pytest.mark.parametrize("by", ["username", "email"])
def test_five_wrong_tries_lock_even_the_right_password_out(client, company, by):
    login = getattr(company.agent, by)
    for _try in range(5):
        response = sign_in(client, login, "wrong password")

    assert response.status_code == 429
    assert sign_in(client, login).status_code == 429
    assert not signed_in(client)


def test_tries_with_name_and_address_count_together(client, company):
    for login in [company.agent.username, company.agent.email] * 2:
        sign_in(client, login, "wrong password")
    assert sign_in(client, company.agent.username, "wrong password").status_code == 429


def test_names_that_do_not_exist_lock_in_the_same_way(client, db):
    statuses = [sign_in(client, "nobody", "wrong password").status_code for _try in range(5)]
    assert statuses == [200, 200, 200, 200, 429]


def test_the_lock_ends_after_a_while_and_does_not_hit_others(client, company):
    for _try in range(5):
        sign_in(client, company.agent.username, "wrong password")

    assert sign_in(client, company.clerk_a.username).status_code == 302
    client.logout()
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert sign_in(client, company.agent.username).status_code == 302


def test_who_is_deactivated_does_not_get_in(client, company):
    company.agent.is_active = False
    company.agent.save()
    sign_in(client, company.agent.username)
    assert not signed_in(client)


def test_nobody_signs_up(client, db):
    response = client.post(
        reverse("account_signup"),
        {"username": "x", "email": "x@example.com", "password1": PASSWORD, "password2": PASSWORD},
    )
    assert response.status_code == 200
    assert User.objects.count() == 0


def test_the_password_is_reset_by_mail(client, company):
    # When the agent asks for a link
    client.post(reverse("account_reset_password"), {"email": company.agent.email})

    # Then the link in the mail sets a new password
    link = re.search(r"http://\S+", mail.outbox[0].body).group()
    page = client.get(link, follow=True)
    new = "a new horse battery"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    assert sign_in(Client(), company.agent.username, new).status_code == 302


def test_a_reset_does_not_tell_which_accounts_exist(client, company):
    known = client.post(reverse("account_reset_password"), {"email": company.agent.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_weak_passwords_are_refused(client, company):
    client.force_login(company.agent)
    for weak in ("short", "1234567890", "password123"):
        data = {"oldpassword": PASSWORD, "password1": weak, "password2": weak}
        assert client.post(reverse("account_change_password"), data).status_code == 200
    assert User.objects.get(pk=company.agent.pk).check_password(PASSWORD)


def test_a_role_that_owes_a_second_factor_is_sent_to_set_it_up(client, company, settings):
    # Given that general managers owe a second factor
    settings.JIANNUO_MFA_ROLES = ["general_manager"]

    # Then one without is sent to set it up, whatever page they ask for, and the API refuses them
    client.force_login(company.general_manager)
    assert client.get(reverse("notices:inbox"))["Location"] == reverse("mfa_activate_totp")
    refused = client.get("/api/v1/me/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert client.get(reverse("mfa_activate_totp")).status_code in {200, 302}
    # And others are left alone
    other = Client()
    other.force_login(company.agent)
    assert other.get(reverse("notices:inbox")).status_code == 200


def test_with_a_second_factor_the_code_is_asked_and_the_pages_open(client, company, settings):
    settings.JIANNUO_MFA_ROLES = ["general_manager"]
    secret = "JBSWY3DPEHPK3PXP"
    TOTP.activate(company.general_manager, secret)

    # When they sign in with the password
    response = sign_in(client, company.general_manager.username)

    # Then the code is asked, a wrong one refused, the right one lets them in
    assert response["Location"].startswith(reverse("mfa_authenticate"))
    assert not signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not signed_in(client)
    counter = next(iter(yield_hotp_counters_from_time()))
    code = format_hotp_value(hotp_value(secret, counter))
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert signed_in(client)
    assert client.get(reverse("notices:inbox")).status_code == 200
    assert get_adapter().is_mfa_enabled(company.general_manager)
    assert Authenticator.objects.count() == 1


def test_other_devices_are_listed_and_signed_out(company):
    # Given two devices
    one, other = Client(), Client()
    sign_in(one, company.agent.username)
    sign_in(other, company.agent.username)
    assert UserSession.objects.filter(user=company.agent).count() == 2

    # When one of them signs out the others
    one.post(reverse("usersessions_list"))

    # Then the other is out and the one is still in
    assert other.get(reverse("notices:inbox")).status_code == 302
    assert one.get(reverse("notices:inbox")).status_code == 200


def test_reading_pages_does_not_write(client, company, django_assert_max_num_queries):
    client.force_login(company.agent)
    client.get(reverse("notices:count"))
    with django_assert_max_num_queries(3):
        client.get(reverse("notices:count"))


def test_pages_speak_the_language_of_the_person(client, company):
    company.agent.language = "en"
    company.agent.save()
    client.force_login(company.agent)

    response = client.get(reverse("notices:inbox"), HTTP_ACCEPT_LANGUAGE="zh-CN")

    assert response["Content-Language"] == "en"
    assert "Notices" in response.content.decode()


def test_choosing_a_language_in_the_menu_is_kept(client, company):
    client.force_login(company.agent)
    client.post(reverse("set_language"), {"language": "zh-hant", "next": "/"})
    client.post(reverse("set_language"), {"language": "klingon", "next": "/"})

    assert User.objects.get(pk=company.agent.pk).language == "zh-hant"
    assert client.get(reverse("notices:inbox"))["Content-Language"] == "zh-hant"


def test_visitors_read_in_the_language_of_their_browser(client, db):
    assert client.get(reverse("account_login"), HTTP_ACCEPT_LANGUAGE="en")["Content-Language"] == "en"


def test_cookies_are_secure_behind_tls():
    from importlib import reload
    from os import environ
    from unittest.mock import patch

    from jiannuo.config import settings as module

    with patch.dict(environ, {"JIANNUO_BASE_URL": "https://service.example.com"}):
        behind_tls = reload(module)
        assert behind_tls.SESSION_COOKIE_SECURE
        assert behind_tls.CSRF_COOKIE_SECURE
        assert behind_tls.SESSION_COOKIE_HTTPONLY
    reload(module)


def test_a_customer_signs_in_like_others_and_sees_no_staff_page(client, company):
    customer = factories.person("customer", at=company.dealer_a)
    sign_in(client, customer.username)
    assert client.get(reverse("accounts:people")).status_code == 403

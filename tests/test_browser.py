"""A real browser meets the live server: as a guest and signed in, on a desk and in a hand."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.shortcuts import resolve_url

from jiannuo.testing import factories


@pytest.mark.parametrize("fixture", ["page", "phone_page"])
def test_a_guest_meets_the_sign_in_page_in_chinese(request, fixture):
    page = request.getfixturevalue(fixture)

    answer = page.goto(resolve_url(settings.LOGIN_URL))

    assert answer.status == 200
    assert page.locator("html").get_attribute("lang").lower().startswith("zh")
    assert page.locator("input[type=password]").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_who_has_a_session_is_signed_in(page, sign_in):
    sign_in(page, factories.person(at=factories.organization()))

    page.goto(resolve_url(settings.LOGIN_URL))

    assert resolve_url(settings.LOGIN_URL) not in page.url


def test_one_test_leaves_the_next_an_empty_database(page, django_user_model):
    assert not django_user_model.objects.exists()

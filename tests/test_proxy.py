from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from jiannuo.config.proxy import VisitorAddressMiddleware


@pytest.mark.parametrize(
    ("told", "counted"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8::9", "2001:db8::9"),
        ("", "127.0.0.1"),
        ("evil, 1.2.3.4", "127.0.0.1"),
    ],
)
def test_behind_a_proxy_the_visitor_counts(told: str, counted: str) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(request.META["REMOTE_ADDR"])

    request = RequestFactory().get("/", headers={"X-Real-IP": told})
    assert VisitorAddressMiddleware(view)(request).content.decode() == counted

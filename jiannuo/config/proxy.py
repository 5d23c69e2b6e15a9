"""Behind a reverse proxy: the address of the visitor instead of the proxy's."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from ipaddress import ip_address

from django.http import HttpRequest, HttpResponse


class VisitorAddressMiddleware:
    """Takes REMOTE_ADDR from ``X-Real-IP``, which the proxy must set itself (``JIANNUO_TRUST_PROXY=1``).

    Rate limits, lock-outs and the list of devices then count people, not the proxy. A header that is no address is
    ignored.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        told = request.META.get("HTTP_X_REAL_IP", "")
        with contextlib.suppress(ValueError):
            request.META["REMOTE_ADDR"] = str(ip_address(told))
        return self.get_response(request)

"""Who may open a page: strangers are sent to sign in, people without the permission are refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from jiannuo.office.accounts.roles import PERMISSIONS

#: For pages that everybody who is signed in may open, such as the own profile.
SIGNED_IN = "signed-in"

View = Callable[..., HttpResponseBase]


def refusal(request: HttpRequest, permission: str) -> HttpResponseBase | None:
    """What to answer instead of the page: a way to sign in, or nothing when the person may enter.

    Raises PermissionDenied for people without ``permission``, ImproperlyConfigured when it is not in the role matrix.
    """
    if permission != SIGNED_IN and permission not in PERMISSIONS:
        raise ImproperlyConfigured(f"{permission!r} is not a permission of the role matrix")
    if not request.user.is_authenticated:
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        return redirect_to_login(request.get_full_path())
    if permission != SIGNED_IN and not request.user.has_perm(permission):
        raise PermissionDenied(permission)
    return None


class PermissionRequired:
    """Mixin of class-based views; deny by default: a view without ``permission`` is an error."""

    permission: str = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return refusal(request, self.permission) or super().dispatch(request, *args, **kwargs)


def permission_required(permission: str) -> Callable[[View], View]:
    """Decorator of function views: ``@permission_required("orders.view")`` or ``@permission_required(SIGNED_IN)``."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return refusal(request, permission) or view(request, *args, **kwargs)

        return guarded

    return decorate

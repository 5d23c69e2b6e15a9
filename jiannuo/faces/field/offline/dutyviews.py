"""The addresses through which the app takes duty logs along and sends what was written into them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from jiannuo.faces.field.offline import duty, taking
from jiannuo.faces.field.offline.logs import log_packs
from jiannuo.faces.field.offline.views import for_app
from jiannuo.operations.maintenance.services import was_logged


@require_safe
@for_app
def log(request: HttpRequest, key: str) -> HttpResponse:
    """Everything about one duty log, to be taken along."""
    found = log_packs(request.user, only=key).get(key)
    if found is None:
        return _answer(404, taking.problem("unknown", _("There is no such log, or it is no longer in use.")))
    return _answer(200, found)


@require_POST
@for_app
def send_log(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Take over one step of a log. Sent again with its key it is answered as done."""
    if was_logged(request.POST.get("key", ""), request.user):
        return _answer(200, {"done": True, "again": True})
    return _answer(*duty.take_log(key, step, request.POST, request.FILES, by=request.user))


def _answer(status: int, data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})

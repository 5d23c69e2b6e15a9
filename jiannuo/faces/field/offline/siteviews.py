"""The addresses through which the app takes installation projects along and sends what was recorded of them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from jiannuo.faces.field.offline import site
from jiannuo.faces.field.offline.installations import project_packs
from jiannuo.faces.field.offline.taking import Answer
from jiannuo.faces.field.offline.views import for_app
from jiannuo.operations.installations.services import was_sent

DONE: Answer = (200, {"done": True, "again": True})


@require_safe
@for_app
def project(request: HttpRequest, number: str) -> HttpResponse:
    """Everything about one installation project, to be taken along."""
    found = project_packs(request.user).get(number)
    return told((200, found) if found is not None else site.unknown())


@require_POST
@for_app
def send_project(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Take over one step of a project, or a note about it. Sent again with its key it is answered as done."""
    key = site.plain(request.POST.get("key", ""))
    if was_sent(key, request.user):
        return told(DONE)
    if step == "note":
        return told(site.take_site_note(number, request.POST, request.FILES, by=request.user))
    answer = site.take_site(number, step, request.POST, request.FILES, by=request.user)
    # Two copies may arrive together: the second finds the state changed by the first.
    return told(DONE if answer[0] == 409 and was_sent(key, request.user) else answer)


def told(answer: Answer) -> HttpResponse:
    """An answer as JSON."""
    status, data = answer
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})

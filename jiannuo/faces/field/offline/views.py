"""The app itself (its page, manifest and service worker), and the few addresses through which it takes and sends."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jiannuo.faces.field.offline import taking, walking
from jiannuo.faces.field.offline.film import film_limits
from jiannuo.faces.field.offline.installations import site_greeting
from jiannuo.faces.field.offline.loaners import loan_greeting
from jiannuo.faces.field.offline.logs import log_stamps
from jiannuo.faces.field.offline.pack import flow, pack, stamps
from jiannuo.faces.field.offline.person import mark_of
from jiannuo.faces.field.offline.rounds import round_flow, round_packs, round_stamps
from jiannuo.faces.field.offline.texts import app_texts
from jiannuo.faces.field.offline.van import van_contents
from jiannuo.operations.maintenance.services import was_sent
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import RELATED
from jiannuo.operations.workorders.services import had_the_job

PERMISSION = "orders.work"
#: files of the app beside its page; the service worker keeps them all
FILES = (
    "app.css",
    "theme.js",
    "field.js",
    "field.css",
    "field-codes.js",
    "field-codes.wasm",
    "icons.svg",
    "jiannuo.svg",
    "field-192.png",
    "field-512.png",
)
View = Callable[..., HttpResponse]


def for_app(view: View) -> View:
    """Answer in JSON who may not enter, and refuse a phone that believes to be somebody else's."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user = request.user
        if not user.is_authenticated:
            return _answer(
                401, taking.problem("signed_out", _("You were signed out. Sign in again to go on."))
            )
        if not user.has_perm(PERMISSION):
            return _answer(403, taking.problem("forbidden", _("You do no field work here.")))
        person = request.headers.get("X-Field-Person", "")
        if person and person != mark_of(user):
            text = _("Somebody else is signed in now. What is stored here belongs to another person.")
            return _answer(409, taking.problem("other_person", text))
        return view(request, *args, **kwargs)

    return never_cache(guarded)


def _answer(status: int, data: dict[str, Any]) -> JsonResponse:
    return JsonResponse(data, status=status, json_dumps_params={"ensure_ascii": False})


# The app


@require_safe
@never_cache
def app(request: HttpRequest) -> HttpResponse:
    """The page of the app. Nothing about persons or jobs is in it: the phone keeps it, and anybody may have it."""
    return render(request, "field/app.html", {"texts": _texts(), "language": get_language()})


def _texts() -> str:
    return json.dumps(app_texts(), ensure_ascii=False).replace("<", "\\u003c")


@require_safe
@never_cache
def manifest(request: HttpRequest) -> JsonResponse:
    """How the phone installs the app."""
    name = _("Jiannuo field service")
    icons = [
        {
            "src": static(f"field-{size}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }
        for size in (192, 512)
        for purpose in ("any", "maskable")
    ]
    return JsonResponse(
        {
            "id": reverse("field:app"),
            "name": name,
            "short_name": _("Field service"),
            "description": _("Jobs of the day, also without network."),
            "lang": get_language(),
            "start_url": reverse("field:app"),
            "scope": reverse("field:app"),
            "display": "standalone",
            "orientation": "portrait",
            "background_color": "#f4f6f9",
            "theme_color": "#15273f",
            "icons": icons,
        },
        content_type="application/manifest+json",
        json_dumps_params={"ensure_ascii": False},
    )


@require_safe
@never_cache
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, with the list of the files that it keeps and a word that changes with each of them."""
    program = finders.find("field-worker.js") or str(Path(settings.STATIC_ROOT) / "field-worker.js")
    entries = [{"url": static(name), "revision": _revision(name)} for name in FILES]
    page = {"url": reverse("field:app"), "revision": _revision(*FILES, more=_texts())}
    config = json.dumps({"files": entries, "page": page})
    body = f"self.__field = {config};\n{Path(program).read_text(encoding='utf-8')}"
    return HttpResponse(body, content_type="text/javascript; charset=utf-8")


def _revision(*names: str, more: str = "") -> str:
    """A word that changes with the contents of built files."""
    digest = hashlib.sha256(more.encode())
    for name in names:
        path = finders.find(name) or Path(settings.STATIC_ROOT) / name
        digest.update(Path(path).read_bytes())
    return digest.hexdigest()[:16]


# Taking and sending


@require_safe
@for_app
def hello(request: HttpRequest) -> JsonResponse:
    """Who is signed in, the server's time, the token for sending, and the jobs to have with a word for their state."""
    user: Any = request.user
    van = van_contents(user)
    return _answer(
        200,
        {
            "person": mark_of(user),
            "name": user.name,
            "now": timezone.now().isoformat(timespec="milliseconds"),
            "token": get_token(request),
            "jobs": stamps(user, [part["id"] for part in van or ()]),
            "flow": flow(),
            "van": van,
            "rounds": round_stamps(user),
            "walk": round_flow(),
            "video": film_limits(),
            "logs": log_stamps(user),
            **site_greeting(user),
            **loan_greeting(user),
        },
    )


@require_safe
@for_app
def job(request: HttpRequest, number: str) -> JsonResponse:
    """Everything about one job, to be taken along."""
    order = _own(request.user, number)
    if order is None:
        return _answer(*taking.gone(number, request.user))
    return _answer(200, pack(order, request.user))


@require_POST
@for_app
def send(request: HttpRequest, number: str, step: str) -> JsonResponse:
    """Take over one step. Sent again with its key it is answered as done, whoever has the job by now."""
    if taking.was_done(request.POST.get("key", "")[:64], request.user):
        return _answer(200, {"done": True, "again": True})
    order = _own(request.user, number)
    if order is None:
        return _answer(*taking.gone(number, request.user))
    return _answer(*taking.take(order, step, request.POST, request.FILES, by=request.user))


@require_POST
@for_app
def note(request: HttpRequest, number: str) -> JsonResponse:
    """Keep as a note what could not be taken over, for the dispatcher of the order that the person had."""
    if taking.was_done(request.POST.get("key", "")[:64], request.user):
        return _answer(200, {"done": True, "again": True})
    order = WorkOrder.objects.select_related("organization").filter(number=number).first()
    if order is None or not had_the_job(order, request.user):
        return _answer(*taking.gone(number, request.user))
    return _answer(*taking.take_note(order, request.POST, request.FILES, by=request.user))


@require_safe
@for_app
def walk(request: HttpRequest, key: str) -> HttpResponse:
    """Everything about one patrol round, to be taken along."""
    found = round_packs(request.user).get(key)
    if found is None:
        text = _("There is no such round of yours, or it is not planned any more.")
        return _answer(404, taking.problem("unknown", text))
    return _answer(200, found)


@require_POST
@for_app
def send_walk(request: HttpRequest, key: str, step: str) -> HttpResponse:
    """Take over one step of a round, or a note about it. Sent again with its key it is answered as done."""
    if was_sent(request.POST.get("key", ""), request.user):
        return _answer(200, {"done": True, "again": True})
    if step == "note":
        return _answer(*walking.take_round_note(key, request.POST, request.FILES, by=request.user))
    return _answer(*walking.take_walk(key, step, request.POST, request.FILES, by=request.user))


def _own(user: Any, number: str) -> WorkOrder | None:
    """A job of ``user`` with what its pack shows."""
    rows = WorkOrder.objects.visible_to(user).filter(technician=user, number=number)
    return rows.select_related("organization", *RELATED).prefetch_related("visits").first()

"""What the cascading picker asks. No sign-in: the portal uses it too, and the divisions are public."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from django_ratelimit.core import is_ratelimited

from jiannuo.kernel.regions import services

RATE = "300/m"
CACHE_SECONDS = 24 * 3600
TEXT_LIMIT = 200


def _refusal(request: HttpRequest) -> HttpResponse | None:
    if is_ratelimited(request, group="regions", key="ip", rate=RATE, increment=True):
        return JsonResponse({"detail": _("Too many questions in a short time. Wait a minute.")}, status=429)
    return None


@require_GET
def children(request: HttpRequest, code: str) -> HttpResponse:
    """The divisions below ``code`` as ``[{code, name}]``; ``0`` for the provinces."""
    if refusal := _refusal(request):
        return refusal
    found = services.children(code)
    response = JsonResponse(found, safe=False)
    if found:
        response["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    return response


@require_GET
def parse(request: HttpRequest) -> HttpResponse:
    """What an address in free text means: ``{division, rest, candidates}``."""
    if refusal := _refusal(request):
        return refusal
    text = request.GET.get("text", "")[:TEXT_LIMIT]
    parsed = services.parse_address(text)
    named = services.full_names(d.code for d in (parsed.division, *parsed.candidates) if d)

    def shown(division: Any) -> dict[str, str]:
        return {"code": division.code, "name": named[division.code]}

    return JsonResponse(
        {
            "division": shown(parsed.division) if parsed.division else None,
            "rest": parsed.rest,
            "candidates": [shown(candidate) for candidate in parsed.candidates],
        }
    )

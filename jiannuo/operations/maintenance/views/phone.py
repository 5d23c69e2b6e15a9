"""Walking a round with the phone in hand."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from jiannuo.kernel.files.services import store
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.maintenance import queries, services
from jiannuo.operations.maintenance.models import PatrolRound, RoundPoint

RECORD = "patrols.record"
STEPS = {"start": (), "finish": ("remark",), "break-off": ("reason",)}


@permission_required(RECORD)
@require_safe
def my_rounds(request: HttpRequest) -> HttpResponse:
    """The rounds of today."""
    rounds = queries.my_rounds(request.user, timezone.localdate())
    context = {
        "title": _("My rounds"),
        "open": [one for one in rounds if one.state in PatrolRound.OPEN_STATES],
        "over": [one for one in rounds if one.state not in PatrolRound.OPEN_STATES],
    }
    return render(request, "maintenance/phone/rounds.html", context)


def _round(request: HttpRequest, number: str) -> PatrolRound:
    found = queries.rounds_for(request.user).filter(number=number).first()
    if found is None:
        raise Http404(_("There is no such round, or you may not see it."))
    if not request.user.has_perm(RECORD, found):
        raise PermissionDenied(RECORD)
    one: PatrolRound = found
    return one


@permission_required(RECORD)
@require_safe
def walk(request: HttpRequest, number: str) -> HttpResponse:
    """The points of a round, the next open one first in sight."""
    return _show(request, _round(request, number))


def _show(request: HttpRequest, one: PatrolRound, *, problem: str = "", status: int = 200) -> HttpResponse:
    points = list(one.points.all())
    left = [point for point in points if point.state == RoundPoint.State.OPEN]
    context = {
        "title": one.route.name,
        "round": one,
        "points": points,
        "next": left[0] if left else None,
        "done": len(points) - len(left),
        "problem": problem,
        "findings": list(one.findings_in.order_by("pk")[:20]),
    }
    return render(request, "maintenance/phone/walk.html", context, status=status)


@permission_required(RECORD)
@require_POST
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Start, finish or break off."""
    one = _round(request, number)
    if step not in STEPS:
        raise Http404(_("There is no such step."))
    data = {name: request.POST.get(name, "").strip()[:300] for name in STEPS[step]}
    if "reason" in data and not data["reason"]:
        return _show(request, one, problem=_("Say why."), status=422)
    try:
        services.do_round(one, step.replace("-", "_"), by=request.user, data=data)
    except (ActionNotAllowed, StaleDocument) as error:
        return _show(request, _round(request, number), problem=str(error), status=409)
    except ValidationError as error:
        return _show(request, one, problem=" ".join(error.messages), status=422)
    if step == "start":
        return redirect("maintenance:walk", number)
    return redirect("maintenance:my_rounds")


def _point(one: PatrolRound, pk: int) -> RoundPoint:
    point = one.points.select_related("unit__model", "by").filter(pk=pk).first()
    if point is None:
        raise Http404(_("This round has no such point."))
    return point


@permission_required(RECORD)
@require_http_methods(["GET", "POST"])
def point(request: HttpRequest, number: str, point: int) -> HttpResponse:
    """Record one point: all its checks on one page, sent at once."""
    one = _round(request, number)
    here = _point(one, point)
    if request.method != "POST":
        return _ask(request, one, here, {}, {})
    checks = list(here.checks.all())
    uploads = {name: request.FILES.get(name) for name in request.FILES}
    answers = {check.pk: request.POST.get(f"check-{check.pk}", "")[:200] for check in checks}
    try:
        photos = {
            check.pk: store(upload, by=request.user, kinds=("image",))
            for check in checks
            if check.kind == "photo" and (upload := uploads.get(f"check-{check.pk}")) is not None
        }
        services.record_point(
            here,
            answers,
            by=request.user,
            photos=photos,
            remark=request.POST.get("remark", "")[:300],
            key=request.POST.get("key", "")[:64],
            latitude=_degrees(request.POST.get("latitude", ""), 90),
            longitude=_degrees(request.POST.get("longitude", ""), 180),
        )
    except services.PointRecorded as error:
        return _show(request, _round(request, number), problem=str(error), status=409)
    except ValidationError as error:
        return _ask(request, one, here, answers, _by_field(error), status=422)
    following = one.points.filter(state=RoundPoint.State.OPEN).order_by("position", "pk").first()
    if following is None:
        return redirect("maintenance:walk", number)
    return redirect("maintenance:walk_point", number, following.pk)


def _by_field(error: ValidationError) -> dict[str, list[str]]:
    if hasattr(error, "error_dict"):
        return {name: list(messages) for name, messages in error.message_dict.items()}
    return {"": list(error.messages)}


def _degrees(text: str, most: int) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if -most <= value <= most else None


def _ask(
    request: HttpRequest,
    one: PatrolRound,
    here: RoundPoint,
    answers: dict[int, str],
    problems: dict[str, list[str]],
    *,
    status: int = 200,
) -> HttpResponse:
    checks = list(here.checks.select_related("photo"))
    for check in checks:
        shown: Any = check
        shown.typed = answers.get(check.pk, "") or check.value
        shown.problems = problems.get(f"check-{check.pk}", [])
    context = {
        "title": here.name,
        "round": one,
        "point": here,
        "checks": checks,
        "remark": request.POST.get("remark", here.remark),
        "problems": problems.get("", []) + problems.get("__all__", []),
        "key": request.POST.get("key") or get_random_string(20),
        "may_record": here.state == RoundPoint.State.OPEN and one.state == PatrolRound.State.UNDER_WAY,
    }
    return render(request, "maintenance/phone/point.html", context, status=status)


@permission_required(RECORD)
@require_POST
def skip(request: HttpRequest, number: str, point: int) -> HttpResponse:
    """Leave a point out, with the reason."""
    one = _round(request, number)
    here = _point(one, point)
    try:
        services.skip_point(here, by=request.user, reason=request.POST.get("reason", ""))
    except services.PointRecorded as error:
        return _show(request, _round(request, number), problem=str(error), status=409)
    except ValidationError as error:
        return _ask(request, one, here, {}, {"": list(error.messages)}, status=422)
    return redirect("maintenance:walk", number)

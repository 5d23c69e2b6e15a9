"""Giving away what an ill technician has."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.dispatch.board import services as board
from jiannuo.operations.dispatch.board.absence import (
    Move,
    Outcome,
    Suggestion,
    absences_within,
    gaps_between,
    helped_by,
    leave_crews,
    reassign_each,
    record_absence,
    suggest,
)
from jiannuo.operations.dispatch.board.facts import technicians_of
from jiannuo.operations.dispatch.board.forms import AbsentForm
from jiannuo.operations.dispatch.board.views import (
    DISPATCH,
    next_grid,
    order_or_404,
)
from jiannuo.operations.workforce.models import Absence, Technician


@permission_required(DISPATCH)
@require_http_methods(["GET", "POST"])
def absent(request: HttpRequest) -> HttpResponse:
    """Choose who is ill and when; give each of their orders to somebody else, all in one step."""
    form = AbsentForm(request.GET if "technician" in request.GET else None, user=request.user)
    context: dict[str, Any] = {
        "title": _("Give away the jobs of an absent technician"),
        "form": form,
        "cancel_url": reverse("dispatch:board"),
    }
    if not form.is_bound:
        now = next_grid(timezone.localtime())
        form.initial = {"begins": now, "ends": now.replace(hour=23, minute=55)}
        return render(request, "dispatch/board/absent.html", context)
    if not form.is_valid():
        return render(request, "dispatch/board/absent.html", context, status=422)
    profile = technicians_of(request.user).get(user=form.cleaned_data["technician"])
    span = form.cleaned_data["begins"], form.cleaned_data["ends"]
    if request.method == "POST":
        reason = request.POST.get("reason", "").strip()[:200]
        context["reason"] = reason
        only_recorded = "order" not in request.POST and "leave" not in request.POST
        if not reason and not only_recorded:
            context["reason_missing"] = True
        elif _recorded(request, profile, span, form):
            crews = [
                order
                for order in helped_by(profile, *span, by=request.user)
                if str(order.pk) in request.POST.getlist("leave")
            ]
            outcomes = reassign_each(_moves(request), by=request.user, reason=reason)
            context["outcomes"] = [*outcomes, *leave_crews(crews, profile, by=request.user)]
            _tell(request, context["outcomes"])
    try:
        suggestions = suggest(profile, *span, by=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return render(request, "dispatch/board/absent.html", context, status=422)
    if form.errors:
        return render(request, "dispatch/board/absent.html", context, status=422)
    context |= {
        "kinds": Absence.Reason.choices,
        "kind": request.POST.get("kind", Absence.Reason.ILLNESS),
        "record": request.method == "GET" or "record" in request.POST,
        "may_record": request.user.has_perm("workforce.edit", profile),
        "unrecorded": gaps_between(profile, *span),
        "absences": absences_within(profile, *span),
        "absent": profile,
        "rows": [_row(one, request, context.get("outcomes", [])) for one in suggestions],
        "people": [one for one in technicians_of(request.user) if one.pk != profile.pk],
        "helps": helped_by(profile, *span, by=request.user),
        "address": request.get_full_path(),
    }
    failed = any(not one.done for one in context.get("outcomes", [])) or context.get("reason_missing")
    return render(request, "dispatch/board/absent.html", context, status=409 if failed else 200)


def _recorded(
    request: HttpRequest, absent: Technician, span: tuple[datetime, datetime], form: AbsentForm
) -> bool:
    """Write the absence down when that is asked for; False with the error in the form when it is not possible."""
    if "record" not in request.POST:
        return True
    kind = request.POST.get("kind", "")
    try:
        if kind not in Absence.Reason.values:
            raise ValidationError(_("Choose what kind of absence it is."))
        made = record_absence(absent, *span, kind, by=request.user)
    except ValidationError as error:
        form.add_error(None, " ".join(error.messages))
        return False
    if made:
        text = _("The absence of %(person)s is recorded.")
        messages.success(request, text % {"person": absent})
    return True


def _moves(request: HttpRequest) -> list[Move]:
    """The lines of the page for which somebody was chosen; what cannot be understood is left out."""
    found = []
    for number in request.POST.getlist("order"):
        person = board.technician_in_scope(request.POST.get(f"who-{number}", ""), by=request.user)
        begins = _instant(request.POST.get(f"from-{number}", ""))
        minutes, version = (
            request.POST.get(f"minutes-{number}", ""),
            request.POST.get(f"version-{number}", ""),
        )
        if person is None or begins is None or not minutes.isdecimal() or not version.isdecimal():
            continue
        order = order_or_404(number, request.user)
        ends = begins + timedelta(minutes=max(5, min(int(minutes), 1440)))
        seen = frozenset(request.POST.getlist(f"seen-{number}"))
        chosen = f"@{person.pk}"
        keys = frozenset(key.removesuffix(chosen) for key in seen if "@" not in key or key.endswith(chosen))
        found.append(Move(order, int(version), person, begins, ends, keys))
    return found


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return timezone.make_aware(found) if found is not None and timezone.is_naive(found) else found


def _tell(request: HttpRequest, outcomes: list[Outcome]) -> None:
    good = sum(1 for one in outcomes if one.done)
    if good:
        text = ngettext("%(n)s order was changed.", "%(n)s orders were changed.", good)
        messages.success(request, text % {"n": good})


def _row(suggestion: Suggestion, request: HttpRequest, outcomes: list[Outcome]) -> dict[str, Any]:
    """A line of the page: what was chosen before, else the first suggestion."""
    number = suggestion.slot.number
    posted = request.POST if any(one.order.number == number and not one.done for one in outcomes) else {}
    first = suggestion.options[0] if suggestion.options else None
    keys = [key for one in outcomes if one.order.number == number for key in one.to_confirm]
    return {
        "slot": suggestion.slot,
        "timed": suggestion.timed,
        "row": suggestion.row,
        "options": suggestion.options,
        "others": {option.technician.user_id for option in suggestion.options},
        "chosen": posted.get(f"who-{number}") or (str(first.technician.user_id) if first else ""),
        "begins": _instant(posted.get(f"from-{number}", "")) or (first or suggestion).slot.begins,
        "minutes": posted.get(f"minutes-{number}")
        or int((suggestion.slot.ends - suggestion.slot.begins).total_seconds() // 60),
        "seen": [
            *keys,
            *(
                f"{one.key}@{option.technician.user_id}"
                for option in suggestion.options
                for one in option.warnings
            ),
        ],
        "problem": next((one.text for one in outcomes if one.order.number == number and not one.done), ""),
    }

"""Dividing an order: the dialog of the board and of the order's page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.operations.dispatch.board import splitting
from jiannuo.operations.dispatch.board.dues import dues_of
from jiannuo.operations.dispatch.board.forms import PartForm, people_of
from jiannuo.operations.dispatch.board.services import what_happened
from jiannuo.operations.dispatch.board.splitting import Findings, SplitRefused, SplitToConfirm
from jiannuo.operations.dispatch.board.views import (
    DISPATCH,
    conflict,
    done,
    next_grid,
    order_or_404,
    slot_minutes,
)
from jiannuo.operations.dispatch.durations import minutes_of
from jiannuo.operations.dispatch.wording import warning_text
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.splitting import MOST, why_not
from jiannuo.operations.workorders.services.visits import open_visit

ROW = re.compile(r"part-(\d{1,4})-purpose")


@dataclass(slots=True)
class Row:
    """A part in the dialog, with what speaks against it."""

    form: PartForm
    place: int
    refusals: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


@permission_required(DISPATCH)
@require_http_methods(["GET", "POST"])
def split_order(request: HttpRequest, number: str) -> HttpResponse:
    """Ask who does what when, and divide the order; nothing is changed before everything is possible."""
    order = order_or_404(number, request.user)
    if reason := why_not(order):
        return conflict(request, order, [reason])
    people = people_of(request.user)
    if request.method != "POST":
        return _show(request, order, _suggested(order, people, _asked(request)))
    rows = _sent(request, people)
    valid = [row.form.is_valid() for row in rows]  # each is asked, so that each shows its mistakes
    if not all(valid):
        return _show(request, order, rows, status=422)
    version = request.POST.get("version", "")
    try:
        orders = splitting.split(
            order,
            [row.form.portion() for row in rows],
            by=request.user,
            version=int(version) if version.isdecimal() else None,
            confirmed=request.POST.getlist("confirmed"),
            reason=request.POST.get("reason", "").strip()[:200],
            tell="tell" in request.POST,
        )
    except SplitRefused as error:
        return _show(request, order, rows, status=409, findings=error.findings)
    except SplitToConfirm as error:
        missing = error.reason_missing
        return _show(request, order, rows, status=409, findings=error.findings, reason_missing=missing)
    except (StaleDocument, ActionNotAllowed) as error:
        return conflict(request, order, [str(error), what_happened(order)])
    except ValidationError as error:
        return _show(request, order, rows, status=422, problems=error.messages)
    return _divided(request, order, orders)


def _divided(request: HttpRequest, order: WorkOrder, orders: list[WorkOrder]) -> HttpResponse:
    numbers = "、".join(one.number for one in orders)
    text = _("Divided into %(n)s parts: %(numbers)s") % {"n": len(orders), "numbers": numbers}
    if request.POST.get("from") == "board":
        return done(text)
    messages.success(request, text)
    address = order.get_absolute_url()
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


def _sent(request: HttpRequest, people: Any) -> list[Row]:
    """The rows as they were sent, however their numbers run."""
    numbers = sorted({int(found[1]) for name in request.POST if (found := ROW.fullmatch(name))})
    return [
        Row(PartForm(request.POST, prefix=f"part-{number}", people=people), place)
        for place, number in enumerate(numbers[: MOST + 1], start=1)
    ]


def _asked(request: HttpRequest) -> datetime | None:
    """The time at which the panel of the board would begin, if it says one."""
    try:
        found = datetime.fromisoformat(request.GET.get("begins", ""))
    except ValueError:
        return None
    return found if found.tzinfo is not None else timezone.make_aware(found)


def _suggested(order: WorkOrder, people: Any, asked: datetime | None) -> list[Row]:
    """Two halves, one after the other; the first with whoever has the order."""
    visit = open_visit(order)
    minutes = slot_minutes(visit) or minutes_of([order.pk])[order.pk]
    half = max(15, minutes // 2 // 5 * 5)
    begins = _begins(order, visit, asked)
    first = {"technician": order.technician_id, "begins": begins, "minutes": half}
    second = {"begins": begins + timedelta(minutes=half), "minutes": half}
    return [
        Row(PartForm(prefix=f"part-{place - 1}", initial=initial, people=people), place)
        for place, initial in enumerate((first, second), start=1)
    ]


def _begins(order: WorkOrder, visit: Any, asked: datetime | None) -> datetime:
    """When the order is planned, or ``asked``, or wished, else as soon as possible."""
    planned = (visit.planned_from or visit.appointment_from) if visit is not None else None
    known = planned or asked
    if known is None:
        known = dues_of([order.pk])[1].get(order.pk, (None, None))[0]
    soonest = next_grid(timezone.now())
    return known if known is not None and known > soonest else soonest


def _show(
    request: HttpRequest,
    order: WorkOrder,
    rows: list[Row],
    *,
    status: int = 200,
    findings: Findings | None = None,
    problems: list[str] | None = None,
    reason_missing: bool = False,
) -> HttpResponse:
    findings = findings or Findings()
    for place, row in enumerate(rows):
        row.refusals = findings.refusals.get(place, [])
        row.warnings = [warning_text(one) for one in findings.warnings.get(place, ())]
    refused = bool(findings.refusals)
    last: Any = rows[-1].form if rows else None
    blank = {"begins": last["begins"].value(), "minutes": last["minutes"].value()} if last else {}
    people = last.fields["technician"].queryset if last else people_of(request.user)
    context = {
        "title": _("Divide %(number)s") % {"number": order.number},
        "order": order,
        "rows": _renamed(rows),
        "blank": Row(PartForm(prefix="part-__n__", initial=blank, people=people), 0),
        "problems": problems or [],
        "keys": [] if refused else findings.keys,
        "refused": refused,
        "reason": request.POST.get("reason", ""),
        "reason_missing": reason_missing,
        "tell": request.method != "POST" or "tell" in request.POST,
        "from": request.POST.get("from") or request.GET.get("from", ""),
        "version": request.POST.get("version") or order.version,
        "cancel_url": order.get_absolute_url(),
    }
    whole = "dispatch/split.html"
    template = "dispatch/board/_split.html" if request.headers.get("HX-Request") else whole
    return render(request, template, context, status=status)


def _renamed(rows: list[Row]) -> list[Row]:
    """Rows that were sent keep their contents under names that run without gaps."""
    for place, row in enumerate(rows):
        old, row.form.prefix = row.form.prefix, f"part-{place}"
        if row.form.is_bound and old != row.form.prefix:
            names = list(row.form.fields)
            sent: Any = row.form.data
            row.form.data = {f"{row.form.prefix}-{name}": sent.get(f"{old}-{name}", "") for name in names}
    return rows

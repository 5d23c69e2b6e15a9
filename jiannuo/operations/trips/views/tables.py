"""The tables of trips: causes, who approves, limits, rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.trips import services
from jiannuo.operations.trips.forms import CauseForm, LimitForm, RulesForm, StepForm
from jiannuo.operations.trips.models import ExpenseLimit, TripCause, TripRules, TripStep

RULES = "trips.rules"


@dataclass(frozen=True, slots=True)
class Kept:
    """One of the tables."""

    model: Any
    form: Any
    title: Any
    save: Callable[..., Any] = services.save_row
    shared: bool = False


KEPT = {
    "causes": Kept(TripCause, CauseForm, _("Causes of trips"), services.save_cause, shared=True),
    "steps": Kept(TripStep, StepForm, _("Who approves trips")),
    "limits": Kept(ExpenseLimit, LimitForm, _("Limits of expenses")),
    "rules": Kept(TripRules, RulesForm, _("Feedback forms and reminders")),
}


def _kept(table: str) -> Kept:
    if table not in KEPT:
        raise Http404(gettext("There is no such table."))
    return KEPT[table]


@permission_required(RULES)
@require_safe
def tables_page(request: HttpRequest) -> HttpResponse:
    """All tables of trips."""
    user: Any = request.user
    context = {
        "title": gettext("Tables of trips"),
        "causes": TripCause.objects.all(),
        "steps": TripStep.objects.visible_to(user)
        .select_related("organization")
        .order_by("organization__path", "what", "position"),
        "limits": ExpenseLimit.objects.visible_to(user).select_related("organization"),
        "rules": TripRules.objects.visible_to(user).select_related("organization"),
    }
    return render(request, "trips/tables.html", context)


@permission_required(RULES)
def row_new(request: HttpRequest, table: str) -> HttpResponse:
    """A new line."""
    kept = _kept(table)
    form = _form(request, kept, kept.model())
    return _edit(request, kept, form)


@permission_required(RULES)
def row_edit(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Change a line."""
    kept = _kept(table)
    row = _row(request, kept, pk)
    remove = "" if kept.shared else reverse("trips:row_remove", args=[table, pk])
    return _edit(request, kept, _form(request, kept, row), remove)


@permission_required(RULES)
def row_remove(request: HttpRequest, table: str, pk: int) -> HttpResponse:
    """Take a line out; causes are put out of use instead."""
    kept = _kept(table)
    if kept.shared:
        raise Http404(gettext("Causes are put out of use, not removed."))
    row = _row(request, kept, pk)
    if request.method == "POST":
        services.remove_row(row, by=request.user)
        return redirect("trips:tables")
    context = {
        "title": kept.title,
        "text": str(row),
        "cancel_url": reverse("trips:tables"),
        "style": "danger",
        "submit_label": gettext("Remove"),
    }
    return render(request, "pages/confirm.html", context)


def _row(request: HttpRequest, kept: Kept, pk: int) -> Any:
    """A line that the person may change."""
    user: Any = request.user
    rows = kept.model.objects.all() if kept.shared else kept.model.objects.visible_to(user)
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404(gettext("This was removed before."))
    if not kept.shared and not user.has_perm(RULES, row.organization):
        raise PermissionDenied(RULES)
    return row


def _form(request: HttpRequest, kept: Kept, row: Any) -> Any:
    more = {} if kept.shared else {"user": request.user}
    return kept.form(request.POST or None, instance=row, **more)


def _edit(request: HttpRequest, kept: Kept, form: Any, remove: str = "") -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            kept.save(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect("trips:tables")
    context = {"form": form, "title": kept.title, "cancel_url": reverse("trips:tables"), "remove_url": remove}
    return render(request, "trips/row.html", context, status=422 if request.method == "POST" else 200)

"""Patrol routes, their points, and the rounds."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.maintenance import measured, queries, services
from jiannuo.operations.maintenance.filters import RoundFilter
from jiannuo.operations.maintenance.forms import PointForm, RouteForm, SpecialRoundForm
from jiannuo.operations.maintenance.models import PatrolRound, PatrolRoute, RoundCheck, RoutePoint
from jiannuo.operations.maintenance.tables import RoundTable

PLAN = "maintenance.plan"


def _route(request: HttpRequest, pk: int, *, to_change: bool = False) -> PatrolRoute:
    found = queries.routes_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(gettext("There is no such route, or you may not see it."))
    if to_change and not request.user.has_perm(PLAN, found):
        raise PermissionDenied(PLAN)
    route: PatrolRoute = found
    return route


def _point(request: HttpRequest, pk: int, *, to_change: bool = True) -> RoutePoint:
    point = RoutePoint.objects.select_related("route", "unit__model").filter(pk=pk).first()
    if point is None:
        raise Http404(gettext("There is no such point, or you may not see it."))
    _route(request, point.route_id, to_change=to_change)
    return point


@permission_required("maintenance.view")
@require_safe
def route_list(request: HttpRequest) -> HttpResponse:
    """All routes, each with its next day and what was missed of late."""
    rows = queries.routes_for(request.user).order_by("-is_active", "name")[:300]
    context = {
        "title": gettext("Patrol routes"),
        "rows": list(rows),
        "may_plan": request.user.has_perm(PLAN),
    }
    return render(request, "maintenance/routes.html", context)


@permission_required(PLAN)
def route_new(request: HttpRequest) -> HttpResponse:
    """A new route with its points."""
    form = RouteForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        values.pop("points")
        points = [services.PointEntry(unit=unit, place=place) for unit, place in form.entries()]
        try:
            made = services.save_route(PatrolRoute(**values), points, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            services.plan_round(made)
            return redirect(made.get_absolute_url())
    context = {"form": form, "title": gettext("New route"), "cancel_url": reverse("maintenance:routes")}
    return render(request, "pages/form.html", context, status=_status(request))


@permission_required(PLAN)
def route_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a route; its points have dialogs of their own."""
    route = _route(request, pk, to_change=True)
    form = RouteForm(request.POST or None, user=request.user, route=route)
    if request.method == "POST" and form.is_valid():
        for name, value in form.cleaned_data.items():
            setattr(route, name, value)
        try:
            services.save_route(route, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(route.get_absolute_url())
    context = {"form": form, "title": route.name, "cancel_url": route.get_absolute_url()}
    return render(request, "pages/form.html", context, status=_status(request))


@permission_required("maintenance.view")
@require_safe
def route(request: HttpRequest, pk: int) -> HttpResponse:
    """One route: its points, and the last rounds with what they missed."""
    found = _route(request, pk)
    points = found.points.filter(removed_at__isnull=True).select_related("unit__model", "checklist")
    rounds = queries.rounds_for(request.user).filter(route=found).order_by("-day", "-pk")[:31]
    context = {
        "title": found.name,
        "route": found,
        "points": list(points),
        "rounds": list(rounds),
        "may_plan": request.user.has_perm(PLAN, found),
    }
    return render(request, "maintenance/route.html", context)


@permission_required(PLAN)
def point_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One more point at the end of a route."""
    found = _route(request, pk, to_change=True)
    form = PointForm(request.POST or None, user=request.user, route=found)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        entry = services.PointEntry(unit=data["serial"], place=data["place"], checklist=data["checklist"])
        try:
            services.add_point(found, entry, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(found.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("New point"),
        "subtitle": found.name,
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context, status=_status(request))


@permission_required(PLAN)
@require_POST
def point_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a point off its route."""
    point = _point(request, pk)
    try:
        services.remove_point(point, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, gettext("%(point)s was taken off the route.") % {"point": point})
    return redirect(point.route.get_absolute_url())


@permission_required(PLAN)
@require_POST
def point_move(request: HttpRequest, pk: int, way: str) -> HttpResponse:
    """Up or down."""
    point = _point(request, pk)
    services.move_point(point, up=way == "up", by=request.user)
    return redirect(point.route.get_absolute_url())


@permission_required("maintenance.view")
@require_safe
def point_values(request: HttpRequest, pk: int) -> HttpResponse:
    """The measured values of a point over time."""
    point = _point(request, pk, to_change=False)
    context = {
        "title": str(point),
        "subtitle": point.route.name,
        "back": point.route.get_absolute_url(),
        "back_label": point.route.name,
        "measures": measured.of_point(point),
    }
    return render(request, "maintenance/values.html", context)


@permission_required(PLAN)
def special(request: HttpRequest, pk: int) -> HttpResponse:
    """A special round: holiday, typhoon, damage."""
    found = _route(request, pk, to_change=True)
    form = SpecialRoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.plan_special(found, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(made.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("Special round"),
        "subtitle": found.name,
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context, status=_status(request))


class RoundList(TablePage):
    """All rounds in scope."""

    name = "patrol-rounds"
    title = _("Patrol rounds")
    subtitle = _("Planned for each day of their route; what was missed stays visible")
    permission = "maintenance.view"
    table_class = RoundTable
    filterset_class = RoundFilter
    orderings = (Ordering("day", _("day"), ("day",), descending=True), NEWEST)
    default_ordering = "-day"
    presets = (
        Preset(_("Still open"), "state=planned&state=under_way"),
        Preset(_("Missed or incomplete"), "state=missed&state=incomplete"),
        Preset(_("Finished rounds"), "state=finished"),
    )
    empty_text = _("No rounds yet. They are planned from the routes, each day anew.")

    def rows(self) -> QuerySet[Any]:
        return queries.rounds_for(self.request.user)


class RoundPage(DocumentPage):
    """One round as it was walked."""

    model = PatrolRound
    permission = "maintenance.view"
    template_name = "maintenance/round.html"
    select_related = ("route", "customer", "person")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        checks = Prefetch("checks", RoundCheck.objects.select_related("photo"))
        points = document.points.select_related("unit__model", "by").prefetch_related(checks)
        return {
            **super().get_context_data(document),
            "round": document,
            "points": list(points.annotate(wrong=Count("checks", filter=Q(checks__passed=False)))),
            "findings": list(document.findings_in.order_by("pk")[:20]),
            "may_walk": document.state in PatrolRound.OPEN_STATES
            and user.has_perm("patrols.record", document),
            "prints": forms_for(PatrolRound, user) if document.started_at else [],
        }


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200

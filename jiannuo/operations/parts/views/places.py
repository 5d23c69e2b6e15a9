"""Setting up stores and vans, and a technician's own van."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.parts import services
from jiannuo.operations.parts.filters import StockFilter
from jiannuo.operations.parts.forms import PlaceEditForm, PlaceForm, lying_at
from jiannuo.operations.parts.queries import entries_seen_by, places_seen_by, van_of
from jiannuo.operations.parts.views.lists import LATEST, place_or_404


def _form(request: HttpRequest, form: Any, title: str, cancel_url: str) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": cancel_url}
    return render(request, "parts/form.html", context, status=422 if request.method == "POST" else 200)


@require_http_methods(["GET", "POST"])
@permission_required("stock.places")
def place_new(request: HttpRequest) -> HttpResponse:
    """Set up a store or a van."""
    user: Any = request.user
    form = PlaceForm(request.POST or None, user=user, initial={"organization": user.organization_id})
    if request.method == "POST" and form.is_valid():
        try:
            place = services.add_location(**form.cleaned_data, by=user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(place.get_absolute_url())
    return _form(request, form, gettext("New store or van"), reverse("parts:places"))


@require_http_methods(["GET", "POST"])
@permission_required("stock.places")
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a place another name, close it or open it again."""
    place = place_or_404(request.user, pk)
    if not request.user.has_perm("stock.places", place):
        raise PermissionDenied("stock.places")
    form = PlaceEditForm(request.POST or None, initial={"name": place.name, "active": place.active})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_location(place, **form.cleaned_data, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(place.get_absolute_url())
    return _form(request, form, place.name, place.get_absolute_url())


@require_safe
@permission_required("stock.view")
def my_van(request: HttpRequest) -> HttpResponse:
    """What is in the own van, and the stores of the own organisation; made for the phone."""
    user: Any = request.user
    van = van_of(user)
    words = request.GET.get("q", "")[:60].strip()
    rows = lying_at(van) if van is not None else None
    if rows is not None and words:
        rows = StockFilter({"q": words}, queryset=rows).qs
    balances = list(rows) if rows is not None else []
    latest = entries_seen_by(user).filter(location=van).order_by("-pk")[:LATEST] if van is not None else []
    context = {
        "title": gettext("My van"),
        "van": van,
        "words": words,
        "good": [row for row in balances if row.condition == "good"],
        "others": [row for row in balances if row.condition != "good"],
        "latest": list(latest),
        "stores": list(
            places_seen_by(user).filter(organization=user.organization_id, active=True).exclude(kind="van")
        ),
    }
    return render(request, "parts/van.html", context)

"""Requests solved without a visit, by month and category."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.operations.desk import solved as figures
from jiannuo.operations.knowledge.views.finding import sections


@permission_required("requests.view")
@require_safe
def solved(request: HttpRequest) -> HttpResponse:
    """The share of requests solved without a visit over the last twelve months."""
    user: Any = request.user
    today = timezone.localdate()
    months = figures.by_month(user, today)
    context = {
        "title": _("Solved without a visit"),
        "subtitle": _("Requests that were answered and never needed a work order, of the last twelve months"),
        "sections": sections(user, "solved"),
        "months": months,
        "categories": figures.by_category(user, today),
        "total": figures.total(months),
    }
    return render(request, "desk/solved.html", context)

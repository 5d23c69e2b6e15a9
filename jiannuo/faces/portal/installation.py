"""An installation by its signed link: when the goods come, what was measured, what was signed, with its PDF."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jiannuo.faces.portal.queries import Step
from jiannuo.faces.portal.views import link_broken, number_of, printed
from jiannuo.operations.installations.models import Installation, InstallationUnit, Measure, Reading
from jiannuo.operations.installations.queries import signed_acceptances, stage_marks

FORM = "F18"


def _project_of(request: HttpRequest, token: str) -> Any:
    """The project that a token names, or the answer to give instead."""
    number = number_of(request, "installation", token)
    if isinstance(number, HttpResponse):
        return number
    rows = Installation.objects.select_related(
        "organization", "customer", "unit__model", "category", "division"
    )
    return rows.filter(number=number).exclude(state="cancelled").first() or link_broken(request)


@require_safe
@never_cache
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """How far the installation is, its values once they have passed, and what was signed."""
    project = _project_of(request, token)
    if isinstance(project, HttpResponse):
        return project
    parts = list(project.parts.select_related("unit__model").prefetch_related("measures__readings"))
    signed = signed_acceptances(project)
    context = {
        "project": project,
        "token": token,
        "parts": parts,
        "steps": [
            Step(mark.label, mark.status == "done")
            for mark in stage_marks(project)
            if mark.status != "skipped"
        ],
        "values": _values(parts) if project.commissioned_at else [],
        "remaining": list(project.remaining.all()) if signed else [],
        "signed": signed,
    }
    return render(request, "portal/installation.html", context)


def _values(parts: list[InstallationUnit]) -> list[tuple[InstallationUnit, Measure, Reading]]:
    """What was measured last of each value."""
    found = [
        (part, measure, list(measure.readings.all())) for part in parts for measure in part.measures.all()
    ]
    return [(part, measure, readings[-1]) for part, measure, readings in found if readings]


@require_safe
@never_cache
def acceptance_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The signed acceptance as the printed form F18."""
    project = _project_of(request, token)
    if isinstance(project, HttpResponse):
        return project
    if not signed_acceptances(project):
        raise Http404
    return printed(FORM, project)

"""Skills, shifts and absences of a technician, in dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.workforce import services
from jiannuo.operations.workforce.forms import AbsenceForm, ShiftForm, SkillForm
from jiannuo.operations.workforce.models import Absence, Shift, Skill, Technician
from jiannuo.operations.workforce.views.pages import address_of, technician_or_404


def dialog(
    request: HttpRequest,
    technician: Technician,
    title: str,
    form: Form | None,
    write: Callable[[dict[str, Any]], object],
    text: str = "",
) -> HttpResponse:
    """Ask (GET), or write and go back to the file (POST)."""
    if not request.user.has_perm("workforce.edit", technician):
        raise PermissionDenied("workforce.edit")
    status = 200
    if request.method == "POST":
        status = 422
        if form is None or form.is_valid():
            try:
                write(form.cleaned_data if form is not None else {})
            except ValidationError as error:
                if form is None:
                    raise
                add_errors(form, error)
            else:
                address = address_of(technician)
                htmx = request.headers.get("HX-Request")
                return HttpResponseClientRedirect(address) if htmx else redirect(address)
    context = {
        "title": title,
        "form": form,
        "text": text,
        "form_action": request.path,
        "cancel_url": address_of(technician),
        "style": "primary" if form is not None else "danger",
    }
    plain = "pages/form.html" if form is not None else "pages/confirm.html"
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else plain
    return render(request, template, context, status=status)


@permission_required("workforce.edit")
def skill_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add or change a skill."""
    technician = technician_or_404(pk, request.user)

    def write(data: dict[str, Any]) -> None:
        services.set_skill(technician, by=request.user, **data)

    return dialog(request, technician, _("Add a skill"), SkillForm(request.POST or None), write)


@permission_required("workforce.edit")
def shifts_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan shifts."""
    technician = technician_or_404(pk, request.user)
    form = ShiftForm(request.POST or None, initial={"first": timezone.localdate()})

    def write(data: dict[str, Any]) -> None:
        services.add_shifts(technician, services.ShiftPlan(**data), by=request.user)

    return dialog(request, technician, _("Plan shifts"), form, write)


@permission_required("workforce.edit")
def absence_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Record an absence."""
    technician = technician_or_404(pk, request.user)

    def write(data: dict[str, Any]) -> None:
        services.add_absence(technician, by=request.user, **data)

    return dialog(request, technician, _("Record an absence"), AbsenceForm(request.POST or None), write)


def part_or_404(model: type[Any], pk: int, user: Any) -> Any:
    part = model.objects.select_related("technician__user", "technician__organization").filter(pk=pk).first()
    if part is None:
        raise Http404(_("This was removed before."))
    technician_or_404(part.technician_id, user)
    return part


@permission_required("workforce.edit")
def skill_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a skill away."""
    skill = part_or_404(Skill, pk, request.user)

    def write(_data: dict[str, Any]) -> None:
        services.remove_skill(skill, by=request.user)

    return dialog(request, skill.technician, _("Remove the skill"), None, write, text=str(skill))


@permission_required("workforce.edit")
def shift_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a shift away."""
    shift = part_or_404(Shift, pk, request.user)

    def write(_data: dict[str, Any]) -> None:
        services.remove_shift(shift, by=request.user)

    return dialog(request, shift.technician, _("Remove the shift"), None, write, text=_span(shift))


@permission_required("workforce.edit")
def absence_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an absence back."""
    absence = part_or_404(Absence, pk, request.user)

    def write(_data: dict[str, Any]) -> None:
        services.remove_absence(absence, by=request.user)

    return dialog(request, absence.technician, _("Remove the absence"), None, write, text=_span(absence))


def _span(part: Shift | Absence) -> str:
    begins, ends = timezone.localtime(part.starts_at), timezone.localtime(part.ends_at)
    return f"{begins:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}"

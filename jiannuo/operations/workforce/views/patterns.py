"""Patterns of weeks: the list, the week, who works it, and the days that differ."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.workforce import services
from jiannuo.operations.workforce.forms import AssignPatternForm, EndForm, ExceptionForm, PatternForm
from jiannuo.operations.workforce.models import PatternAssignment, ShiftPattern
from jiannuo.operations.workforce.tables import PatternTable
from jiannuo.operations.workforce.views.pages import technician_or_404
from jiannuo.operations.workforce.views.parts import dialog, part_or_404


class PatternList(TablePage):
    """Patterns in the person's scope."""

    name = "workforce_patterns"
    title = gettext_lazy("Shift patterns")
    subtitle = gettext_lazy("Weeks from which the shifts are made ahead")
    permission = "workforce.view"
    table_class = PatternTable
    orderings = (NEWEST,)
    create_url_name = "workforce:pattern_new"
    create_label = gettext_lazy("New pattern")
    create_permission = "workforce.edit"

    def rows(self) -> QuerySet[Any]:
        rows = ShiftPattern.objects.visible_to(self.request.user)
        return (
            rows.select_related("organization", "calendar")
            .prefetch_related("days")
            .annotate(people=Count("assignments__technician", distinct=True))
        )


@permission_required("workforce.edit")
def pattern_new(request: HttpRequest) -> HttpResponse:
    """A new pattern."""
    return _pattern(request, ShiftPattern())


@permission_required("workforce.edit")
def pattern_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a pattern."""
    pattern = ShiftPattern.objects.visible_to(request.user).filter(pk=pk).first()
    if pattern is None or not request.user.has_perm("workforce.edit", pattern):
        raise Http404(_("There is no such pattern, or you may not change it."))
    return _pattern(request, pattern)


def _pattern(request: HttpRequest, pattern: ShiftPattern) -> HttpResponse:
    form = PatternForm(request.POST or None, by=request.user, pattern=pattern)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_pattern(pattern, form.cleaned_data, form.days(), by=request.user)
        except PermissionDenied:
            form.add_error("organization", _("You may not change patterns of this organisation."))
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("workforce:patterns")
    context = {
        "form": form,
        "title": pattern.name if pattern.pk else _("New pattern"),
        "cancel_url": reverse("workforce:patterns"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "workforce/pattern.html", context, status=status)


@permission_required("workforce.edit")
def pattern_assign(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a technician work a pattern."""
    technician = technician_or_404(pk, request.user)
    form = AssignPatternForm(request.POST or None, by=request.user, initial={"first": timezone.localdate()})

    def write(data: dict[str, Any]) -> None:
        services.assign_pattern(technician, by=request.user, **data)

    return dialog(request, technician, _("Assign a pattern"), form, write)


@permission_required("workforce.edit")
def assignment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a pattern end."""
    assignment = part_or_404(PatternAssignment, pk, request.user)

    def write(data: dict[str, Any]) -> None:
        services.end_assignment(assignment, by=request.user, **data)

    form = EndForm(request.POST or None, initial={"on": timezone.localdate()})
    return dialog(request, assignment.technician, _("End the pattern"), form, write)


@permission_required("workforce.edit")
def exception_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A day that differs from the pattern."""
    technician = technician_or_404(pk, request.user)

    def write(data: dict[str, Any]) -> None:
        services.save_exception(technician, by=request.user, **data)

    form = ExceptionForm(request.POST or None)
    return dialog(request, technician, _("Change a day"), form, write)

"""The list of technicians, and the file of one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.workforce.forms import TechnicianForm
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workforce.queries import technicians_for, week_of
from jiannuo.operations.workforce.services import save_technician
from jiannuo.operations.workforce.tables import TechnicianFilter, TechnicianTable


class TechnicianList(TablePage):
    """Technicians in the person's scope."""

    name = "workforce"
    title = gettext_lazy("Technicians")
    permission = "workforce.view"
    table_class = TechnicianTable
    filterset_class = TechnicianFilter
    orderings = (NEWEST,)
    create_url_name = "workforce:create"
    create_label = gettext_lazy("New technician")
    create_permission = "workforce.edit"

    def rows(self) -> QuerySet[Any]:
        return technicians_for(self.request.user)


def technician_or_404(pk: int, user: Any) -> Technician:
    """The technician, for those who may see the file; Http404 for everybody else."""
    technician = technicians_for(user).filter(pk=pk).first()
    if technician is None or not user.has_perm("workforce.view", technician):
        raise Http404(_("There is no such technician, or you may not see the file."))
    return technician


def address_of(technician: Technician) -> str:
    return reverse("workforce:detail", args=[technician.pk])


@permission_required("workforce.view")
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Skills, areas, and a week of shifts and absences."""
    technician = technician_or_404(pk, request.user)
    today = timezone.localdate()
    monday = monday_of(request.GET.get("week", ""), today)
    context = {
        "technician": technician,
        "title": technician.user.name,
        "skills": list(technician.skills.all()),
        "certificates": list(technician.certificates.select_related("kind", "copy")),
        "assignments": list(technician.pattern_assignments.select_related("pattern").order_by("-first")[:5]),
        "week": week_of(technician, monday),
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
        "today": today,
        "may_edit": request.user.has_perm("workforce.edit", technician),
    }
    return render(request, "workforce/detail.html", context)


def monday_of(text: str, today: date) -> date:
    """The Monday of the week of the date in ``text``, of this week for anything else."""
    try:
        day = parse_date(text) or today
    except ValueError:
        day = today
    if not 2000 <= day.year <= 2100:
        day = today
    return day - timedelta(days=day.weekday())


@permission_required("workforce.edit")
def create(request: HttpRequest) -> HttpResponse:
    """A file for a person who holds the role."""
    form = TechnicianForm(request.POST or None, by=request.user)
    context = {"form": form, "title": _("New technician"), "cancel_url": reverse("workforce:list")}
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        technician = Technician(user=data.pop("user"), organization=data["organization"])
        if saved := _save(technician, form, data, request.user):
            return redirect(address_of(saved))
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required("workforce.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the file."""
    technician = technician_or_404(pk, request.user)
    if not request.user.has_perm("workforce.edit", technician):
        raise PermissionDenied("workforce.edit")
    form = TechnicianForm(request.POST or None, by=request.user, technician=technician)
    context = {"form": form, "title": technician.user.name, "cancel_url": address_of(technician)}
    if (
        request.method == "POST"
        and form.is_valid()
        and _save(technician, form, form.cleaned_data, request.user)
    ):
        return redirect(address_of(technician))
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


def _save(technician: Technician, form: TechnicianForm, data: dict[str, Any], by: Any) -> Technician | None:
    try:
        return save_technician(technician, data, by=by)
    except PermissionDenied:
        form.add_error("organization", _("You may not change technicians of this organisation."))
    except ValidationError as error:
        add_errors(form, error)
    return None

"""Leave: asking, deciding, the own time, and the table of who approves."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.staffing import queries, services
from jiannuo.operations.staffing.forms import LeaveForm, LeaveStepForm
from jiannuo.operations.staffing.models import LeaveRequest, LeaveStep, StandbyDuty
from jiannuo.operations.staffing.tables import LeaveFilter, LeaveTable
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workforce.queries import SKILLS, week_of


class LeaveList(TablePage):
    """Leave in the person's scope."""

    name = "leave"
    title = gettext_lazy("Leave")
    permission = "workforce.leave"
    table_class = LeaveTable
    filterset_class = LeaveFilter
    orderings = (NEWEST, Ordering("starts_at", gettext_lazy("begins"), ("starts_at",)))
    default_ordering = "-id"
    presets = (
        Preset(gettext_lazy("Waits for approval"), "state=asked"),
        Preset(gettext_lazy("Away now"), "when=now"),
        Preset(gettext_lazy("To come"), "when=coming"),
    )
    create_url_name = "staffing:leave_new"
    create_label = gettext_lazy("Ask for leave")
    template_name = "staffing/leaves.html"

    def rows(self) -> QuerySet[Any]:
        return queries.leaves_for(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        return {"may_change_rules": self.may("workforce.rules")}


class LeavePage(DocumentPage):
    """One leave: when, who stands in, who else is away, which appointments clash."""

    model = LeaveRequest
    permission = "workforce.own"
    template_name = "staffing/leave.html"
    select_related = ("person", "deputy", "absence")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(document),
            "leave": document,
            "colleagues": queries.colleagues_away(document),
            "clashes": queries.clashes(document),
            "is_live": document.state in LeaveRequest.LIVE_STATES,
        }


@permission_required("workforce.own")
def leave_new(request: HttpRequest) -> HttpResponse:
    """Ask for leave."""
    form = LeaveForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            leave = services.ask_leave(request.user, **form.cleaned_data)  # type: ignore[arg-type]
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(leave)
    context = {
        "form": form,
        "title": _("Ask for leave"),
        "submit_label": _("Ask for leave"),
        "cancel_url": reverse("staffing:mine"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required("workforce.own")
def mine(request: HttpRequest) -> HttpResponse:
    """The own time: shifts, standby, leave, skills and certificates, and the work of those one stands in for."""
    user: Any = request.user
    today = timezone.localdate()
    technician = Technician.objects.filter(user=user).select_related("user").prefetch_related(SKILLS).first()
    context = {
        "title": _("My work"),
        "technician": technician,
        "skills": list(technician.skills.all()) if technician else [],
        "certificates": list(technician.certificates.select_related("kind", "copy")) if technician else [],
        "week": week_of(technician, today) if technician else [],
        "today": today,
        "duties": StandbyDuty.objects.filter(person=user, ends_at__gt=timezone.now())[:6],
        "leaves": LeaveRequest.objects.filter(person=user, ends_at__gt=timezone.now() - timedelta(days=90))
        .select_related("deputy")
        .order_by("-starts_at")[:10],
        "shares": queries.shares_of(user),
    }
    return render(request, "staffing/mine.html", context)


@permission_required("workforce.rules")
def steps(request: HttpRequest) -> HttpResponse:
    """The table of who approves leave."""
    form = LeaveStepForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        if request.user.has_perm("workforce.rules", form.cleaned_data["organization"]):
            services.save_step(form.instance, by=request.user)
            return redirect("staffing:steps")
        form.add_error("organization", _("You may not change the table of this organisation."))
    rows = LeaveStep.objects.visible_to(request.user).select_related("organization")
    context = {
        "title": _("Who approves leave"),
        "form": form,
        "steps": rows.order_by("organization__path", "position", "pk"),
        "cancel_url": reverse("staffing:leaves"),
        "submit_label": _("Add"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "staffing/steps.html", context, status=status)


@permission_required("workforce.rules")
def step_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a step out of the table."""
    step = LeaveStep.objects.visible_to(request.user).filter(pk=pk).select_related("organization").first()
    if step is None or not request.user.has_perm("workforce.rules", step.organization):
        raise Http404(_("This was removed before."))
    if request.method == "POST":
        services.remove_step(step, by=request.user)
        return redirect("staffing:steps")
    context = {
        "title": _("Remove the step"),
        "text": f"{step.organization} · {step.get_role_display()}",
        "cancel_url": reverse("staffing:steps"),
        "style": "danger",
    }
    return render(request, "pages/confirm.html", context)

"""Plans, what clauses promise, and the list of due jobs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.bulk import BulkAction, BulkResult, each_row
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.maintenance import queries, services
from jiannuo.operations.maintenance.filters import JobFilter, PlanFilter
from jiannuo.operations.maintenance.forms import PlanForm, ReasonOnlyForm
from jiannuo.operations.maintenance.models import MaintenancePlan, MaintenanceSettings, PlannedJob
from jiannuo.operations.maintenance.services.jobs import meter_due
from jiannuo.operations.maintenance.tables import JobTable, PlanTable
from jiannuo.operations.maintenance.wording import rhythm_words
from jiannuo.promises.obligations.models import RecurringDuty
from jiannuo.registry.installedbase.models import InstalledUnit

PLAN = "maintenance.plan"
REFUSALS = (ValidationError, PermissionDenied)
BY_HAND = ("calendar", "season", "weekdays", "meter")


def _order_each(user: Any, rows: QuerySet[PlannedJob]) -> BulkResult:
    return each_row(rows, lambda job: services.order_job(job, by=user), refusals=REFUSALS)


class PlanList(TablePage):
    """All plans in scope."""

    name = "maintenance-plans"
    title = _("Maintenance plans")
    subtitle = _("What is done again and again, by calendar, season, day of the week, meter or clause")
    permission = "maintenance.view"
    table_class = PlanTable
    filterset_class = PlanFilter
    template_name = "maintenance/plans.html"
    orderings = (NEWEST,)
    presets = (
        Preset(_("Running"), "state=active"),
        Preset(_("By clause"), "rhythm=clause"),
        Preset(_("By meter"), "rhythm=meter"),
    )
    create_url_name = "maintenance:plan_new"
    create_label = _("New plan")
    create_permission = PLAN
    empty_text = _("No plans yet. Take over what the clauses promise, or enter the first plan.")

    def rows(self) -> QuerySet[Any]:
        return queries.plans_for(self.request.user)


class JobList(TablePage):
    """What is due, ordered and done."""

    name = "maintenance-jobs"
    title = _("Due maintenance")
    subtitle = _("Jobs appear as many days ahead as their plan says")
    permission = "maintenance.view"
    table_class = JobTable
    filterset_class = JobFilter
    orderings = (Ordering("due_on", _("due"), ("due_on",)), NEWEST)
    default_ordering = "-due_on"
    presets = (
        Preset(_("Without an order"), "state=due"),
        Preset(_("Past due"), "urgent=late"),
        Preset(_("Ordered"), "state=ordered"),
        Preset(_("Done"), "state=done"),
    )
    bulk_actions: ClassVar = (
        BulkAction(
            "order",
            _("Make work orders"),
            PLAN,
            _order_each,
            confirm=_("Each chosen job becomes a work order with the checklist of its plan."),
            style="primary",
        ),
    )
    empty_text = _("Nothing is due. Jobs appear here when a running plan brings them.")

    def rows(self) -> QuerySet[Any]:
        return queries.jobs_for(self.request.user)


class PlanPage(DocumentPage):
    """One plan: what, how often, its units, what was done and what comes."""

    model = MaintenancePlan
    permission = "maintenance.view"
    template_name = "maintenance/plan.html"
    select_related = ("customer", "address", "season", "checklist", "commitment", "owner")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        today = timezone.localdate()
        jobs = document.jobs.select_related("unit__model", "order").order_by("-due_on", "-pk")
        shown = list(jobs[:60])
        return {
            **super().get_context_data(document),
            "plan": document,
            "rhythm": rhythm_words(document),
            "jobs": shown,
            "coming": queries.coming(document, today=today)[:24],
            "units": _units(document, today),
            "may_plan": user.has_perm(PLAN, document),
            "prints": forms_for(MaintenancePlan, user),
        }


def _units(plan: MaintenancePlan, today: Any) -> list[dict[str, Any]]:
    """The units of a plan; with a meter, when each is due next."""
    rows = plan.plan_units.select_related("unit__model")[:100]
    if plan.rhythm != MaintenancePlan.Rhythm.METER:
        return [{"unit": row.unit, "due": None} for row in rows]
    days = MaintenanceSettings.present().usage_days
    rows = rows.prefetch_related("unit__readings") if hasattr(rows, "prefetch_related") else rows
    return [{"unit": row.unit, "due": meter_due(plan, row, today=today, days=days)} for row in rows]


@permission_required("maintenance.view")
@require_safe
def promised(request: HttpRequest) -> HttpResponse:
    """What recurring clauses promise, and which of it has a plan."""
    context = {
        "title": gettext("Promised by clauses"),
        "subtitle": gettext("Inspections and maintenance that commitments promise for installed units"),
        "rows": queries.promised(request.user, only_open=request.GET.get("open") == "1"),
        "only_open": request.GET.get("open") == "1",
        "may_plan": request.user.has_perm(PLAN),
    }
    return render(request, "maintenance/promised.html", context)


@permission_required(PLAN)
@require_POST
def adopt(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the plan of a promise, in one step."""
    rows = RecurringDuty.objects.visible_to(request.user).select_related(
        "version__commitment", "customer", "organization", "unit"
    )
    duty = rows.filter(pk=pk, action__in=queries.ACTIONS, customer__isnull=False, unit__isnull=False).first()
    if duty is None:
        raise Http404(gettext("There is no such promise, or you may not see it."))
    plan = services.adopt_clause(
        by=request.user, organization=duty.organization, customer=duty.customer, duty=duty
    )
    messages.success(request, gettext("Plan %(number)s runs.") % {"number": plan.number})
    return redirect(plan.get_absolute_url())


@permission_required(PLAN)
@require_safe
def plan_new(request: HttpRequest) -> HttpResponse:
    """Which rhythm?"""
    query = request.GET.urlencode()
    context = {"title": gettext("New plan"), "query": f"?{query}" if query else ""}
    return render(request, "maintenance/plan_new.html", context)


@permission_required(PLAN)
def plan_form(request: HttpRequest, rhythm: str) -> HttpResponse:
    """A new plan of one rhythm."""
    if rhythm not in BY_HAND:
        raise Http404(gettext("There is no such rhythm."))
    form = PlanForm(request.POST or None, user=request.user, rhythm=rhythm, initial=_known(request))
    if request.method == "POST" and form.is_valid():
        try:
            plan = services.create_plan(by=request.user, **form.values())
        except ValidationError as error:
            add_errors(form, error)
        else:
            if "start" in request.POST:
                services.do_plan(plan, "activate", by=request.user)
            return redirect(plan.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("New plan"),
        "subtitle": str(MaintenancePlan.Rhythm(rhythm).label),
        "cancel_url": reverse("maintenance:plans"),
        "may_start": True,
    }
    return render(request, "maintenance/plan_form.html", context, status=_status(request))


def _known(request: HttpRequest) -> dict[str, Any]:
    """What the page it was opened from says: a unit with its customer, or a customer."""
    key = request.GET.get("unit", "")
    if key.isdecimal() and len(key) < 19:
        unit = InstalledUnit.objects.visible_to(request.user).filter(pk=int(key)).first()
        if unit is not None:
            return {"units": unit.serial, "customer": unit.customer_id, "organization": unit.organization_id}
    key = request.GET.get("customer", "")
    return {"customer": int(key)} if key.isdecimal() and len(key) < 19 else {}


@permission_required(PLAN)
def plan_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change a plan that has not ended."""
    plan = queries.plans_for(request.user).filter(number=number).first()
    if plan is None:
        raise Http404(gettext("There is no such plan, or you may not see it."))
    if not request.user.has_perm(PLAN, plan):
        raise PermissionDenied(PLAN)
    form = PlanForm(
        request.POST or None, user=request.user, rhythm=plan.rhythm, plan=plan, initial=_initial(plan)
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.change_plan(plan, by=request.user, version=form.cleaned_data["version"], **form.values())
        except ValidationError as error:
            add_errors(form, error)
        except StaleDocument as error:
            return respond_conflict(request, plan, plan.number, str(error))
        else:
            messages.success(request, gettext("Saved."))
            return redirect(plan.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("Change %(number)s") % {"number": plan.number},
        "cancel_url": plan.get_absolute_url(),
    }
    return render(request, "maintenance/plan_form.html", context, status=_status(request))


def _initial(plan: MaintenancePlan) -> dict[str, Any]:
    names = [name for name in PlanForm.base_fields if name not in ("units", "version")]
    values = {name: getattr(plan, name) for name in names}
    serials = plan.plan_units.values_list("unit__serial", flat=True)
    return {**values, "units": "\n".join(serials), "version": plan.version, "customer": plan.customer_id}


def _job(request: HttpRequest, pk: int) -> PlannedJob:
    job = queries.jobs_for(request.user).filter(pk=pk).first()
    if job is None:
        raise Http404(gettext("There is no such job, or you may not see it."))
    if not request.user.has_perm(PLAN, job):
        raise PermissionDenied(PLAN)
    found: PlannedJob = job
    return found


@permission_required(PLAN)
@require_POST
def job_order(request: HttpRequest, pk: int) -> HttpResponse:
    """The work order of a due job, in one step."""
    job = _job(request, pk)
    try:
        order = services.order_job(job, by=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(job.plan.get_absolute_url())
    messages.success(request, gettext("Work order %(number)s was made.") % {"number": order.number})
    return redirect(order.get_absolute_url())


@permission_required(PLAN)
def job_skip(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave a due job out, with the reason."""
    job = _job(request, pk)
    form = ReasonOnlyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.skip_job(job, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(job.plan.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("Leave out the job due %(day)s") % {"day": job.due_on.isoformat()},
        "subtitle": job.plan.title,
        "cancel_url": job.plan.get_absolute_url(),
        "submit_label": gettext("Leave it out"),
    }
    return render(request, "pages/form.html", context, status=_status(request))


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200

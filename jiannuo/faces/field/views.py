"""Pages for technicians on the phone. Each sees the own jobs only."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.faces.field.page import JobPage
from jiannuo.faces.field.steps import STEPS, Sent, Step
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import done_today, jobs_of

RELATED = ("organization", "customer", "unit__model", "category", "division", "symptom", "cause", "measure")


def own_jobs(user: Any) -> QuerySet[WorkOrder, Any]:
    """The jobs that ``user`` does or helps with, whatever else they may see."""
    rows: QuerySet[WorkOrder, Any] = WorkOrder.objects.visible_to(user).done_by(user)
    return rows.select_related(*RELATED)


def own_job_or_404(number: str, user: Any) -> WorkOrder:
    """A job of ``user``; Http404 for jobs of others as for those that do not exist."""
    order = own_jobs(user).filter(number=number).first()
    if order is None:
        raise Http404(
            _("There is no job %(number)s of yours. Perhaps it was given to somebody else.")
            % {"number": number}
        )
    return order


@permission_required("orders.work")
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Today's jobs and the other open ones, in the order in which to do them."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    today: list[WorkOrder] = []
    later: list[WorkOrder] = []
    for order in jobs_of(request.user):
        begins = getattr(order, "planned_from", None) or getattr(order, "appointment_from", None)
        (later if begins is not None and begins >= midnight else today).append(order)
    context = {
        "title": _("My jobs"),
        "groups": [(_("Today"), today), (_("Later"), later)],
        "count": len(today) + len(later),
        "done": list(done_today(request.user)[:20]),
    }
    return render(request, "field/jobs.html", context)


@permission_required("orders.work")
@require_safe
def job(request: HttpRequest, number: str) -> HttpResponse:
    """One job from accepting it to the customer's signature."""
    return _show(request, own_job_or_404(number, request.user))


def _show(
    request: HttpRequest,
    order: WorkOrder,
    bound: dict[str, Form] | None = None,
    status: int = 200,
    conflict: str = "",
) -> HttpResponse:
    page = JobPage(request, order, bound)
    context = {"job": page, "order": order, "title": order.title or order.number, "conflict": conflict}
    return render(request, "field/job.html", context, status=status)


@permission_required("orders.work")
@require_POST
def step(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """Do one step. A step sent twice with the same key is done once; what was typed comes back with an error."""
    order = own_job_or_404(number, request.user)
    declared = STEPS.get(step)
    if declared is None:
        raise Http404(_("There is no such step."))
    form = declared.make(order, request.user, request.POST, request.FILES)
    if form.is_valid():
        try:
            declared.run(_sent(request, order, form))
        except (StaleDocument, ActionNotAllowed) as error:
            fresh = own_jobs(request.user).get(pk=order.pk)
            return _answer(request, fresh, declared, step, form, status=409, conflict=str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _done(request, order, declared, step)
    return _answer(request, order, declared, step, form, status=422)


def _sent(request: HttpRequest, order: WorkOrder, form: Form) -> Sent:
    version = request.POST.get("version", "")
    return Sent(
        order=order,
        by=request.user,
        data=dict(form.cleaned_data),
        key=request.POST.get("key", "")[:64],
        version=int(version) if version.isdecimal() else None,
    )


def _done(request: HttpRequest, order: WorkOrder, declared: Step, step: str) -> HttpResponse:
    """After a step: the next page, or the section again with what was saved."""
    if declared.done:
        messages.success(request, declared.done)
    fresh = own_jobs(request.user).filter(pk=order.pk).first()
    address = reverse("field:job", args=[order.number]) if fresh is not None else reverse("field:jobs")
    if not request.htmx or declared.moves or fresh is None:  # type: ignore[attr-defined]
        target = address if declared.moves or fresh is None else f"{address}#{declared.section}"
        return HttpResponseClientRedirect(target) if request.htmx else redirect(target)  # type: ignore[attr-defined]
    return _section(request, JobPage(request, fresh), declared, saved=step)


def _answer(
    request: HttpRequest,
    order: WorkOrder,
    declared: Step,
    step: str,
    form: Form,
    *,
    status: int,
    conflict: str = "",
) -> HttpResponse:
    """The section with what was typed and what is wrong (the page, without script); after a conflict the new page."""
    if not request.htmx:  # type: ignore[attr-defined]
        return _show(request, order, {step: form}, status=status, conflict=conflict)
    if conflict:
        messages.warning(request, conflict)
        response = HttpResponseClientRedirect(reverse("field:job", args=[order.number]))
        response.status_code = status
        return response
    return _section(request, JobPage(request, order, {step: form}), declared, status=status, failed=step)


def _section(
    request: HttpRequest, page: JobPage, declared: Step, status: int = 200, **more: Any
) -> HttpResponse:
    context = {"job": page, "order": page.order, "section": declared.section, **more}
    return render(request, "field/swap.html", context, status=status)

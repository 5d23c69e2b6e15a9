"""Pages of proposals: list, choice, the proposal itself and what is done with it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.dispatch.planning import services, showing
from jiannuo.operations.dispatch.planning.choosing import orders_to_plan, technicians_to_plan
from jiannuo.operations.dispatch.planning.forms import DaysForm
from jiannuo.operations.dispatch.planning.models import Proposal, ProposalItem
from jiannuo.operations.dispatch.planning.tables import ProposalFilter, ProposalTable
from jiannuo.operations.workforce.models import Shift

PERMISSION = "planning.propose"
STEPS: dict[str, Any] = {
    "stop": services.stop_improving,
    "improve": services.improve_more,
    "discard": services.discard,
}
ITEM_STEPS: dict[str, Any] = {
    "leave-out": services.leave_out,
    "take-back": services.take_back,
    "lock": lambda proposal, item, by: services.change_lock(proposal, item, True, by=by),
    "unlock": lambda proposal, item, by: services.change_lock(proposal, item, False, by=by),
}


class ProposalList(TablePage):
    """Proposals of the person's scope, the newest first."""

    name = "planning.proposals"
    title = gettext_lazy("Plan days")
    permission = PERMISSION
    table_class = ProposalTable
    filterset_class = ProposalFilter
    orderings = (NEWEST,)
    default_ordering = "-id"
    create_url_name = "planning:new"
    create_label = gettext_lazy("Plan a day")
    create_permission = PERMISSION
    empty_text = gettext_lazy("No day was planned yet. Choose “Plan a day”.")

    def rows(self) -> Any:
        rows = Proposal.objects.visible_to(self.request.user).select_related("organization", "by")
        items = ProposalItem.objects.filter(proposal=OuterRef("pk")).order_by().values("proposal")
        count = items.annotate(count=Count("pk")).values("count")
        return rows.annotate(orders=Subquery(count), waiting=Subquery(count.filter(technician__isnull=True)))


@permission_required(PERMISSION)
def new(request: HttpRequest) -> HttpResponse:
    """Choose days, technicians and orders; then the first proposal is worked out at once."""
    user: Any = request.user
    data = request.POST if request.method == "POST" else request.GET
    form = DaysForm(data if "first_day" in data else None, user=user, initial=_tomorrow(user))
    context: dict[str, Any] = {"title": _("Plan a day"), "form": form, "cancel_url": reverse("planning:list")}
    if form.is_bound and not form.is_valid():
        return render(request, "planning/new.html", context, status=422)
    chosen = form.cleaned_data if form.is_bound else form.initial
    organization, first_day, days = chosen["organization"], chosen["first_day"], chosen["days"]
    orders = orders_to_plan(user, organization, first_day, days).select_related("customer", "technician")
    orders = orders.order_by("due_at", "pk")
    technicians = technicians_to_plan(user, organization)
    status = 200
    if request.method == "POST":
        people, wanted = (set(request.POST.getlist(name)) for name in ("technicians", "orders"))
        try:
            proposal = services.propose(
                by=user,
                organization=organization,
                first_day=first_day,
                days=days,
                technicians=[one for one in technicians if str(one.pk) in people],
                orders=[one for one in orders if str(one.pk) in wanted],
            )
        except ValidationError as error:
            _explain(form, error)
            status = 422
        else:
            return redirect(proposal)
        context |= {"people": people, "wanted": wanted}
    context |= {
        "orders": list(orders),
        "technicians": _with_shifts(list(technicians), organization, first_day, days),
        "organization": organization,
        "first_day": first_day,
        "day_count": days,
        "all": status == 200,
    }
    return render(request, "planning/new.html", context, status=status)


def _tomorrow(user: Any) -> dict[str, Any]:
    return {
        "organization": user.organization,
        "first_day": timezone.localdate() + timedelta(days=1),
        "days": 1,
    }


def _explain(form: DaysForm, error: ValidationError) -> None:
    """Put errors of fields that the form does not have where they are seen."""
    found = getattr(error, "error_dict", None)
    if found is None:
        add_errors(form, error)
        return
    for name, errors in found.items():
        form.add_error(name if name in form.fields else None, errors)


def _with_shifts(
    rows: list[Any], organization: Any, first_day: Any, days: int
) -> list[tuple[Any, list[Shift]]]:
    """Each technician with the shifts in the days."""
    from jiannuo.operations.dispatch.planning.choosing import bounds

    begins, ends = bounds(organization, first_day, days)
    shifts: dict[int, list[Shift]] = {}
    for shift in Shift.objects.filter(
        technician__in=rows, starts_at__lt=ends, ends_at__gt=begins, standby=False
    ):
        shifts.setdefault(shift.technician_id, []).append(shift)
    return [(row, shifts.get(row.pk, [])) for row in rows]


def _proposal(request: HttpRequest, pk: int) -> Proposal:
    rows = Proposal.objects.visible_to(request.user).select_related("organization", "by", "published_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404(_("There is no such proposal, or you may not see it."))
    return found


@permission_required(PERMISSION)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposal beside the present plan; asked by itself every two seconds while it is being improved."""
    proposal = _proposal(request, pk)
    template = "planning/_state.html" if request.headers.get("HX-Request") else "planning/detail.html"
    return render(request, template, _context(request, proposal))


def _context(request: HttpRequest, proposal: Proposal, **more: Any) -> dict[str, Any]:
    user: Any = request.user
    return {
        **showing.context_of(proposal),
        "may_change": user.has_perm(PERMISSION, proposal) and proposal.is_open,
        "may_stop": user.has_perm(PERMISSION, proposal) and proposal.is_busy,
        **more,
    }


@permission_required(PERMISSION)
@require_POST
def step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Stop, improve or discard."""
    proposal = _proposal(request, pk)
    if step not in STEPS:
        raise Http404
    return _do(request, proposal, lambda: STEPS[step](proposal, by=request.user))


@permission_required(PERMISSION)
@require_POST
def item_step(request: HttpRequest, pk: int, item: int, step: str) -> HttpResponse:
    """Leave out, take back, lock or unlock an order."""
    proposal = _proposal(request, pk)
    if step not in ITEM_STEPS:
        raise Http404
    return _do(request, proposal, lambda: ITEM_STEPS[step](proposal, item, by=request.user))


def _do(request: HttpRequest, proposal: Proposal, work: Any) -> HttpResponse:
    try:
        work()
    except ValidationError as error:
        proposal.refresh_from_db()
        context = _context(request, proposal, problems=error.messages)
        return render(request, "planning/detail.html", context, status=409)
    return redirect(proposal)


@permission_required(PERMISSION)
@require_POST
def publish_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish; what was changed meanwhile is shown, and the others can be published without it."""
    proposal = _proposal(request, pk)
    try:
        services.publish(proposal, by=request.user, without_changed="without_changed" in request.POST)
    except services.PlanChanged as changed:
        proposal.refresh_from_db()
        context = _context(request, proposal, conflicts=changed.conflicts)
        return render(request, "planning/detail.html", context, status=409)
    except ValidationError as error:
        proposal.refresh_from_db()
        context = _context(request, proposal, problems=error.messages)
        return render(request, "planning/detail.html", context, status=409)
    messages.success(request, _("The plan is published. The technicians have been told."))
    return redirect(proposal)

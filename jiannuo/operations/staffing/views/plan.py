"""The standby roster, and the page of the workload."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
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
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.staffing import queries, services
from jiannuo.operations.staffing.forms import RotaForm
from jiannuo.operations.staffing.tables import DutyFilter, DutyTable
from jiannuo.operations.staffing.workload import MOST, workload
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workforce.views.pages import monday_of


class DutyList(TablePage):
    """The standby roster in the person's scope."""

    name = "standby"
    title = gettext_lazy("Standby")
    subtitle = gettext_lazy("Who can be reached outside the shifts")
    permission = "workforce.standby"
    table_class = DutyTable
    filterset_class = DutyFilter
    orderings = (NEWEST, Ordering("starts_at", gettext_lazy("begins"), ("starts_at",)))
    default_ordering = "starts_at"
    presets = (
        Preset(gettext_lazy("Now"), "when=now"),
        Preset(gettext_lazy("Now and to come"), "when=coming"),
    )
    create_url_name = "staffing:duty_new"
    create_label = gettext_lazy("Plan standby")
    create_permission = "workforce.edit"

    def rows(self) -> QuerySet[Any]:
        return queries.duties_for(self.request.user)


@permission_required("workforce.edit")
def duty_new(request: HttpRequest) -> HttpResponse:
    """Put people into the roster, one after the other."""
    form = RotaForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        rota = services.Rota(
            people=list(data["people"]),
            starts_at=data["starts_at"],
            length=data["length"],
            turns=data["turns"],
            kind=data["kind"],
            rank=data["rank"],
        )
        try:
            services.plan_rota(data["organization"], rota, by=request.user)
        except PermissionDenied:
            form.add_error("organization", _("You may not plan for this organisation."))
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect("staffing:standby")
    context = {
        "form": form,
        "title": _("Plan standby"),
        "cancel_url": reverse("staffing:standby"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required("workforce.edit")
def duty_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a duty out of the roster."""
    duty = queries.duties_for(request.user).filter(pk=pk).first()
    if duty is None or not request.user.has_perm("workforce.edit", duty):
        raise Http404(_("This was removed before."))
    if request.method == "POST":
        services.remove_duty(duty, by=request.user)
        return redirect("staffing:standby")
    begins, ends = timezone.localtime(duty.starts_at), timezone.localtime(duty.ends_at)
    context = {
        "title": _("Remove the duty"),
        "text": f"{duty.person} · {begins:%Y-%m-%d %H:%M} – {ends:%Y-%m-%d %H:%M}",
        "cancel_url": reverse("staffing:standby"),
        "style": "danger",
    }
    return render(request, "pages/confirm.html", context)


@permission_required("workforce.standby")
def standby_now(request: HttpRequest) -> HttpResponse:
    """Who can be reached now, for the desk."""
    return render(request, "staffing/_now.html", {"duties": queries.reachable_in_scope(request.user)})


@permission_required("workforce.view")
def workload_page(request: HttpRequest) -> HttpResponse:
    """How much each technician has to do in a week."""
    today = timezone.localdate()
    monday = monday_of(request.GET.get("week", ""), today)
    people = Technician.objects.visible_to(request.user).filter(active=True, user__is_active=True)
    people = people.select_related("user", "organization").order_by("organization__path", "user__name")
    found = list(people[: MOST + 1])
    context = {
        "title": _("Workload"),
        "loads": workload(found[:MOST], monday),
        "days": [monday + timedelta(days=n) for n in range(7)],
        "more": len(found) > MOST,
        "most": MOST,
        "today": today,
        "monday": monday,
        "before": monday - timedelta(days=7),
        "after": monday + timedelta(days=7),
    }
    return render(request, "staffing/workload.html", context)

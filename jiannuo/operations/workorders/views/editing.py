"""Orders made and changed by hand."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.workorders.forms import OrderForm
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import NotNow, change_order, create_order


def order_or_404(number: str, user: Any, *related: str) -> WorkOrder:
    """The order, for those who may see it; Http404 for everybody else."""
    rows = WorkOrder.objects.visible_to(user).select_related("organization", "unit__model", *related)
    order = rows.filter(number=number).first()
    if order is None or not user.has_perm("orders.view", order):
        raise Http404(_("There is no document %(number)s, or you may not see it.") % {"number": number})
    return order


@permission_required("orders.dispatch")
def create(request: HttpRequest) -> HttpResponse:
    """An order without a request: planned maintenance, an inspection."""
    form = OrderForm(request.POST or None, user=request.user)
    context = {"form": form, "title": _("New work order"), "cancel_url": reverse("workorders:list")}
    if request.method != "POST":
        return render(request, "workorders/form.html", context)
    if form.is_valid():
        if not request.user.has_perm("orders.dispatch", form.cleaned_data["organization"]):
            form.add_error("organization", _("You may not dispatch for this organisation."))
        else:
            try:
                order = create_order(by=request.user, **form.cleaned_data)
            except ValidationError as error:
                add_errors(form, error)
            else:
                return redirect(order.get_absolute_url())
    return render(request, "workorders/form.html", context, status=422)


@permission_required("orders.dispatch")
def edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change what an order is about, where, and whom to ask for."""
    order = order_or_404(number, request.user, "division")
    if not request.user.has_perm("orders.dispatch", order):
        raise PermissionDenied("orders.dispatch")
    fields = ("job", "fault", "contact_name", "contact_phone", "address")
    initial = {**{name: getattr(order, name) for name in fields}, "division": order.division_id}
    form = OrderForm(request.POST or None, user=request.user, order=order, initial=initial)
    context = {
        "form": form,
        "document": order,
        "title": _("Change %(number)s") % {"number": order.number},
        "cancel_url": order.get_absolute_url(),
        "version": order.version,
    }
    if request.method != "POST":
        return render(request, "workorders/form.html", context)
    if form.is_valid():
        version = request.POST.get("version", "")
        try:
            change_order(
                order,
                form.cleaned_data,
                by=request.user,
                version=int(version) if version.isdecimal() else None,
            )
        except (StaleDocument, NotNow) as error:
            return respond_conflict(request, order, str(context["title"]), str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(order.get_absolute_url())
    return render(request, "workorders/form.html", context, status=422)

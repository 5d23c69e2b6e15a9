"""Lines of an order, in dialogs."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders.forms import LineForm, OverrideForm
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.services import NotNow, add_line, override_payer, remove_line, update_line
from jiannuo.operations.workorders.views.editing import order_or_404


def _dialog(
    request: HttpRequest, order: WorkOrder, form: Form | None, title: str, **more: Any
) -> HttpResponse:
    status = more.pop("status", 200)
    context = {
        "document": order,
        "form": form,
        "title": title,
        "form_action": request.path,
        "cancel_url": order.get_absolute_url(),
        **more,
    }
    plain = "pages/form.html" if form is not None else "pages/confirm.html"
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else plain
    return render(request, template, context, status=status)


def _back(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    address = f"{order.get_absolute_url()}#lines"
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


def _write(request: HttpRequest, order: WorkOrder, form: Form | None, title: str, write: Any) -> HttpResponse:
    """Do ``write`` with the cleaned data; say what is wrong, or go back to the lines."""
    if form is not None and not form.is_valid():
        return _dialog(request, order, form, title, status=422)
    try:
        write(form.cleaned_data if form is not None else {})
    except NotNow as error:
        return respond_conflict(request, order, title, str(error))
    except ValidationError as error:
        if form is None:
            return respond_conflict(request, order, title, " ".join(error.messages))
        add_errors(form, error)
        return _dialog(request, order, form, title, status=422)
    return _back(request, order)


def _may_change(order: WorkOrder, user: Any) -> None:
    if not (user.has_perm("orders.dispatch", order) or user.has_perm("orders.work", order)):
        raise PermissionDenied


@permission_required("orders.view")
def line_new(request: HttpRequest, number: str) -> HttpResponse:
    """Add a line."""
    order = order_or_404(number, request.user, "category")
    _may_change(order, request.user)
    title = _("Add a line")
    form = LineForm(request.POST or None, order=order, by=request.user)
    if request.method != "POST":
        return _dialog(request, order, form, title)
    return _write(request, order, form, title, lambda data: add_line(order, data, by=request.user))


@permission_required("orders.view")
def line_edit(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Change a line."""
    order = order_or_404(number, request.user, "category")
    _may_change(order, request.user)
    line = get_object_or_404(OrderLine.objects.select_related("component"), pk=pk, order=order)
    title = _("Change the line")
    form = LineForm(request.POST or None, order=order, by=request.user, line=line)
    if request.method != "POST":
        return _dialog(request, order, form, title)
    return _write(request, order, form, title, lambda data: update_line(line, data, by=request.user))


@permission_required("orders.view")
def line_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a line away."""
    order = order_or_404(number, request.user)
    _may_change(order, request.user)
    line = get_object_or_404(OrderLine, pk=pk, order=order)
    title = _("Remove the line")
    if request.method != "POST":
        return _dialog(request, order, None, title, text=line.description, style="danger")
    return _write(request, order, None, title, lambda _data: remove_line(line, by=request.user))


@permission_required("orders.charge")
def line_payer(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Let somebody else pay."""
    order = order_or_404(number, request.user)
    if not request.user.has_perm("orders.charge", order):
        raise PermissionDenied("orders.charge")
    line = get_object_or_404(OrderLine, pk=pk, order=order)
    title = _("Change who pays")
    form = OverrideForm(request.POST or None, initial={"payer": line.payer})
    if request.method != "POST":
        return _dialog(request, order, form, title, text=line.description)

    def write(data: dict[str, Any]) -> None:
        done: Any = override_payer(line, data["payer"], by=request.user, reason=data["reason"])
        if done.approval is not None:
            messages.info(request, consents.asked_text(done.approval))

    return _write(request, order, form, title, write)

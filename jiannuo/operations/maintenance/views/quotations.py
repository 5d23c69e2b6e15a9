"""Quotations: list, page, making one for findings, its lines, writing it anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from jiannuo.kernel.money import in_words
from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.maintenance import queries, services
from jiannuo.operations.maintenance.filters import QuotationFilter
from jiannuo.operations.maintenance.models import Finding, Quotation, QuotationLine
from jiannuo.operations.maintenance.quoteforms import NewQuotationForm, QuotationLineForm
from jiannuo.operations.maintenance.tables import QuotationTable
from jiannuo.operations.workorders.models import WorkOrder

HANDLE = "findings.handle"
RENEWED = (Quotation.State.SENT, Quotation.State.REFUSED, Quotation.State.EXPIRED, Quotation.State.WITHDRAWN)


class QuotationList(TablePage):
    """All quotations in scope."""

    name = "quotations"
    title = _("Quotations")
    subtitle = _("What the repair of hidden dangers costs, until the customer has decided")
    permission = "maintenance.view"
    table_class = QuotationTable
    filterset_class = QuotationFilter
    orderings = (NEWEST,)
    presets = (
        Preset(_("Customer decides"), "state=sent"),
        Preset(_("Drafts"), "state=draft"),
        Preset(_("Refused or expired"), "state=refused&state=expired"),
    )
    empty_text = _("No quotations. Write one on the page of a hidden danger.")

    def rows(self) -> QuerySet[Any]:
        return queries.quotations_for(self.request.user)


class QuotationPage(DocumentPage):
    """One quotation: its findings, its lines with who pays and why, the answer."""

    model = Quotation
    permission = "maintenance.view"
    template_name = "maintenance/quotation.html"
    select_related = ("customer", "unit__model", "sent_by", "noted_by", "order", "replaces", "replaced_by")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        handles = user.has_perm(HANDLE, document)
        return {
            **super().get_context_data(document),
            "quotation": document,
            "findings": list(document.findings.order_by("pk")),
            "lines": queries.explained_lines(document),
            "words": in_words(document.customer_total),
            "newer": getattr(document, "replaced_by", None),
            "may_change": handles and document.state == Quotation.State.DRAFT,
            "may_renew": handles and document.state in RENEWED and not hasattr(document, "replaced_by"),
            "prints": forms_for(Quotation, user),
        }


@permission_required(HANDLE)
def quotation_new(request: HttpRequest, number: str) -> HttpResponse:
    """Choose what is quoted together with a finding, and begin the draft."""
    user: Any = request.user
    rows = Finding.objects.visible_to(user).select_related("organization", "customer")
    finding = rows.filter(number=number).first()
    if finding is None:
        raise Http404(gettext("There is no document %(number)s, or you may not see it.") % {"number": number})
    if not user.has_perm(HANDLE, finding):
        raise PermissionDenied(HANDLE)
    form = NewQuotationForm(request.POST or None, finding=finding, user=user)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.create_quotation(list(form.cleaned_data["findings"]), by=user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(made.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("Write a quotation"),
        "subtitle": finding.title,
        "submit_label": gettext("Go on to the prices"),
        "cancel_url": finding.get_absolute_url(),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


def _quotation(request: HttpRequest, number: str) -> Quotation:
    """The quotation of a number, for those who may change it; raises Http404 or PermissionDenied."""
    user: Any = request.user
    related = ("organization", "customer", "unit__model__category")
    found = Quotation.objects.visible_to(user).select_related(*related).filter(number=number).first()
    if found is None:
        raise Http404(gettext("There is no document %(number)s, or you may not see it.") % {"number": number})
    if not user.has_perm(HANDLE, found):
        raise PermissionDenied(HANDLE)
    return found


def _go(request: HttpRequest, address: str) -> HttpResponse:
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


def _dialog(
    request: HttpRequest, quotation: Quotation, form: Form | None, title: str, **more: Any
) -> HttpResponse:
    status = more.pop("status", 200)
    context = {
        "document": quotation,
        "form": form,
        "title": title,
        "form_action": request.path,
        "cancel_url": quotation.get_absolute_url(),
        **more,
    }
    plain = "pages/form.html" if form is not None else "pages/confirm.html"
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else plain
    return render(request, template, context, status=status)


def _line_dialog(
    request: HttpRequest,
    quotation: Quotation,
    title: str,
    line: QuotationLine | None,
    write: Callable[[dict[str, Any]], Any],
) -> HttpResponse:
    """Ask for a line (GET), keep it (POST)."""
    unit = quotation.unit
    order = WorkOrder(unit=unit, category=unit.model.category if unit is not None else None)
    form = QuotationLineForm(request.POST or None, order=order, by=request.user, line=line)
    if request.method != "POST":
        return _dialog(request, quotation, form, title)
    if not form.is_valid():
        return _dialog(request, quotation, form, title, status=422)
    try:
        write(form.cleaned_data)
    except services.NotADraft as error:
        return respond_conflict(request, quotation, title, " ".join(error.messages))
    except ValidationError as error:
        add_errors(form, error)
        return _dialog(request, quotation, form, title, status=422)
    return _go(request, f"{quotation.get_absolute_url()}#lines")


@permission_required(HANDLE)
def line_new(request: HttpRequest, number: str) -> HttpResponse:
    """Add a line."""
    quotation = _quotation(request, number)
    return _line_dialog(
        request,
        quotation,
        gettext("Add a line"),
        None,
        lambda data: services.save_line(quotation, data, by=request.user),
    )


@permission_required(HANDLE)
def line_edit(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Change a line."""
    quotation = _quotation(request, number)
    line = get_object_or_404(QuotationLine.objects.select_related("component"), pk=pk, quotation=quotation)
    return _line_dialog(
        request,
        quotation,
        gettext("Change the line"),
        line,
        lambda data: services.save_line(quotation, data, by=request.user, line=line),
    )


@permission_required(HANDLE)
def line_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a line away."""
    quotation = _quotation(request, number)
    line = get_object_or_404(QuotationLine, pk=pk, quotation=quotation)
    line.quotation = quotation
    title = gettext("Remove the line")
    if request.method != "POST":
        return _dialog(request, quotation, None, title, text=line.description, style="danger")
    try:
        services.remove_line(line, by=request.user)
    except services.NotADraft as error:
        return respond_conflict(request, quotation, title, " ".join(error.messages))
    return _go(request, f"{quotation.get_absolute_url()}#lines")


@permission_required(HANDLE)
def again(request: HttpRequest, number: str) -> HttpResponse:
    """Write it anew, with the same lines; what still waits for an answer is withdrawn."""
    quotation = _quotation(request, number)
    title = gettext("Quote anew")
    if request.method != "POST":
        text = gettext("A draft with the same lines is made. The link sent before says that it was replaced.")
        return _dialog(request, quotation, None, title, text=text)
    try:
        made = services.renew_quotation(quotation, by=request.user)
    except ActionNotAllowed as error:
        return respond_conflict(request, quotation, title, str(error))
    except ValidationError as error:
        return respond_conflict(request, quotation, title, " ".join(error.messages))
    messages.success(request, gettext("%(action)s: done.") % {"action": title})
    return _go(request, made.get_absolute_url())

"""Pages for customers: no account, by the code on the machine or by a signed, expiring link."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from django_ratelimit.core import is_ratelimited

from jiannuo.faces.portal import proof, queries, services, tokens
from jiannuo.faces.portal.forms import ReportForm
from jiannuo.kernel.files.views import respond
from jiannuo.kernel.printing.forms import form_by_id
from jiannuo.kernel.printing.views import pdf_of
from jiannuo.kernel.resending import SentDifferently, reopen
from jiannuo.operations.appointments.services import present_window
from jiannuo.operations.appointments.windows import subject_of
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.promises.obligations.queries import for_document
from jiannuo.registry.installedbase.models import InstalledUnit

#: how often one address may do what, against guessing and flooding
LIMITS = {"enter": "20/5m", "unit": "60/5m", "report": "6/10m", "challenge": "60/5m"}
LIMITS |= {
    "link": "120/5m",
    "help": "60/5m",
    "vote": "10/10m",
    "survey": "20/10m",
    "complain": "6/10m",
    "appointment": "30/10m",
    "estimate": "12/10m",
    "goods_notice": "12/10m",
    "quotation": "12/10m",
}


def too_many(request: HttpRequest, group: str) -> HttpResponse | None:
    """The refusal of an address that asks too often."""
    limited = is_ratelimited(request, group=f"portal.{group}", key="ip", rate=LIMITS[group], increment=True)
    return render(request, "429.html", status=429) if limited else None


def message(request: HttpRequest, title: str, text: str, status: int) -> HttpResponse:
    """A page with nothing but words."""
    return render(request, "portal/message.html", {"title": title, "text": text}, status=status)


def printed(form_id: str, document: Any) -> HttpResponse:
    """The filled form, for nobody's cache. Raises Http404 for a form that is not there."""
    form = form_by_id(form_id)
    if form is None:
        raise Http404
    response = HttpResponse(pdf_of(form, document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{document.number}.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


def link_over(request: HttpRequest) -> HttpResponse:
    """The answer to a link whose time is over."""
    title = _("This link has expired")
    return message(request, title, _("Scan the code on the machine again, or call the hotline."), 410)


def link_broken(request: HttpRequest) -> HttpResponse:
    """The answer to a link that is none of ours."""
    title = _("This link is not complete")
    return message(request, title, _("Open it again from the message, or scan the code on the machine."), 404)


@require_safe
def enter_code(request: HttpRequest) -> HttpResponse:
    """For those who type the code under the QR picture."""
    if limited := too_many(request, "enter"):
        return limited
    label = request.GET.get("code", "").strip().replace(" ", "").replace("-", "")
    if not label:
        return render(request, "portal/enter.html")
    unit = queries.unit_by_label(label) if label.isalnum() else None
    if unit is None:
        return render(request, "portal/enter.html", {"code": label, "unknown": True}, status=404)
    return redirect("portal:unit", label=unit.label_code)


def unit_or_404(label: str) -> InstalledUnit:
    """The machine with this code; raises Http404."""
    unit = queries.unit_by_label(label)
    if unit is None:
        raise Http404
    return unit


@require_safe
@never_cache
def unit(request: HttpRequest, label: str) -> HttpResponse:
    """The machine: what it is, whether it is covered, what is under way, and the way to report a fault."""
    if limited := too_many(request, "unit"):
        return limited
    machine = unit_or_404(label)
    context = {
        "unit": machine,
        "cover": services.cover_of(machine),
        "open_requests": [
            (item, tokens.progress_url(item.number)) for item in queries.open_requests(machine)
        ],
    }
    return render(request, "portal/unit.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def report(request: HttpRequest, label: str) -> HttpResponse:
    """Report a fault of the machine."""
    machine = unit_or_404(label)
    if request.method != "POST":
        start = {
            "client_key": secrets.token_urlsafe(16),
            "token": tokens.make("report", machine.label_code, tokens.FORM_LASTS),
        }
        return _report_page(request, machine, ReportForm(initial=start))
    if limited := too_many(request, "report"):
        return limited
    form = ReportForm(request.POST, request.FILES)
    try:
        if tokens.read("report", request.POST.get("token", "")) != machine.label_code:
            return link_broken(request)
    except tokens.LinkExpired:
        return _expired_form(request, machine)
    except tokens.LinkBroken:
        return link_broken(request)
    if not form.is_valid():
        return _report_page(request, machine, form, status=422)
    anyway = request.POST.get("allow_duplicate") == "1"
    try:
        made = services.report_fault(
            machine, form.cleaned_data, request.FILES.getlist("photos"), allow_duplicate=anyway
        )
    except services.PossibleDuplicate as duplicate:
        return _report_page(request, machine, _reopened(form), duplicate=duplicate.requests[0], status=409)
    except SentDifferently as error:
        reopen(form, error)
        return _report_page(request, machine, form, status=409)
    except ValidationError as error:
        form.add_error(None, error)
        return _report_page(request, machine, form, status=422)
    return redirect(
        reverse("portal:progress", args=[tokens.make("progress", made.number, tokens.PROGRESS_LASTS)])
    )


def _reopened(form: ReportForm) -> ReportForm:
    """The same form, to be sent once more."""
    return ReportForm(initial=dict(form.data.items()))


def _expired_form(request: HttpRequest, machine: InstalledUnit) -> HttpResponse:
    """What was typed, with a new token: the form lay open too long."""
    kept = {**request.POST.dict(), "token": tokens.make("report", machine.label_code, tokens.FORM_LASTS)}
    form = ReportForm(kept)
    form.add_error(None, _("The form lay open too long. What you typed is kept: check it and send it again."))
    return _report_page(request, machine, form, status=410)


def _report_page(
    request: HttpRequest,
    machine: InstalledUnit,
    form: ReportForm,
    *,
    duplicate: ServiceRequest | None = None,
    status: int = 200,
) -> HttpResponse:
    context: dict[str, Any] = {"unit": machine, "form": form, "duplicate": duplicate}
    if duplicate is not None:
        context["duplicate_url"] = tokens.progress_url(duplicate.number)
    return render(request, "portal/report.html", context, status=status)


def number_of(request: HttpRequest, kind: str, token: str) -> str | HttpResponse:
    """The number of the document that a link of ``kind`` names, or the answer to give instead."""
    if limited := too_many(request, "link"):
        return limited
    try:
        return tokens.read(kind, token)
    except tokens.LinkExpired:
        return link_over(request)
    except tokens.LinkBroken:
        return link_broken(request)


@require_safe
@never_cache
def progress(request: HttpRequest, token: str) -> HttpResponse:
    """How far a request has come, like a parcel."""
    number = number_of(request, "progress", token)
    if isinstance(number, HttpResponse):
        return number
    asked = (
        ServiceRequest.objects.filter(number=number)
        .select_related("unit__model", "organization", "merged_into")
        .first()
    )
    if asked is None:
        return link_broken(request)
    if asked.merged_into is not None:
        asked = asked.merged_into
    orders = queries.orders_of(asked)
    signed = next((order for order in orders if order.signed_at), None)
    context = {
        "asked": asked,
        "token": token,
        "steps": queries.steps_of(asked, orders),
        "appointment": queries.appointment_of(orders),
        **_choice(asked),
        "obligations": [item for item in for_document(asked) if item.state == "open" and item.due_at],
        "record": tokens.record_url(signed.number) if signed else "",
    }
    return render(request, "portal/progress.html", context)


def _choice(asked: ServiceRequest) -> dict[str, Any]:
    """Whether the customer may choose a window, and the one kept free until there is an order."""
    from jiannuo.faces.portal.appointing import can_choose

    if not can_choose(asked):
        return {}
    subject = subject_of(asked)
    present = present_window(subject)
    return {"may_choose": True, "window": present if present and present.booking else None}


def _order_of(request: HttpRequest, token: str) -> Any:
    """The signed order that a token names, or the answer to give instead."""
    number = number_of(request, "record", token)
    if isinstance(number, HttpResponse):
        return number
    return queries.record_for(number) or link_broken(request)


@require_safe
@never_cache
def record(request: HttpRequest, token: str) -> HttpResponse:
    """The record of the work as the customer signed it."""
    order = _order_of(request, token)
    if isinstance(order, HttpResponse):
        return order
    context = {
        "order": order,
        "token": token,
        "total": sum((line.customer_amount for line in order.lines.all()), start=services.NOTHING),
        "photos": queries.record_photos(order),
    }
    return render(request, "portal/record.html", context)


@require_safe
@never_cache
def record_pdf(request: HttpRequest, token: str) -> HttpResponse:
    """The record as the printed form F14."""
    order = _order_of(request, token)
    if isinstance(order, HttpResponse):
        return order
    return printed("F14", order)


@require_safe
def record_photo(request: HttpRequest, token: str, pk: Any) -> Any:
    """A photo or the signature of the record."""
    order = _order_of(request, token)
    if isinstance(order, HttpResponse):
        return order
    if order.signature_id == pk:
        return respond(order.signature, request)
    photo = next((item for item in queries.record_photos(order) if item.file_id == pk), None)
    if photo is None:
        raise Http404
    return respond(photo.file, request, small=request.GET.get("size") == "small")


@require_safe
@never_cache
def challenge(request: HttpRequest) -> HttpResponse:
    """A task for the browser that proves it is no bot."""
    if too_many(request, "challenge"):
        return JsonResponse({"error": _("Too many tries. Wait five minutes.")}, status=429)
    return JsonResponse(proof.challenge())

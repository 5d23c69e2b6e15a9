"""The card of an appointment on orders and requests, its dialogs, the table, and the figures."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRedirect, HttpResponseClientRefresh

from jiannuo.kernel.months import instants_of, month_of, months_before, next_month
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.queries import visible_document
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.appointments import services
from jiannuo.operations.appointments.figures import figures_of
from jiannuo.operations.appointments.forms import CustomerLateForm, DelayForm, RuleForm, WindowForm
from jiannuo.operations.appointments.models import AppointmentLink, AppointmentRule, VisitNote
from jiannuo.operations.appointments.services.visits import may_tell
from jiannuo.operations.appointments.windows import Subject, offers, rule_for, subject_of
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services.visits import open_visit

SHOWN = 12
DELAYS = (15, 30, 60, 120)


def document_or_404(number: str, user: Any) -> Any:
    """The order or request with that number that ``user`` sees; Http404 for everything else."""
    document = visible_document(number, user)
    if not isinstance(document, (WorkOrder, ServiceRequest)):
        raise Http404(_("There is no document %(number)s, or you may not see it.") % {"number": number})
    return document


def may_book(subject: Subject, user: Any) -> bool:
    """Whether somebody may agree the appointment."""
    if subject.order is not None:
        return bool(user.has_perm("orders.dispatch", subject.order))
    return bool(user.has_perm("requests.handle", subject.request))


def may_send(subject: Subject, user: Any) -> bool:
    """Whether somebody may send the customer the link to choose a window."""
    return subject.order is not None and subject.is_open and services.may_send_link(subject.order, user)


def _links(subject: Subject) -> list[AppointmentLink]:
    """The link that was sent last, if any."""
    if subject.order is None:
        return []
    return list(subject.order.appointment_links.select_related("sent_by")[:1])


@permission_required("orders.view")
@require_safe
def card(request: HttpRequest, number: str) -> HttpResponse:
    """The appointment that there is, and the windows to offer on the phone."""
    document = document_or_404(number, request.user)
    subject = subject_of(document)
    present = services.present_window(subject)
    visit = present.visit if present is not None else None
    may = subject.is_open and may_book(subject, request.user)
    last = subject.order.visits.order_by("-sequence").first() if subject.order is not None else None
    wanted = present is None or "change" in request.GET
    context = {
        "document": document,
        "subject": subject,
        "present": present,
        "notes": list(visit.notes.select_related("by")) if visit is not None else [],
        "was_absent": last is not None and last.result == Visit.Result.CUSTOMER_ABSENT,
        "may_book": may,
        "may_send": present is None and may_send(subject, request.user),
        "links": _links(subject) if present is None else [],
        "may_tell": visit is not None and subject.order is not None and may_tell(subject.order, request.user),
        "offers": offers(subject)[:SHOWN] if may and wanted else [],
        "wanted": wanted,
        "has_rule": rule_for(subject.document.organization) is not None,
        "delay_kind": VisitNote.Kind.DELAY,
    }
    return render(request, "appointments/_card.html", context)


def _answer(
    request: HttpRequest, document: Any, form: Form, title: str, error: bool, conflict: str = ""
) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "form_action": request.path,
        "cancel_url": document.get_absolute_url(),
        "conflict": conflict,
    }
    template = "partials/modal_form.html" if request.headers.get("HX-Request") else "pages/form.html"
    return render(request, template, context, status=409 if conflict else 422 if error else 200)


def _done(request: HttpRequest, document: Any) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return HttpResponseClientRefresh()
    return redirect(document)


@permission_required("orders.view")
def book(request: HttpRequest, number: str) -> HttpResponse:
    """Agree a window with the customer on the phone: one of those offered, or a free one."""
    document = document_or_404(number, request.user)
    subject = subject_of(document)
    if not may_book(subject, request.user):
        raise PermissionDenied("orders.dispatch")
    start = {name: _moment(request.GET.get(name, "")) for name in ("starts_at", "ends_at")}
    form = WindowForm(request.POST or None, initial=start)
    title = _("Agree an appointment")
    if request.method != "POST":
        return _answer(request, document, form, title, error=False)
    if form.is_valid():
        try:
            services.book(subject, by=request.user, free=True, **form.cleaned_data)
        except services.WindowTaken as error:
            return _answer(request, document, form, title, error=True, conflict=" ".join(error.messages))
        except ActionNotAllowed as error:
            return _answer(request, document, form, title, error=True, conflict=str(error))
        except ValidationError as error:
            _add(form, error)
        else:
            return _done(request, document)
    return _answer(request, document, form, title, error=True)


def _add(form: Form, error: ValidationError) -> None:
    """Put the errors on the form; those of fields that it does not have, above it."""
    if hasattr(error, "error_dict") and not set(error.error_dict) <= set(form.fields):
        form.add_error(None, error.messages)
        return
    add_errors(form, error)


def _moment(text: str) -> Any:
    try:
        return parse_datetime(text)
    except ValueError:
        return None


@permission_required("orders.view")
def give_up(request: HttpRequest, number: str) -> HttpResponse:
    """Give the appointment up for the customer."""
    document = document_or_404(number, request.user)
    subject = subject_of(document)
    if not may_book(subject, request.user):
        raise PermissionDenied("orders.dispatch")
    if request.method == "POST":
        try:
            services.give_up(subject, by=request.user)
        except ValidationError as error:
            return _answer(
                request, document, Form(), _("Give up the appointment"), True, " ".join(error.messages)
            )
        return _done(request, document)
    context = {
        "title": _("Give up the appointment"),
        "text": _("The time is free for others then, and the dispatchers are told."),
        "form_action": request.path,
        "cancel_url": document.get_absolute_url(),
        "style": "danger",
    }
    htmx = request.headers.get("HX-Request")
    return render(request, "partials/modal_form.html" if htmx else "pages/confirm.html", context)


@permission_required("orders.view")
def link(request: HttpRequest, number: str) -> HttpResponse:
    """Send the customer the link to choose a window."""
    order = document_or_404(number, request.user)
    if not isinstance(order, WorkOrder):
        raise Http404
    if not services.may_send_link(order, request.user):
        raise PermissionDenied("orders.dispatch")
    title = _("Send the link to choose a time")
    if request.method == "POST":
        try:
            services.send_link(order, by=request.user)
        except ValidationError as error:
            return _answer(request, order, Form(), title, True, " ".join(error.messages))
        return _done(request, order)
    context = {
        "title": title,
        "text": _("The customer chooses one of the free windows; the order goes to whoever can come then."),
        "form_action": request.path,
        "cancel_url": order.get_absolute_url(),
    }
    htmx = request.headers.get("HX-Request")
    return render(request, "partials/modal_form.html" if htmx else "pages/confirm.html", context)


def _own_order(request: HttpRequest, number: str) -> WorkOrder:
    order = document_or_404(number, request.user)
    if not isinstance(order, WorkOrder):
        raise Http404
    if not may_tell(order, request.user):
        raise PermissionDenied("orders.work")
    return order


@permission_required("orders.view")
def delay(request: HttpRequest, number: str) -> HttpResponse:
    """Tell the customer that somebody comes later."""
    order = _own_order(request, number)
    visit = open_visit(order)
    base = max(timezone.now(), visit.appointment_from) if visit and visit.appointment_from else timezone.now()
    soon = timezone.localtime(base + timedelta(minutes=DELAYS[1]))
    minutes = request.POST.get("in_minutes", "")
    data: Any = request.POST or None
    if data is not None and minutes.isdecimal() and int(minutes) in DELAYS:
        later = timezone.localtime(base + timedelta(minutes=int(minutes)))
        data = {"expected_at": later.strftime("%Y-%m-%dT%H:%M"), "reason": request.POST.get("reason", "")}
    form = DelayForm(data, initial={"expected_at": soon})
    if request.method == "POST" and form.is_valid():
        try:
            services.announce_delay(order, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            _add(form, error)
        except ActionNotAllowed as error:
            form.add_error(None, str(error))
        else:
            return _back(request, order)
    return _answer(request, order, form, _("Announce a delay"), error=request.method == "POST")


@permission_required("orders.view")
def customer_late(request: HttpRequest, number: str) -> HttpResponse:
    """Write down how long somebody waited for the customer."""
    order = _own_order(request, number)
    form = CustomerLateForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.note_customer_late(order, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            _add(form, error)
        except ActionNotAllowed as error:
            form.add_error(None, str(error))
        else:
            return _back(request, order)
    return _answer(request, order, form, _("Customer late"), error=request.method == "POST")


def _back(request: HttpRequest, order: WorkOrder) -> HttpResponse:
    """To where the person works on the order."""
    own = order.technician_id == request.user.pk
    address = reverse("field:job", args=[order.number]) if own else str(order.get_absolute_url())
    return HttpResponseClientRedirect(address) if request.headers.get("HX-Request") else redirect(address)


# The table


@permission_required("workforce.rules")
def rules(request: HttpRequest) -> HttpResponse:
    """The table of windows, one line for each organisation."""
    rows = AppointmentRule.objects.visible_to(request.user).select_related("organization")
    context = {"title": _("Rules of appointments"), "rules": rows.order_by("organization__path")}
    return render(request, "appointments/rules.html", context)


@permission_required("workforce.rules")
def rule_new(request: HttpRequest) -> HttpResponse:
    """A rule for an organisation."""
    return _rule(request, AppointmentRule())


def _rule_or_404(request: HttpRequest, pk: int) -> AppointmentRule:
    rule = (
        AppointmentRule.objects.visible_to(request.user).select_related("organization").filter(pk=pk).first()
    )
    if rule is None or not request.user.has_perm("workforce.rules", rule.organization):
        raise Http404(_("There is no such rule, or you may not change it."))
    return rule


@permission_required("workforce.rules")
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a rule."""
    return _rule(request, _rule_or_404(request, pk))


def _rule(request: HttpRequest, rule: AppointmentRule) -> HttpResponse:
    form = RuleForm(request.POST or None, instance=rule, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_rule(form.instance, by=request.user)
        except PermissionDenied:
            form.add_error("organization", _("You may not change the table of this organisation."))
        else:
            return redirect("appointments:rules")
    context = {
        "form": form,
        "title": _("Rule of appointments"),
        "cancel_url": reverse("appointments:rules"),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required("workforce.rules")
def rule_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule out of the table."""
    rule = _rule_or_404(request, pk)
    if request.method == "POST":
        services.remove_rule(rule, by=request.user)
        return redirect("appointments:rules")
    context = {
        "title": _("Remove the rule"),
        "text": str(rule),
        "cancel_url": reverse("appointments:rules"),
        "style": "danger",
    }
    return render(request, "pages/confirm.html", context)


@permission_required("appointments.figures")
def figures(request: HttpRequest) -> HttpResponse:
    """Kept, late, customer absent: the appointments of a month."""
    month = month_of(request.GET.get("month", ""))
    begins, ends = instants_of(month)
    total, places, people = figures_of(request.user, begins, ends)
    context = {
        "title": _("Appointments kept"),
        "month": month,
        "before": months_before(month, 1),
        "after": next_month(month),
        "total": total,
        "groups": [(_("By organisation"), places), (_("By technician"), people)],
    }
    return render(request, "appointments/figures.html", context)

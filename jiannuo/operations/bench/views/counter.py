"""What is done at the counter: take in, hand over, lend, take back. Made for the desk and for the phone."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.bench import services
from jiannuo.operations.bench.forms import HandOverForm, LendForm, TakeBackForm, TakeInForm
from jiannuo.operations.bench.models import CarryIn, Loan
from jiannuo.operations.bench.owing import why_owed
from jiannuo.operations.bench.queries import loans_for, receipts_for
from jiannuo.operations.bench.services.handing import open_loans
from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import totals


def receipt_or_404(number: str, user: Any) -> CarryIn:
    """The receipt, for those who may see it; Http404 for everybody else."""
    rows = receipts_for(user).select_related(
        "order__organization", "unit__model__category", "unit__model__loan_grade"
    )
    receipt = rows.filter(number=number).first()
    if receipt is None:
        raise Http404(gettext("There is no document %(number)s, or you may not see it.") % {"number": number})
    return receipt


def _loan_or_404(number: str, user: Any) -> Loan:
    loan = loans_for(user).filter(number=number).first()
    if loan is None:
        raise Http404(gettext("There is no document %(number)s, or you may not see it.") % {"number": number})
    return loan


def _version(request: HttpRequest) -> int | None:
    posted = request.POST.get("version", "")
    return int(posted) if posted.isdecimal() and len(posted) < 10 else None


def _page(
    request: HttpRequest, form: Any, title: str, template: str = "bench/form.html", **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, **more}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _order_named(request: HttpRequest) -> WorkOrder | None:
    """The order whose machine is brought in, where the address names one."""
    number = request.GET.get("order", "")
    if not number:
        return None
    user: Any = request.user
    rows = WorkOrder.objects.visible_to(user).select_related(
        "organization", "customer", "unit__model__category", "unit__dealer"
    )
    order = rows.filter(number=number).first()
    if order is None or not user.has_perm("orders.view", order):
        raise Http404(gettext("There is no document %(number)s, or you may not see it.") % {"number": number})
    if not user.has_perm("bench.handle", order):
        raise PermissionDenied("bench.handle")
    return order


@permission_required("bench.handle")
def take_in_page(request: HttpRequest) -> HttpResponse:
    """Take goods in and give the receipt; ``?order=`` for what a technician brings in from the site."""
    order = _order_named(request)
    known = {name: request.GET[name][:60] for name in ("serial", "unit", "customer") if request.GET.get(name)}
    form = TakeInForm(
        request.POST or None, request.FILES or None, user=request.user, order=order, initial=known
    )
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                receipt = services.take_in(form.goods, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("Receipt %(number)s was written.") % {"number": receipt.number})
            return redirect(receipt.get_absolute_url())
    return _page(
        request,
        form,
        gettext("Take in for repair"),
        order=order,
        cancel_url=order.get_absolute_url() if order is not None else reverse("bench:list"),
        submit_label=gettext("Write the receipt"),
        signature_required=False,
    )


@permission_required("bench.handle")
def hand_over_page(request: HttpRequest, number: str) -> HttpResponse:
    """Hand goods over against the receipt."""
    receipt = receipt_or_404(number, request.user)
    if not request.user.has_perm("bench.handle", receipt):
        raise PermissionDenied("bench.handle")
    loans = open_loans(receipt)
    form = HandOverForm(request.POST or None, user=request.user, receipt=receipt, loans=loans)
    title = gettext("Hand over %(number)s") % {"number": receipt.number}
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                services.hand_over(receipt, form.hand_over, by=request.user, version=_version(request))
        except ValidationError as error:
            add_errors(form, error)
        except (StaleDocument, ActionNotAllowed) as error:
            return respond_conflict(request, receipt, title, str(error))
        else:
            messages.success(request, gettext("%(what)s was handed over.") % {"what": receipt.what})
            return redirect(receipt.get_absolute_url())
    lines = list(receipt.order.lines.all())
    return _page(
        request,
        form,
        title,
        "bench/hand_over.html",
        receipt=receipt,
        loans=loans,
        lines=lines,
        totals=totals(lines),
        accessories=list(receipt.accessories.all()),
        cancel_url=receipt.get_absolute_url(),
        submit_label=pgettext("carry-in", "Hand over"),
        signature_required=True,
    )


@permission_required("loans.lend")
def lend_page(request: HttpRequest) -> HttpResponse:
    """Lend a piece of the pool; ``?receipt=`` while the customer's own machine is in the house."""
    number = request.GET.get("receipt", "")
    receipt = receipt_or_404(number, request.user) if number else None
    if receipt is not None and not request.user.has_perm("loans.lend", receipt):
        raise PermissionDenied("loans.lend")
    owed = why_owed(receipt.order) if receipt is not None else None
    start = {"equipment": request.GET.get("equipment", "")[:18], "reason": owed.text if owed else ""}
    form = LendForm(
        request.POST or None, request.FILES or None, user=request.user, receipt=receipt, initial=start
    )
    if request.method == "POST" and form.is_valid():
        answer = _lend(request, form)
        if answer is not None:
            return answer
    return _page(
        request,
        form,
        gettext("Lend a machine"),
        "bench/lend.html",
        receipt=receipt,
        owed=owed,
        own_grade=_own_grade(receipt),
        cancel_url=receipt.get_absolute_url() if receipt is not None else reverse("bench:loans"),
        submit_label=gettext("Lend"),
        signature_required=True,
    )


def _own_grade(receipt: CarryIn | None) -> int | None:
    unit = receipt.unit if receipt is not None else None
    found = getattr(unit.model, "loan_grade", None) if unit is not None else None
    return found.grade if found is not None else None


def _lend(request: HttpRequest, form: LendForm) -> HttpResponse | None:
    """Lend, or ask for the consent that is missing; nothing where the form must be shown again."""
    try:
        with transaction.atomic():
            lending = form.lending
            loan = services.lend(lending, by=request.user)
    except consents.ConsentMissing:
        return _ask_first(request, form)
    except ValidationError as error:
        add_errors(form, error)
        return None
    messages.success(request, gettext("Slip %(number)s was written.") % {"number": loan.number})
    return redirect(loan.get_absolute_url())


def _ask_first(request: HttpRequest, form: LendForm) -> HttpResponse | None:
    try:
        approval = services.ask_for_loan(form.lending, by=request.user)
    except ValidationError as error:
        add_errors(form, error)
        return None
    if approval is None or form.receipt is None:
        return None
    messages.info(request, consents.asked_text(approval))
    return redirect(form.receipt.get_absolute_url())


@permission_required("loans.lend")
def take_back_page(request: HttpRequest, number: str) -> HttpResponse:
    """Take a loaner back and assess its damage."""
    loan = _loan_or_404(number, request.user)
    if not request.user.has_perm("loans.lend", loan):
        raise PermissionDenied("loans.lend")
    form = TakeBackForm(request.POST or None, request.FILES or None, user=request.user, loan=loan)
    title = gettext("Take back %(number)s") % {"number": loan.number}
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                services.take_back(loan, form.taking_back, by=request.user, version=_version(request))
        except ValidationError as error:
            add_errors(form, error)
        except (StaleDocument, ActionNotAllowed) as error:
            return respond_conflict(request, loan, title, str(error))
        else:
            messages.success(request, gettext("%(what)s is back.") % {"what": loan.equipment})
            following = (
                loan.carry_in if loan.carry_in is not None and loan.carry_in.state == "ready" else loan
            )
            return redirect(following.get_absolute_url())
    return _page(
        request,
        form,
        title,
        "bench/take_back.html",
        loan=loan,
        cancel_url=loan.get_absolute_url(),
        submit_label=pgettext("loan", "Take back"),
    )

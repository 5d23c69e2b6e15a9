"""The lists, the page of a receipt and of a loan, and the printed goods book."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.printing.services import render_pdf
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage, Total
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import phone_for
from jiannuo.office.documents import timeline
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.operations.bench.filters import CarryInFilter, LoanFilter, MoveFilter, PoolFilter
from jiannuo.operations.bench.models import CarryIn, Loan
from jiannuo.operations.bench.owing import why_owed
from jiannuo.operations.bench.queries import loans_for, moves_for, pool_for, receipts_for, without_receipt
from jiannuo.operations.bench.tables import CarryInTable, LoanTable, MoveTable, PoolTable
from jiannuo.operations.workorders.queries import totals

MOST_PRINTED = 500


class BenchList(TablePage):
    """What is in the house, the most urgent first; also what was collected."""

    name = "bench"
    title = _("Bench")
    subtitle = _("Goods taken in for repair, and what waits to be collected")
    permission = "bench.view"
    table_class = CarryInTable
    filterset_class = CarryInFilter
    template_name = "bench/list.html"
    orderings = (
        Ordering("expected", _("expected ready"), ("expected_at",)),
        NEWEST,
        Ordering("ready", _("ready since"), ("ready_at",)),
    )
    default_ordering = "expected"
    presets = (
        Preset(_("On the bench"), "state=received&state=asked"),
        Preset(_("Nobody works on it"), "task=nobody"),
        Preset(_("Waiting for parts"), "waiting=waiting_parts"),
        Preset(_("Customer decides"), "state=asked"),
        Preset(_("Ready to collect"), "state=ready"),
        Preset(_("On the shelf for long"), "task=long"),
        Preset(_("Still in the house"), "state=received&state=asked&state=ready"),
    )
    create_url_name = "bench:new"
    create_label = _("Take in")
    create_permission = "bench.handle"
    empty_text = _("Nothing is in the house. Take in the first piece, or bring one in from a work order.")

    def rows(self) -> QuerySet[CarryIn]:
        return receipts_for(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        user: Any = self.request.user
        return {
            "may_handle": user.has_perm("bench.handle"),
            "may_rules": user.has_perm("bench.rules"),
        }


@require_safe
@permission_required("bench.handle")
def lacking_receipts(request: HttpRequest) -> HttpResponse:
    """The orders on the bench for which a receipt is still to be written; a part of the list, read after it."""
    return render(request, "bench/_lacking.html", {"without_receipt": without_receipt(request.user)})


class CarryInPage(DocumentPage):
    """One receipt: what was taken in, who works on it, what the customer was asked, who collected it."""

    model = CarryIn
    permission = "bench.view"
    template_name = "bench/detail.html"
    select_related = (
        "order__technician",
        "order__organization",
        "customer",
        "unit__model",
        "signature",
        "collect_signature",
    )

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        receipt: CarryIn = document
        lines = list(receipt.order.lines.all())
        pictures = timeline.file_views(receipt.attachments.select_related("file").order_by("pk"))
        owed = why_owed(receipt.order)
        loans = list(receipt.loans.select_related("equipment__model").order_by("-pk"))
        out = [loan for loan in loans if loan.is_out]
        return {
            **super().get_context_data(document),
            "receipt": receipt,
            "order": receipt.order,
            "phone": phone_for(user, receipt.brought_phone, receipt),
            "collected_phone": phone_for(user, receipt.collected_phone, receipt),
            "accessories": list(receipt.accessories.all()),
            "estimates": list(receipt.estimates.select_related("noted_by")),
            "moves": list(receipt.moves.select_related("by").order_by("pk")),
            "lines": lines,
            "totals": totals(lines),
            "pictures": [one for one in pictures if one.purpose != "signature"],
            "loans": loans,
            "loans_out": out,
            "owed": owed,
            "may_lend": receipt.is_live and not out and user.has_perm("loans.lend", receipt),
            "may_hand_over": receipt.state == "ready" and user.has_perm("bench.handle", receipt),
            "sees_order": user.has_perm("orders.view", receipt.order),
            "prints": forms_for(CarryIn, user),
        }


class GoodsBook(TablePage):
    """Every piece in and out."""

    name = "goods-book"
    title = _("Goods book")
    subtitle = _("Every piece in and out: who, when, against which receipt")
    permission = "bench.view"
    table_class = MoveTable
    filterset_class = MoveFilter
    template_name = "bench/book.html"
    orderings = (NEWEST, Ordering("at", _("when"), ("at",), descending=True))
    presets = (
        Preset(_("Brought in"), "direction=in"),
        Preset(_("Gone out"), "direction=out"),
    )
    empty_text = _("No piece was booked yet.")

    def rows(self) -> QuerySet[Any]:
        return moves_for(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        return {"print_query": self.query_without("sort", "size", "view")}


@require_safe
@permission_required("bench.view")
def book_pdf(request: HttpRequest) -> HttpResponse:
    """The goods book (F20) as filtered, with what is still in the house; the latest lines where there are many."""
    user: Any = request.user
    found = MoveFilter(request.GET, queryset=moves_for(user).order_by("-pk"), request=request)
    moves = list(found.qs[:MOST_PRINTED]) if found.is_valid() else []
    present = receipts_for(user).filter(state__in=("received", "asked", "ready")).order_by("taken_at", "pk")
    context = {
        "title": gettext("Goods in/out book"),
        "organization": user.organization,
        "landscape": True,
        "printed_at": timezone.localtime(),
        "moves": reversed(moves),
        "present": list(present[:MOST_PRINTED]),
        "most": MOST_PRINTED if len(moves) == MOST_PRINTED else 0,
    }
    response = HttpResponse(render_pdf("bench/print/book.html", context), content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="F20.pdf"'
    response["Cache-Control"] = "private, no-store"
    return response


class LoanList(TablePage):
    """Loans, those due first on top."""

    name = "loans"
    title = _("Loaners")
    subtitle = _("Machines lent while the customer's own is repaired")
    permission = "bench.view"
    table_class = LoanTable
    filterset_class = LoanFilter
    template_name = "bench/loans.html"
    orderings = (NEWEST, Ordering("due_back", _("due back"), ("due_back_at",)))
    presets = (
        Preset(_("With customers"), "state=out"),
        Preset(_("Late"), "late=true"),
        Preset(_("Lost"), "state=lost"),
    )
    totals = (Total("damage", _("damage charged"), Sum("damage_amount")),)
    create_url_name = "bench:lend"
    create_label = _("Lend")
    create_permission = "loans.lend"
    empty_text = _("Nothing was lent yet.")

    def rows(self) -> QuerySet[Loan]:
        return loans_for(self.request.user)


class PoolList(TablePage):
    """The pool of loaners."""

    name = "loan-pool"
    title = _("Pool of loaners")
    subtitle = _("What can be lent, and where it is")
    permission = "bench.view"
    table_class = PoolTable
    filterset_class = PoolFilter
    orderings = (NEWEST,)
    presets = (
        Preset(_("Free"), "state=pool"),
        Preset(_("Lent"), "state=lent"),
        Preset(_("Under repair"), "state=repair"),
    )
    totals = (Total("value", _("value"), Sum("value")),)
    create_url_name = "bench:equipment_new"
    create_label = _("Add a piece")
    create_permission = "loans.manage"
    empty_text = _("The pool is empty. Add the first piece.")

    def rows(self) -> QuerySet[Any]:
        return pool_for(self.request.user)


class LoanPage(DocumentPage):
    """One loan: how it went out and how it came back."""

    model = Loan
    permission = "bench.view"
    template_name = "bench/loan.html"
    select_related = ("equipment__model", "customer", "order", "carry_in", "signature")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        pictures = list(timeline.file_views(document.attachments.select_related("file").order_by("pk")))
        return {
            **super().get_context_data(document),
            "loan": document,
            "phone": phone_for(user, document.phone, document),
            "before": [one for one in pictures if one.purpose == "before"],
            "after": [one for one in pictures if one.purpose == "after"],
            "may_take_back": document.is_out and user.has_perm("loans.lend", document),
            "prints": forms_for(Loan, user),
        }

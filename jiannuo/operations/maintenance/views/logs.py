"""Duty logs: books, shifts, entries, open items, hand-over."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from jiannuo.kernel.files.services import store
from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.maintenance import queries, services
from jiannuo.operations.maintenance.filters import ShiftFilter
from jiannuo.operations.maintenance.forms import (
    BookForm,
    CloseItemForm,
    EntryForm,
    ItemForm,
    ShiftNameForm,
)
from jiannuo.operations.maintenance.models import DutyBook, DutyShift, OpenItem
from jiannuo.operations.maintenance.services.logs import open_items, running_shift
from jiannuo.operations.maintenance.tables import ShiftTable
from jiannuo.operations.workorders.forms.fields import SignatureField

VIEW, WRITE, PLAN = "logs.view", "logs.write", "maintenance.plan"


def _book(request: HttpRequest, pk: int, permission: str = VIEW) -> DutyBook:
    found = queries.books_for(request.user).filter(pk=pk).first()
    if found is None:
        raise Http404(gettext("There is no such log, or you may not see it."))
    if not request.user.has_perm(permission, found):
        raise PermissionDenied(permission)
    book: DutyBook = found
    return book


def _shift(request: HttpRequest, number: str) -> DutyShift:
    found = queries.shifts_for(request.user).filter(number=number).first()
    if found is None:
        raise Http404(gettext("There is no such shift, or you may not see it."))
    if not request.user.has_perm(WRITE, found):
        raise PermissionDenied(WRITE)
    shift: DutyShift = found
    return shift


@permission_required(VIEW)
@require_safe
def book_list(request: HttpRequest) -> HttpResponse:
    """All logs: who is on duty, what is open."""
    context = {
        "title": gettext("Duty logs"),
        "subtitle": gettext("Who is on duty, and what the next shift must know"),
        "rows": list(queries.books_for(request.user).order_by("-is_active", "name")[:200]),
        "may_plan": request.user.has_perm(PLAN),
    }
    return render(request, "maintenance/books.html", context)


@permission_required(PLAN)
def book_new(request: HttpRequest) -> HttpResponse:
    """A new log."""
    return _edit_book(request, DutyBook(), gettext("New log"), reverse("maintenance:books"))


@permission_required(PLAN)
def book_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, shifts, in use."""
    book = _book(request, pk, PLAN)
    return _edit_book(request, book, book.name, book.get_absolute_url())


def _edit_book(request: HttpRequest, book: DutyBook, title: str, cancel: str) -> HttpResponse:
    form = BookForm(request.POST or None, instance=book, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_book(form.instance, by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(form.instance.get_absolute_url())
    context = {"form": form, "title": title, "cancel_url": cancel}
    return render(request, "pages/form.html", context, status=_status(request))


@permission_required(VIEW)
@require_safe
def book(request: HttpRequest, pk: int) -> HttpResponse:
    """One log: the shift that runs, what is open, the last shifts."""
    found = _book(request, pk)
    context = {
        "title": found.name,
        "book": found,
        "running": running_shift(found),
        "items": open_items(found.pk),
        "shifts": list(queries.shifts_for(request.user).filter(book=found).order_by("-pk")[:30]),
        "may_write": request.user.has_perm(WRITE, found),
        "may_plan": request.user.has_perm(PLAN, found),
        "begin_form": ShiftNameForm(book=found),
    }
    return render(request, "maintenance/book.html", context)


@permission_required(WRITE)
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the first shift of a log."""
    found = _book(request, pk, WRITE)
    form = ShiftNameForm(request.POST or None, book=found)
    if request.method == "POST" and form.is_valid():
        try:
            shift = services.begin_shift(found, by=request.user, shift_name=form.cleaned_data["shift_name"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(shift.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("Begin a shift"),
        "subtitle": found.name,
        "cancel_url": found.get_absolute_url(),
        "submit_label": gettext("Begin"),
    }
    return render(request, "pages/form.html", context, status=_status(request))


class ShiftList(TablePage):
    """All shifts in scope."""

    name = "duty-shifts"
    title = _("Shifts of duty logs")
    permission = VIEW
    table_class = ShiftTable
    filterset_class = ShiftFilter
    orderings = (NEWEST,)
    presets = (
        Preset(_("Waiting to be accepted"), "state=handed_over"),
        Preset(_("On duty"), "state=on_duty"),
    )
    empty_text = _("No shifts yet. Open a log and begin the first.")

    def rows(self) -> QuerySet[Any]:
        return queries.shifts_for(self.request.user)


class ShiftPage(DocumentPage):
    """One shift: entries, what was open, the hand-over."""

    model = DutyShift
    permission = VIEW
    template_name = "maintenance/shift.html"
    select_related = ("book__customer", "person", "accepted_by", "signature")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        writes = user.has_perm(WRITE, document)
        on_duty = document.state == DutyShift.State.ON_DUTY
        return {
            **super().get_context_data(document),
            "shift": document,
            "entries": list(
                document.entries.select_related("unit", "by").prefetch_related("readings", "photos")[:500]
            ),
            "items": open_items(document.book_id) if document.is_running else [],
            "handed": []
            if document.is_running
            else [one.item for one in document.handed.select_related("item")],
            "closed": list(document.items_closed.select_related("closed_by")),
            "may_write": on_duty and writes and document.person_id == user.pk,
            "may_accept": document.state == "handed_over" and writes and document.person_id != user.pk,
            "prints": forms_for(DutyShift, user),
        }


@permission_required(WRITE)
def entry_new(request: HttpRequest, number: str) -> HttpResponse:
    """A line of the log."""
    form = EntryForm(request.POST or None)
    return _write(request, number, form, gettext("New entry"), services.write_entry)


@permission_required(WRITE)
def item_new(request: HttpRequest, number: str) -> HttpResponse:
    """Something for the next shift."""
    form = ItemForm(request.POST or None)
    return _write(request, number, form, gettext("Open item for the next shift"), services.raise_item)


@permission_required(WRITE)
def item_close(request: HttpRequest, number: str, item: int) -> HttpResponse:
    """What came of an open item."""
    shift = _shift(request, number)
    found = OpenItem.objects.filter(pk=item, book=shift.book_id).first()
    if found is None:
        raise Http404(gettext("There is no such item."))
    form = CloseItemForm(request.POST or None)

    def close(shift: DutyShift, **data: Any) -> object:
        return services.close_item(found, shift, **data)

    return _write(request, number, form, gettext("Close: %(item)s") % {"item": found}, close)


def _write(request: HttpRequest, number: str, form: Form, title: str, service: Any) -> HttpResponse:
    shift = _shift(request, number)
    if request.method == "POST" and form.is_valid():
        try:
            service(shift, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(shift.get_absolute_url())
    context = {
        "form": form,
        "title": title,
        "subtitle": shift.title,
        "cancel_url": shift.get_absolute_url(),
    }
    return render(request, "pages/form.html", context, status=_status(request))


class AcceptForm(ShiftNameForm):
    """Which shift begins, that everything was read, and the signature."""

    signature = SignatureField(label=_("signature"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["signature"].error_messages["required"] = gettext("Sign in the box that you take over.")


@permission_required(WRITE)
def accept(request: HttpRequest, number: str) -> HttpResponse:
    """Take over, with every open item read, and sign."""
    shift = _shift(request, number)
    items = open_items(shift.book_id)
    form = AcceptForm(request.POST or None, book=shift.book)
    status, problem = 200, ""
    if request.method == "POST":
        status = 422
        read = [int(key) for key in request.POST.getlist("read") if key.isdecimal() and len(key) < 19]
        if form.is_valid() and {item.pk for item in items} - set(read):
            problem = gettext("Tick every open item that you have read and take over.")
        elif form.is_valid():
            try:
                mine = services.accept_shift(
                    shift,
                    by=request.user,
                    shift_name=form.cleaned_data["shift_name"],
                    read=read,
                    signature=store(form.cleaned_data["signature"], by=request.user, kinds=("image",)),
                    remark=request.POST.get("remark", "")[:300],
                )
            except services.ItemsChanged as error:
                status, problem = 409, str(error)
            except (ActionNotAllowed, StaleDocument) as error:
                return respond_conflict(request, shift, shift.number, str(error))
            except ValidationError as error:
                add_errors(form, error)
            else:
                return redirect(mine.get_absolute_url())
    context = {
        "form": form,
        "shift": shift,
        "items": items,
        "problem": problem,
        "title": gettext("Take over: %(shift)s") % {"shift": shift.title},
    }
    return render(request, "maintenance/accept.html", context, status=status)


def _status(request: HttpRequest) -> int:
    return 422 if request.method == "POST" else 200

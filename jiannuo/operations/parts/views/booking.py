"""What a storekeeper books: parts in, from here to there, counted, taken back."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, pgettext
from django.views.decorators.http import require_GET, require_http_methods

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.parts import services
from jiannuo.operations.parts.filters import StockFilter
from jiannuo.operations.parts.forms import (
    MOST_LINES,
    CountForm,
    MoveForm,
    MoveLine,
    MoveLines,
    ReceiveForm,
    ReceiveLine,
    ReceiveLines,
    ReverseForm,
    SourceForm,
    lying_at,
)
from jiannuo.operations.parts.models import StockBalance, StockEntry, StockLocation, plain
from jiannuo.operations.parts.queries import entries_seen_by
from jiannuo.operations.parts.views.lists import place_or_404
from jiannuo.registry.pickers import SHOWN, answer

LINES = "lines"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def kept_or_404(request: HttpRequest, pk: int) -> StockLocation:
    """The place that the person keeps. Raises Http404, or PermissionDenied when they may only see it."""
    place = place_or_404(request.user, pk)
    if not request.user.has_perm("stock.keep", place):
        raise PermissionDenied("stock.keep")
    return place


def _page(
    request: HttpRequest, template: str, form: Any, title: str, *, status: int = 0, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, **more}
    return render(request, template, context, status=status or (422 if request.method == "POST" else 200))


@require_http_methods(["GET", "POST"])
@permission_required("stock.keep")
def receive_page(request: HttpRequest) -> HttpResponse:
    """Book parts that came from outside, several at once."""
    initial = {"location": _number(request.GET.get("location")) or None}
    form = ReceiveForm(request.POST or None, user=request.user, initial=initial)
    lines = ReceiveLines(request.POST or None, prefix=LINES)
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        data = form.cleaned_data
        try:
            services.receive_all(
                data["location"],
                lines.items(),
                by=request.user,
                cause=data["cause"],
                note=data["note"],
                key=data["key"],
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("The parts were booked in."))
            return redirect(data["location"].get_absolute_url())
    return _page(
        request,
        "parts/booking.html",
        form,
        gettext("Receive parts"),
        lines=lines,
        row_url=reverse("parts:receive_row"),
        cancel_url=reverse("parts:list"),
        submit_label=gettext("Book in"),
    )


@require_http_methods(["GET", "POST"])
@permission_required("stock.keep")
def move_page(request: HttpRequest) -> HttpResponse:
    """Move parts: a van is loaded and emptied here. ``?source=`` says from where, ``?target=`` where to.

    With ``?all=1`` everything good that lies at the source is proposed.
    """
    title = gettext("Move parts")
    pk = _number(request.GET.get("source"))
    if not pk:
        form: Any = SourceForm(user=request.user)
        target = _number(request.GET.get("target"))
        return render(request, "parts/source.html", {"form": form, "title": title, "target": target})
    source = kept_or_404(request, pk)
    form = MoveForm(
        request.POST or None,
        user=request.user,
        source=source,
        initial={"target": _number(request.GET.get("target")) or None},
    )
    lines = MoveLines(
        request.POST or None, prefix=LINES, form_kwargs={"source": source}, initial=_proposed(request, source)
    )
    if request.method == "POST" and form.is_valid() & lines.is_valid():
        data = form.cleaned_data
        try:
            services.move(
                source, data["target"], lines.items(), by=request.user, note=data["note"], key=data["key"]
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, gettext("The parts were moved."))
            return redirect(data["target"].get_absolute_url())
    return _page(
        request,
        "parts/booking.html",
        form,
        title,
        place=source,
        lines=lines,
        row_url=reverse("parts:move_row", args=[source.pk]),
        everything_url=f"{request.path}?source={source.pk}&all=1",
        cancel_url=source.get_absolute_url(),
        submit_label=pgettext("stock", "Move"),
    )


def _proposed(request: HttpRequest, source: StockLocation) -> list[dict[str, Any]]:
    """Lines filled in beforehand; a form that was sent brings its own."""
    if request.method == "POST" or not request.GET.get("all"):
        return []
    rows = lying_at(source).filter(condition="good")[:MOST_LINES]
    return [{"balance": row.pk, "quantity": Decimal(row.quantity_text)} for row in rows]


def _row(request: HttpRequest, make: Any) -> HttpResponse:
    index = min(_number(request.GET.get(f"{LINES}-TOTAL_FORMS")), MOST_LINES - 1)
    form = make(prefix=f"{LINES}-{index}", empty_permitted=True, use_required_attribute=False)
    return render(request, "parts/_row.html", {"line": form, "total": index + 1, "added": True})


@require_GET
@permission_required("stock.keep")
def receive_row(request: HttpRequest) -> HttpResponse:
    """One more empty line of a receipt."""
    return _row(request, ReceiveLine)


@require_GET
@permission_required("stock.keep")
def move_row(request: HttpRequest, pk: int) -> HttpResponse:
    """One more empty line of a move."""
    source = kept_or_404(request, pk)
    return _row(request, lambda **kwargs: MoveLine(source=source, **kwargs))


@require_GET
@permission_required("stock.view")
def choices(request: HttpRequest, pk: int) -> JsonResponse:
    """What lies at a place, for the select of a move."""
    place = place_or_404(request.user, pk)
    rows = lying_at(place)
    if words := request.GET.get("q", "")[:60].strip():
        rows = StockFilter({"q": words}, queryset=rows).qs
    return answer(
        rows[:SHOWN],
        text=lambda row: f"{row.part}",
        hint=lambda row: f"{row.condition_label} · {plain(row.quantity)} {row.part.unit}",
    )


@require_http_methods(["GET", "POST"])
@permission_required("stock.keep")
def count_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down what was counted; ``?balance=`` for what the ledger knows there, else any part."""
    place = kept_or_404(request, pk)
    balance = None
    if key := _number(request.GET.get("balance")):
        rows = StockBalance.objects.filter(location=place, pk=key).select_related("part")
        balance = rows.first()
        if balance is None:
            raise Http404(gettext("There is no such part here."))
    form = CountForm(request.POST or None, balance=balance)
    status = 0
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        part, condition = form.counted_part()
        try:
            entry = services.count(
                place,
                part,
                data["counted"],
                by=request.user,
                reason=data["reason"],
                condition=condition,
                expected=data["expected"],
                key=data["key"],
            )
        except services.StockChanged as changed:
            form.add_error(None, changed)
            status = 409
        except ValidationError as error:
            add_errors(form, error)
        else:
            text = (
                gettext("The difference was booked.")
                if entry
                else gettext("The count agrees with the ledger.")
            )
            messages.success(request, text)
            return redirect(place.get_absolute_url())
    return _page(
        request,
        "parts/count.html",
        form,
        pgettext("stock", "Count"),
        status=status,
        place=place,
        balance=balance,
        cancel_url=place.get_absolute_url(),
        submit_label=gettext("Book the count"),
    )


def _sides(entry: StockEntry, user: Any) -> list[StockEntry]:
    """The entry, with the other side of a move."""
    if entry.transfer is None:
        return [entry]
    rows = entries_seen_by(user).filter(
        transfer=entry.transfer, part=entry.part_id, condition=entry.condition
    )
    return list(rows.order_by("pk"))


@require_http_methods(["GET", "POST"])
@permission_required("stock.keep")
def reverse_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry back by a red one."""
    entry = entries_seen_by(request.user).filter(pk=pk).first()
    if entry is None:
        raise Http404(gettext("There is no such entry, or you may not see it."))
    if not request.user.has_perm("stock.keep", entry.location):
        raise PermissionDenied("stock.keep")
    form = ReverseForm(request.POST or None)
    status = 0
    if request.method == "POST" and form.is_valid():
        try:
            services.reverse(entry, by=request.user, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
            status = 409 if getattr(error, "code", "") == "reversed" else 0
        else:
            messages.success(request, gettext("The entry was taken back."))
            return redirect(entry.location.get_absolute_url())
    return _page(
        request,
        "parts/reverse.html",
        form,
        gettext("Take back an entry"),
        status=status,
        sides=_sides(entry, request.user),
        entry=entry,
        cancel_url=entry.location.get_absolute_url(),
        submit_label=pgettext("stock", "Take back"),
    )

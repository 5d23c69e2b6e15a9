"""Pages of announced events: the list, announcing one, another day, calling off."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_http_methods

from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.views import add_errors
from jiannuo.promises.obligations import announcing, queries
from jiannuo.promises.obligations.announcing import ANNOUNCE
from jiannuo.promises.obligations.filters import EventFilter
from jiannuo.promises.obligations.forms import AnnounceForm, CallOffForm, DayForm
from jiannuo.promises.obligations.models import AnnouncedEvent
from jiannuo.promises.obligations.tables import ChangeableEventTable, EventTable


class EventList(TablePage):
    """Contracts, seasons, expiries and deliveries, and what follows from them."""

    name = "announced_events"
    title = gettext_lazy("Announced events")
    subtitle = gettext_lazy(
        "Contracts, seasons, expiries and deliveries to come: promises count from their days"
    )
    permission = "obligations.view"
    filterset_class = EventFilter
    orderings = (Ordering("on", gettext_lazy("latest day first"), ("on",), descending=True), NEWEST)
    default_ordering = "-on"
    create_url_name = "obligations:event_new"
    create_label = gettext_lazy("Announce an event")
    create_permission = ANNOUNCE
    empty_text = gettext_lazy("Nothing is announced. Agreements in the files of dealers announce themselves.")
    presets = (
        Preset(pgettext_lazy("event", "to come"), "state=to_come"),
        Preset(pgettext_lazy("event", "called off"), "state=called_off"),
    )

    @property
    def table_class(self) -> type[EventTable]:  # type: ignore[override]
        """With ways to change them for those who may."""
        return ChangeableEventTable if self.may(ANNOUNCE) else EventTable

    def rows(self) -> QuerySet[Any]:
        return queries.announced(self.request.user)


def _back() -> HttpResponse:
    return redirect(reverse("obligations:events"))


@permission_required(ANNOUNCE)
@require_http_methods(["GET", "POST"])
def announce(request: HttpRequest) -> HttpResponse:
    """Announce an event; told again it changes nothing, told with another day it moves."""
    user: Any = request.user
    initial = {"organization": user.organization_id}
    form = AnnounceForm(request.POST or None, user=user, initial=initial)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            data = form.cleaned_data
            try:
                row, is_new = announcing.announce(data.pop("event"), by=user, **data)
            except ValidationError as error:
                add_errors(form, error)
            else:
                said = _("Announced: %(event)s.") if is_new else _("Known already: %(event)s.")
                messages.success(request, said % {"event": row})
                return _back()
    context = {
        "title": _("Announce an event"),
        "subtitle": _("What commitments promise from this day on, or before it, is owed."),
        "form": form,
        "cancel_url": reverse("obligations:events"),
        "submit_label": _("Announce"),
    }
    return render(request, "pages/form.html", context, status=status)


def _changeable(request: HttpRequest, pk: int) -> AnnouncedEvent:
    rows = queries.announced(request.user).filter(source=AnnouncedEvent.Source.PERSON)
    return get_object_or_404(rows, pk=pk)


def _ask(
    request: HttpRequest, row: AnnouncedEvent, form: Any, do: Any, title: str, submit: str
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                do(form.cleaned_data)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, _("Saved. What is owed follows it."))
                return _back()
    context = {
        "title": title,
        "subtitle": f"{row} · {row.subject}",
        "form": form,
        "cancel_url": reverse("obligations:events"),
        "submit_label": submit,
    }
    return render(request, "pages/form.html", context, status=status)


@permission_required(ANNOUNCE)
@require_http_methods(["GET", "POST"])
def change_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Another day for an event."""
    row = _changeable(request, pk)
    form = DayForm(request.POST or None, initial={"on": row.on, "clock": row.clock})
    return _ask(
        request,
        row,
        form,
        lambda data: announcing.change_day(row, data["on"], clock=data["clock"], by=request.user),
        _("Another day"),
        _("Save"),
    )


@permission_required(ANNOUNCE)
@require_http_methods(["GET", "POST"])
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """An event that will not be."""
    row = _changeable(request, pk)
    return _ask(
        request,
        row,
        CallOffForm(request.POST or None),
        lambda data: announcing.call_off_event(row, reason=data["reason"], by=request.user),
        _("Call the event off"),
        _("Call the event off"),
    )

"""Calls: their list, one call, the caller's card, and what rings at one's own telephone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from jiannuo.kernel.files.views import respond
from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.privacy import phone_for, sees_personal_data
from jiannuo.office.documents.views import add_errors
from jiannuo.operations.channels import services
from jiannuo.operations.channels.cards import card_for, ringing_for
from jiannuo.operations.channels.filters import CallFilter
from jiannuo.operations.channels.forms import CallForm, CallNoteForm
from jiannuo.operations.channels.models import Call, Extension, InboxItem
from jiannuo.operations.channels.queries import calls_for
from jiannuo.operations.channels.tables import CallTable
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.queries import in_full

#: htmx stops asking at this answer
STOP_POLLING = 286


class CallList(TablePage):
    """Calls in the person's scope: the register of telephone service."""

    name = "calls"
    title = _("Calls")
    subtitle = _("Who called when, who took it, what was said")
    permission = "calls.view"
    table_class = CallTable
    filterset_class = CallFilter
    orderings: ClassVar[Sequence[Ordering]] = (NEWEST, Ordering("rang", _("rang"), ("rang_at",)))
    default_ordering = "-id"
    presets: ClassVar[Sequence[Preset]] = (
        Preset(_("Incoming"), "direction=in"),
        Preset(_("Not answered"), "direction=in&state=missed"),
        Preset(_("Outgoing"), "direction=out"),
    )
    create_url_name = "channels:call_new"
    create_label = _("Write down a call")
    create_permission = "calls.record"
    empty_text = _("No call yet. Connect the telephone system, or write calls down by hand.")

    def rows(self) -> QuerySet[Any]:
        return calls_for(self.request.user).annotate(in_full=in_full(self.request.user))


def _call_or_404(user: Any, pk: int) -> Call:
    rows = Call.objects.visible_to(user).select_related(
        "organization", "customer", "agent", "request", "recording", "connection", "item", "created_by"
    )
    return get_object_or_404(rows, pk=pk)


@permission_required("calls.view")
@require_safe
def call(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: its times, what was said, the recording, and the card of the caller beside it."""
    user: Any = request.user
    found = _call_or_404(user, pk)
    creates = found.request_id is None and user.has_perm("requests.create", found)
    context = {
        "call": found,
        "title": found.get_direction_display(),
        "phone": phone_for(user, found.number, found),
        "lines": list(found.lines.select_related("by")),
        "hears": found.recording is not None and user.has_perm("calls.listen", found),
        "writes": user.has_perm("calls.record", found),
        "register_url": f"{reverse('desk:intake')}?origin=call-{found.pk}" if creates else "",
        "prints": forms_for(Call, user),
        "request_shown": found.request is not None and user.has_perm("requests.view", found.request),
    }
    return render(request, "channels/call.html", context)


@permission_required("calls.listen")
@require_safe
def call_recording(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The recording, or the part that the player asks for; who heard it stands on the call."""
    user: Any = request.user
    found = _call_or_404(user, pk)
    if found.recording is None or not user.has_perm("calls.listen", found):
        raise Http404
    response = respond(found.recording, request)
    if response.status_code in (200, 206) and request.method == "GET":
        services.note_hearing(found, by=user)
    response["Cache-Control"] = "private, no-store"
    return response


@permission_required("calls.record")
@require_http_methods(["GET", "POST"])
def call_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what a call was about."""
    user: Any = request.user
    found = _call_or_404(user, pk)
    if not user.has_perm("calls.record", found):
        raise PermissionDenied("calls.record")
    form = CallNoteForm(request.POST or None, instance=found, user=user)
    if request.method == "POST" and form.is_valid():
        services.describe(_call_or_404(user, pk), by=user, **form.cleaned_data)
        return redirect(found.get_absolute_url())
    context = {
        "form": form,
        "title": gettext("What the call was about"),
        "subtitle": str(found),
        "cancel_url": found.get_absolute_url(),
    }
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


@permission_required("calls.record")
@require_http_methods(["GET", "POST"])
def call_new(request: HttpRequest) -> HttpResponse:
    """Write down a call on a telephone without a hook."""
    initial: dict[str, Any] = {"number": request.GET.get("number", "")[:32]}
    item = _item_of(request)
    if item is not None and sees_personal_data(request.user, item):
        initial |= {"number": item.sender_phone, "caller_name": item.sender_name[:60]}
        initial |= {"customer": item.customer_id, "organization": item.organization_id}
    if request.GET.get("direction") == Call.Direction.OUT:
        initial["direction"] = Call.Direction.OUT
    form = CallForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.write_down(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied:
            form.add_error("organization", gettext("You do not write down calls there."))
        else:
            messages.success(request, gettext("The call was written down."))
            return redirect(made.get_absolute_url())
    context = {"form": form, "title": gettext("Write down a call"), "cancel_url": reverse("channels:calls")}
    return render(request, "pages/form.html", context, status=422 if request.method == "POST" else 200)


def _item_of(request: HttpRequest) -> InboxItem | None:
    """The inbox item that the address names, so that no number has to stand in it."""
    key = request.GET.get("item", "")
    if not (key.isdecimal() and len(key) < 18):
        return None
    return (
        InboxItem.objects.visible_to(request.user).select_related("organization").filter(pk=int(key)).first()
    )


def _card_context(user: Any, number: str, found: Call | None) -> dict[str, Any]:
    customer = found.customer if found is not None and found.customer_id else None
    if customer is not None and not Customer.objects.visible_to(user).filter(pk=customer.pk).exists():
        customer = None
    card = card_for(user, number, customer)
    query = f"origin=call-{found.pk}" if found is not None and found.request_id is None else ""
    if not query and card.only_customer is not None:
        query = f"customer={card.only_customer.pk}"
    return {
        "card": card,
        "call": found,
        "register_url": f"{reverse('desk:intake')}?{query}" if user.has_perm("requests.create") else "",
    }


@permission_required("calls.view")
@require_safe
@never_cache
def call_card(request: HttpRequest) -> HttpResponse:
    """The caller's card: for a call, or for a number that is typed; a part of a page for htmx."""
    user: Any = request.user
    key = request.GET.get("call", "")
    found = None
    if key.isdecimal() and len(key) < 18:
        rows = Call.objects.visible_to(user).select_related("organization", "customer__organization")
        found = rows.filter(pk=int(key)).first()
    item = _item_of(request)
    typed = request.GET.get("number", "").strip()[:40]
    number = found.number if found is not None else item.sender_phone if item is not None else typed
    context = {**_card_context(user, number, found), "title": gettext("Caller's card"), "asked": typed}
    if not request.headers.get("HX-Request"):
        return render(request, "channels/card.html", context)
    if found is not None or item is not None:  # the page around it has the button
        context["register_url"] = ""
    return render(request, "channels/_card.html", context)


@permission_required("calls.record")
@require_safe
@never_cache
def ringing(request: HttpRequest) -> HttpResponse:
    """What rings at the person's own telephone: asked every few seconds, so one query while nothing does.

    204 while nothing has changed since ``shown``; 286 (ask no more) for people without a telephone here.
    """
    user: Any = request.user
    closed = request.GET.get("close", "")
    if closed.isdecimal():
        return _shown(closed[:18])
    shown = request.GET.get("shown", "")
    found = ringing_for(user)
    if found is None:
        if request.GET.get("first") != "1":
            return HttpResponse(status=204)
        has_telephone = Extension.objects.filter(person=user, connection__is_active=True).exists()
        return _shown("") if has_telephone else HttpResponse(status=STOP_POLLING)
    if shown == str(found.pk):
        return HttpResponse(status=204)
    found = Call.objects.select_related("organization", "customer__organization").get(pk=found.pk)
    context = _card_context(user, found.number, found)
    return render(request, "channels/_ringing.html", context)


def _shown(key: str) -> HttpResponse:
    """What the part of the page remembers between two questions: the call that was shown or closed."""
    return HttpResponse(format_html('<input type="hidden" name="shown" value="{}">', key))

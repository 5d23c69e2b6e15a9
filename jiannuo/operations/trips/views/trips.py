"""Trips: lists, page, form, expenses, feedback form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.printing.forms import forms_for
from jiannuo.kernel.tables.keyset import NEWEST, Ordering
from jiannuo.kernel.tables.pages import Preset, TablePage, Total
from jiannuo.office.accounts.access import permission_required
from jiannuo.office.documents.pages import DocumentPage
from jiannuo.office.documents.services import StaleDocument
from jiannuo.office.documents.views import add_errors, respond_conflict
from jiannuo.operations.dispatch.models import GroupTrip
from jiannuo.operations.trips import queries, services
from jiannuo.operations.trips.balances import balances_of
from jiannuo.operations.trips.filters import ExpenseFilter, TripFilter
from jiannuo.operations.trips.forms import ExpenseForm, FeedbackForm, TripForm, initial_of
from jiannuo.operations.trips.models import BusinessTrip, TripFeedback
from jiannuo.operations.trips.models.trip import takes_part
from jiannuo.operations.trips.tables import ExpenseTable, TripTable
from jiannuo.operations.workorders.models import WorkOrder

OWN = "trips.own"


class TripList(TablePage):
    """All trips in scope."""

    name = "trips"
    title = _("Business trips")
    permission = "trips.view"
    table_class = TripTable
    filterset_class = TripFilter
    template_name = "trips/list.html"
    orderings = (NEWEST, Ordering("starts_on", _("first day"), ("starts_on",)))
    presets: ClassVar[Sequence[Preset]] = (
        Preset(_("Under way"), "state=under_way"),
        Preset(_("Feedback form missing"), "missing=feedback"),
        Preset(_("To be settled"), "state=returned&state=claimed&state=granted"),
        Preset(_("Charged to others"), "payer=customer&payer=supplier"),
    )
    totals = (Total("spent", _("expenses"), Sum("spent")),)
    create_url_name = "trips:new"
    create_label = _("Plan a trip")
    create_permission = OWN
    empty_text = _("No trip. Plan one, or make it from a work order or a group trip.")

    def rows(self) -> QuerySet[Any]:
        return queries.trips_for(self.request.user)

    def extra_context(self) -> dict[str, Any]:
        return {"may_change_rules": self.may("trips.rules"), "may_see_all": True}


class MyTrips(TripList):
    """The trips on which one travels, or that one planned."""

    name = "my-trips"
    title = _("My trips")
    permission = OWN
    presets = (
        Preset(_("Feedback form missing"), "missing=feedback"),
        Preset(_("To be settled"), "state=returned&state=claimed&state=granted"),
    )
    empty_text = _("You have no trip. Plan one and ask for approval.")

    def rows(self) -> QuerySet[Any]:
        return super().rows().filter(pk__in=BusinessTrip.objects.of(self.request.user).values("pk"))

    def extra_context(self) -> dict[str, Any]:
        return {"may_change_rules": False, "may_see_all": False}


class ExpenseList(TablePage):
    """Expenses line by line, with who bears them."""

    name = "trip-expenses"
    title = _("Expenses of trips")
    subtitle = _("Line by line, with who pays in the end")
    permission = "trips.view"
    table_class = ExpenseTable
    filterset_class = ExpenseFilter
    orderings = (NEWEST, Ordering("spent_on", _("day"), ("spent_on",)))
    presets = (
        Preset(_("Charged to customers"), "payer=customer"),
        Preset(_("Charged to suppliers"), "payer=supplier"),
        Preset(_("Above the limit"), "over_limit=true"),
    )
    totals = (Total("amount", _("amount"), Sum("amount")),)
    empty_text = _("No expense was written down yet.")

    def rows(self) -> QuerySet[Any]:
        return queries.expenses_for(self.request.user)


class TripPage(DocumentPage):
    """One trip: who, whom it serves, what it cost, what is due, the feedback form."""

    model = BusinessTrip
    permission = OWN
    template_name = "trips/trip.html"
    select_related = ("cause", "payer_order", "group_trip", "feedback__by", "settled_by")

    def get_context_data(self, document: Any) -> dict[str, Any]:
        user: Any = self.request.user
        balances = balances_of(document)
        works = takes_part(document, user) and user.has_perm(OWN, document)
        feedback = getattr(document, "feedback", None)
        writes = works and document.state in BusinessTrip.TOOK_PLACE and document.state != "settled"
        return {
            **super().get_context_data(document),
            "trip": document,
            "balances": balances,
            "spent": sum(one.spent + one.paid_directly for one in balances),
            "expenses": list(document.expenses.select_related("traveller__person")),
            "orders": list(document.orders.visible_to(user).order_by("pk")[:30]),
            "customers": list(document.customers.visible_to(user).order_by("pk")[:30]),
            "units": list(document.units.visible_to(user).select_related("model").order_by("pk")[:30]),
            "feedback": feedback,
            "lacks_feedback": feedback is None and document.state in BusinessTrip.TOOK_PLACE,
            "may_edit": works and document.state == BusinessTrip.State.PLANNED,
            "may_spend": works and document.state in BusinessTrip.SPENDING,
            "may_write": writes,
            "prints": [one for one in forms_for(BusinessTrip, user) if feedback or one.id != "F37"],
        }


@permission_required(OWN)
def trip_new(request: HttpRequest) -> HttpResponse:
    """Plan a trip, perhaps from a work order (``order``) or a group trip (``group``)."""
    group, initial = _known(request)
    form = TripForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            trip = services.plan_trip(form.plan(group), by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied:
            form.add_error("people", gettext("You plan trips for yourself only at this organisation."))
        else:
            return redirect(trip)
    return _form(request, form, gettext("Plan a trip"), reverse("trips:mine"))


def _known(request: HttpRequest) -> tuple[GroupTrip | None, dict[str, Any]]:
    user: Any = request.user
    initial: dict[str, Any] = {"organization": user.organization_id, "people": [user.pk]}
    number, key = request.GET.get("order", ""), request.GET.get("group", "")
    if number and user.has_perm("orders.view"):
        order = WorkOrder.objects.visible_to(user).filter(number=number).first()
        if order is not None:
            initial.update(queries.known_from_order(order, user))
    if key.isdecimal() and len(key) < 19 and user.has_perm("orders.dispatch"):
        group = GroupTrip.objects.visible_to(user).filter(pk=int(key), dissolved_at__isnull=True).first()
        if group is not None:
            initial.update(queries.known_from_group(group, user))
            return group, initial
    return None, initial


def _form(
    request: HttpRequest, form: Any, title: str, back: str, template: str = "pages/form.html"
) -> HttpResponse:
    context = {"form": form, "title": title, "cancel_url": back}
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _trip(request: HttpRequest, number: str) -> BusinessTrip:
    """A trip that the person may work on; 404 for what they do not see."""
    user: Any = request.user
    trip = BusinessTrip.objects.visible_to(user).select_related("organization").filter(number=number).first()
    if trip is None:
        raise Http404(gettext("There is no document %(number)s, or you may not see it.") % {"number": number})
    if not user.has_perm(OWN, trip) or not takes_part(trip, user):
        raise PermissionDenied(OWN)
    found: BusinessTrip = trip
    return found


@permission_required(OWN)
def trip_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Change a trip that is only planned."""
    trip = _trip(request, number)
    form = TripForm(request.POST or None, user=request.user, trip=trip, initial=initial_of(trip))
    title = gettext("Change the trip")
    if trip.state != BusinessTrip.State.PLANNED:
        text = gettext("Only a planned trip is changed. Choose “Plan anew” first.")
        return respond_conflict(request, trip, title, text)
    if request.method == "POST" and form.is_valid():
        version = request.POST.get("version", "")
        try:
            services.change_trip(
                trip, form.plan(), by=request.user, version=int(version) if version.isdecimal() else None
            )
        except StaleDocument as error:
            return respond_conflict(request, trip, title, str(error))
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied:
            form.add_error("people", gettext("You plan trips for yourself only at this organisation."))
        else:
            return redirect(trip)
    form.trip_version = trip.version  # type: ignore[attr-defined]
    return _form(request, form, title, trip.get_absolute_url(), "trips/edit.html")


@permission_required(OWN)
def expense_new(request: HttpRequest, number: str) -> HttpResponse:
    """Write down an expense."""
    trip = _trip(request, number)
    form = ExpenseForm(request.POST or None, request.FILES or None, trip=trip, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.add_expense(trip, form.line(), by=request.user)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(trip)
    return _form(request, form, gettext("Write down an expense"), trip.get_absolute_url())


@permission_required(OWN)
def expense_remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take an expense back."""
    trip = _trip(request, number)
    line = trip.expenses.filter(pk=pk).select_related("trip__organization").first()
    if line is None:
        raise Http404(gettext("This was removed before."))
    if request.method == "POST":
        try:
            services.remove_expense(line, by=request.user)
        except ValidationError as error:
            return respond_conflict(request, trip, gettext("Take the expense back"), " ".join(error.messages))
        return redirect(trip)
    context = {
        "title": gettext("Take the expense back"),
        "text": f"{line.get_kind_display()} · {line.text} · ¥{line.amount:,.2f}",
        "cancel_url": trip.get_absolute_url(),
        "style": "danger",
    }
    return render(request, "pages/confirm.html", context)


@permission_required(OWN)
def feedback_edit(request: HttpRequest, number: str) -> HttpResponse:
    """Write the feedback form of a trip."""
    trip = _trip(request, number)
    found = TripFeedback.objects.filter(trip=trip).first()
    form = FeedbackForm(request.POST or None, instance=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.write_feedback(trip, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            add_errors(form, error)
        else:
            return redirect(trip)
    return _form(request, form, gettext("Feedback form of the trip"), trip.get_absolute_url())

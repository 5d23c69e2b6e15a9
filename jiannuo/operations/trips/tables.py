"""The lists of trips and of their expenses."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.kernel.tables.columns import DayColumn, MoneyColumn, NumberColumn, StateColumn, render
from jiannuo.operations.trips.models import BusinessTrip, TripExpense

NUMBER = {"td": {"class": "j-number"}}
ONE_LINE = {"td": {"class": "text-nowrap"}}
WIDE = {"td": {"class": "j-wide"}}


class TripTable(tables.Table):
    """Trips as lists show them."""

    number = tables.Column(linkify=True, attrs=NUMBER)
    state = StateColumn()
    cause = tables.Column(orderable=False, attrs=ONE_LINE)
    people = tables.Column(accessor="pk", verbose_name=_("travellers"), orderable=False, attrs=ONE_LINE)
    person_trips = NumberColumn(accessor="pk", verbose_name=_("person-trips"), orderable=False)
    place = tables.Column(orderable=False, attrs=WIDE)
    starts_on = DayColumn(attrs=ONE_LINE)
    ends_on = DayColumn(orderable=False, attrs=ONE_LINE)
    spent = MoneyColumn(verbose_name=_("expenses"), orderable=False)
    payer = tables.Column(orderable=False, attrs=ONE_LINE)
    charged = tables.Column(accessor="pk", verbose_name=_("charged to"), orderable=False, attrs=ONE_LINE)
    feedback = tables.Column(accessor="pk", verbose_name=_("feedback form"), orderable=False)
    organization = tables.Column(orderable=False, attrs=ONE_LINE)

    class Meta:
        model = BusinessTrip
        fields = (
            "number",
            "state",
            "cause",
            "people",
            "person_trips",
            "place",
            "starts_on",
            "ends_on",
            "spent",
            "payer",
            "charged",
            "feedback",
            "organization",
        )

    def render_people(self, record: BusinessTrip) -> str:
        return "、".join(one.person.name for one in record.people.all())

    def render_person_trips(self, record: BusinessTrip) -> int:
        return len(record.people.all())

    def render_charged(self, record: BusinessTrip) -> str:
        return charged_to(record) or "—"

    def render_feedback(self, record: BusinessTrip) -> Any:
        if getattr(record, "feedback", None) is not None:
            return render("{% badge label 'success' %}", label=_("handed in"))
        if record.state not in BusinessTrip.TOOK_PLACE:
            return "—"
        return render("{% badge label 'warning' %}", label=_("missing"))

    def value_feedback(self, record: BusinessTrip) -> str:
        return str(_("handed in") if getattr(record, "feedback", None) is not None else "")


def charged_to(trip: BusinessTrip) -> str:
    """The order or the supplier that the trip is charged to."""
    return trip.payer_order.number if trip.payer_order is not None else trip.payer_name


class ExpenseTable(tables.Table):
    """Expenses, line by line, as finance charges them on."""

    spent_on = DayColumn(attrs=ONE_LINE)
    trip = tables.Column(linkify=True, attrs=NUMBER)
    person = tables.Column(
        accessor="traveller__person", verbose_name=_("traveller"), orderable=False, attrs=ONE_LINE
    )
    kind = tables.Column(orderable=False, attrs=ONE_LINE)
    text = tables.Column(orderable=False, attrs=WIDE)
    amount = MoneyColumn(orderable=False)
    paid_by = tables.Column(orderable=False, attrs=ONE_LINE)
    receipt = tables.Column(accessor="pk", verbose_name=_("receipt"), orderable=False)
    over_reason = tables.Column(orderable=False, attrs=WIDE)
    cause = tables.Column(accessor="trip__cause", verbose_name=_("cause"), orderable=False, attrs=ONE_LINE)
    payer = tables.Column(
        accessor="trip__payer",
        verbose_name=pgettext_lazy("trip", "who pays"),
        orderable=False,
        attrs=ONE_LINE,
    )
    charged = tables.Column(accessor="pk", verbose_name=_("charged to"), orderable=False, attrs=ONE_LINE)
    organization = tables.Column(
        accessor="trip__organization", verbose_name=_("organisation"), orderable=False, attrs=ONE_LINE
    )

    class Meta:
        model = TripExpense
        fields = (
            "spent_on",
            "trip",
            "person",
            "kind",
            "text",
            "amount",
            "paid_by",
            "receipt",
            "over_reason",
            "cause",
            "payer",
            "charged",
            "organization",
        )

    def render_receipt(self, record: TripExpense) -> Any:
        if record.receipt_id is None:
            return record.no_receipt
        source = "<a href=\"{% url 'files:serve' key %}\">{{ label }}</a>"
        return render(source, key=record.receipt_id, label=_("receipt"))

    def value_receipt(self, record: TripExpense) -> str:
        return record.no_receipt or str(_("receipt"))

    def render_payer(self, record: TripExpense) -> str:
        return str(record.trip.get_payer_display())

    def render_charged(self, record: TripExpense) -> str:
        return charged_to(record.trip) or "—"

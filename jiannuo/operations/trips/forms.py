"""What the pages and actions of trips ask for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.trips.balances import balances_of
from jiannuo.operations.trips.models import (
    BusinessTrip,
    ExpenseLimit,
    Payer,
    TripCause,
    TripExpense,
    TripFeedback,
    TripRules,
    TripStep,
)
from jiannuo.operations.trips.models.tables import ExpenseKind
from jiannuo.operations.trips.queries import houses_of, possible_travellers
from jiannuo.operations.trips.services import Expense, TripPlan
from jiannuo.operations.workforce.forms import CodesField, DayInput
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField

MONEY: dict[str, Any] = {"max_digits": 12, "decimal_places": 2, "min_value": 0}


def day_field(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput, **more)


class TripForm(forms.Form):
    """A trip to be planned. Orders and units are named by number, one after the other."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    people = forms.ModelMultipleChoiceField(
        label=_("who travels"), queryset=User.objects.none(), help_text=_("Each person is one person-trip.")
    )
    cause = forms.ModelChoiceField(label=_("cause"), queryset=TripCause.objects.none())
    from_place = forms.CharField(label=_("from where"), max_length=80, required=False)
    place = forms.CharField(label=_("where to"), max_length=160)
    starts_on = day_field(_("first day"))
    ends_on = day_field(_("last day"))
    means = forms.ChoiceField(label=_("means of transport"), choices=BusinessTrip.Means.choices)
    purpose = forms.CharField(
        label=_("what is to be done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    orders = CodesField(
        label=_("work orders"),
        max_length=32,
        required=False,
        help_text=_("Numbers with spaces between them."),
    )
    customer = RemoteChoiceField(
        Customer.objects.none(),
        url=reverse_lazy("customers:picker"),
        label=_("customer"),
        required=False,
        help_text=_("Only where there is no work order."),
    )
    serials = CodesField(
        label=_("serial numbers of further units"),
        max_length=60,
        required=False,
        help_text=_("Those of the work orders need not be named."),
    )
    estimate = forms.DecimalField(label=_("estimated cost (CNY)"), required=False, initial=0, **MONEY)
    payer = forms.ChoiceField(
        label=pgettext_lazy("trip", "who pays"),
        choices=[("", _("as usual for the cause")), *Payer.choices],
        required=False,
    )
    payer_order = CodesField(
        label=_("charged under order"),
        max_length=32,
        required=False,
        help_text=_("When the customer pays. Empty: the only work order above."),
    )
    payer_name = forms.CharField(label=_("supplier that pays"), max_length=120, required=False)

    def __init__(self, *args: Any, user: Any, trip: BusinessTrip | None = None, **kwargs: Any) -> None:
        self.user = user
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["organization"].queryset = houses_of(user, "trips.own")
        fields["people"].queryset = possible_travellers(user)
        fields["cause"].queryset = TripCause.objects.filter(active=True)
        if trip is not None:  # a cause that is out of use may stay
            fields["cause"].queryset = TripCause.objects.filter(active=True) | TripCause.objects.filter(
                pk=trip.cause_id
            )
        fields["customer"].queryset = Customer.objects.visible_to(user)

    def clean_orders(self) -> list[WorkOrder]:
        return self._orders("orders")

    def clean_payer_order(self) -> WorkOrder | None:
        found = self._orders("payer_order")
        if len(found) > 1:
            raise forms.ValidationError(_("Name one order only."))
        return found[0] if found else None

    def _orders(self, name: str) -> list[WorkOrder]:
        numbers = [number.upper() for number in self.cleaned_data[name]]
        found = {
            one.number: one for one in WorkOrder.objects.visible_to(self.user).filter(number__in=numbers)
        }
        self._complain(numbers, found, _("There is no order %(number)s, or you may not see it."))
        return [found[number] for number in numbers]

    def clean_serials(self) -> list[InstalledUnit]:
        serials = self.cleaned_data["serials"]
        found = {
            one.serial: one for one in InstalledUnit.objects.visible_to(self.user).filter(serial__in=serials)
        }
        self._complain(serials, found, _("There is no unit %(number)s, or you may not see it."))
        return [found[serial] for serial in serials]

    @staticmethod
    def _complain(wanted: list[str], found: dict[str, Any], text: Any) -> None:
        missing = next((one for one in wanted if one not in found), None)
        if missing is not None:
            raise forms.ValidationError(text, params={"number": missing})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        orders = data.get("orders") or []
        if not data.get("payer") and data.get("cause") is not None:
            data["payer"] = data["cause"].usual_payer
        if data.get("payer") == Payer.CUSTOMER and "payer_order" in data and data["payer_order"] is None:
            data["payer_order"] = orders[0] if len(orders) == 1 else None
        if data.get("payer") != Payer.CUSTOMER:
            data["payer_order"] = None
        if data.get("payer") != Payer.SUPPLIER:
            data["payer_name"] = ""
        return data

    def plan(self, group_trip: Any = None) -> TripPlan:
        """The trip as the form describes it."""
        data = dict(self.cleaned_data)
        customer, serials = data.pop("customer"), data.pop("serials")
        data.update(
            people=tuple(data["people"]),
            orders=tuple(data["orders"]),
            estimate=data["estimate"] or 0,
            customers=(customer,) if customer else (),
            units=tuple(serials),
            group_trip=group_trip,
        )
        return TripPlan(**data)


def initial_of(trip: BusinessTrip) -> dict[str, Any]:
    """What the form of an existing trip begins with."""
    names = ("organization", "cause", "place", "starts_on", "ends_on", "purpose", "from_place", "means")
    more = ("estimate", "payer", "payer_name")
    orders = list(trip.orders.order_by("pk"))
    named = {order.customer_id for order in orders}
    units = trip.units.exclude(pk__in=[order.unit_id for order in orders if order.unit_id])
    alone = trip.customers.exclude(pk__in=named).order_by("pk").first()
    return {
        **{name: getattr(trip, name) for name in (*names, *more)},
        "people": list(trip.people.values_list("person", flat=True)),
        "orders": [order.number for order in orders],
        "payer_order": [trip.payer_order.number] if trip.payer_order else [],
        "customer": alone.pk if alone else None,
        "serials": list(units.order_by("serial").values_list("serial", flat=True)),
    }


class SetOutForm(ActionForm):
    """The day on which people set out."""

    starts_on = day_field(_("first day"), initial=timezone.localdate)


class ReturnForm(ActionForm):
    """The day on which people came back."""

    ends_on = day_field(_("last day"), initial=timezone.localdate)

    def clean_ends_on(self) -> Any:
        day = self.cleaned_data["ends_on"]
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class AdvanceForm(ActionForm):
    """Money given to a traveller ahead, or taken back."""

    person = forms.ModelChoiceField(label=_("traveller"), queryset=User.objects.none())
    way = forms.ChoiceField(
        label=_("direction"),
        choices=[
            ("out", pgettext_lazy("advance", "paid out")),
            ("back", pgettext_lazy("advance", "taken back")),
        ],
    )
    amount = forms.DecimalField(label=_("amount (CNY)"), max_digits=12, decimal_places=2, min_value=0.01)
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            people = User.objects.filter(trip_shares__trip=self.document.pk).order_by("name")
            self.fields["person"].queryset = people  # type: ignore[attr-defined]


class SettleForm(ActionForm):
    """Says once more what is paid out and what comes back."""

    remark = forms.CharField(label=_("remark"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            lines = [f"{one.traveller.person}: {one.due:+,.2f}" for one in balances_of(self.document)]
            self.fields["remark"].help_text = _(
                "Above zero is paid out, below zero comes back (CNY): %(lines)s"
            ) % {"lines": "；".join(lines)}


class ExpenseForm(forms.Form):
    """One expense with its receipt."""

    person = forms.ModelChoiceField(label=_("traveller"), queryset=User.objects.none())
    kind = forms.ChoiceField(label=_("kind of expense"), choices=ExpenseKind.choices)
    spent_on = day_field(_("day"), initial=timezone.localdate)
    amount = forms.DecimalField(label=_("amount (CNY)"), max_digits=12, decimal_places=2, min_value=0.01)
    text = forms.CharField(label=_("what for"), max_length=120)
    paid_by = forms.ChoiceField(label=pgettext_lazy("expense", "paid by"), choices=TripExpense.PaidBy.choices)
    receipt = forms.FileField(
        label=_("photo of the receipt"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*,application/pdf", "data-photo": ""}),
    )
    no_receipt = forms.CharField(
        label=_("why there is no receipt"),
        max_length=200,
        required=False,
        help_text=_("Only where there is none."),
    )
    over_reason = forms.CharField(
        label=_("why it is above the limit"),
        max_length=200,
        required=False,
        help_text=_("Only where the amount is above the limit of the table."),
    )

    def __init__(self, *args: Any, trip: BusinessTrip, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(trip_shares__trip=trip.pk).order_by("name")
        fields: Any = self.fields
        fields["person"].queryset = people
        fields["person"].initial = user.pk if people.filter(pk=user.pk).exists() else None

    def line(self) -> Expense:
        """The expense as the form describes it."""
        return Expense(**self.cleaned_data)


class FeedbackForm(forms.ModelForm):
    """The after-sales information feedback form (F37)."""

    class Meta:
        model = TripFeedback
        fields = ("visited", "found", "cause", "done", "remaining", "opinion", "suggestion")
        widgets = {
            name: forms.Textarea(attrs={"rows": 3})
            for name in ("found", "cause", "done", "remaining", "opinion", "suggestion")
        }


class _HouseForm(forms.ModelForm):
    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = houses_of(user, "trips.rules")  # type: ignore[attr-defined]


class StepForm(_HouseForm):
    """Who approves trips and settlements, from which amount on."""

    class Meta:
        model = TripStep
        fields = ("organization", "what", "from_amount", "role", "position")


class LimitForm(_HouseForm):
    """What an expense may come to."""

    class Meta:
        model = ExpenseLimit
        fields = ("organization", "kind", "per", "amount")


class RulesForm(_HouseForm):
    """When the feedback form is due."""

    class Meta:
        model = TripRules
        fields = ("organization", "feedback_days", "remind_days", "feedback_first")


class CauseForm(forms.ModelForm):
    """A cause of trips."""

    class Meta:
        model = TripCause
        fields = ("code", "name", "usual_payer", "position", "active")

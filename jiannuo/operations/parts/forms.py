"""What is typed when parts are received, moved, counted and taken back, and when a place is set up."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import MinValueValidator
from django.db.models import QuerySet
from django.forms import BaseFormSet, formset_factory
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.parts.models import Condition, StockBalance, StockEntry, StockLocation, plain
from jiannuo.operations.parts.queries import places_kept_by
from jiannuo.operations.parts.services.booking import CENT, Item
from jiannuo.registry.pickers import RemoteChoiceField
from jiannuo.registry.products.models import SparePart

SEARCH = forms.Select(attrs={"data-search-select": ""})
MOST_LINES = 60


class QuantityField(forms.DecimalField):
    """A quantity above zero, at most two digits behind the point."""

    def __init__(self, *, zero: bool = False, **kwargs: Any) -> None:
        super().__init__(max_digits=10, decimal_places=2, **kwargs)
        least = Decimal(0) if zero else CENT
        words = _("A count is not negative.") if zero else _("The quantity must be above zero.")
        self.validators.append(MinValueValidator(least, message=words))
        self.widget.attrs |= {"inputmode": "decimal", "min": str(least), "autocomplete": "off"}


class OnceForm(forms.Form):
    """A form that is carried out once, however often it is sent: the ``key`` goes with what is booked."""

    key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)


class BookingForm(OnceForm):
    """What several lines have in common."""

    note = forms.CharField(label=_("note"), max_length=300, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


class ReceiveForm(BookingForm):
    """Where parts come in, and how."""

    location = forms.ModelChoiceField(
        label=_("store or van"), queryset=StockLocation.objects.none(), widget=SEARCH
    )
    cause = forms.ChoiceField(
        label=pgettext_lazy("stock", "cause"),
        choices=[(one.value, one.label) for one in (StockEntry.Cause.RECEIVED, StockEntry.Cause.OPENING)],
    )
    field_order = ("location", "cause", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = places_kept_by(self.user)  # type: ignore[attr-defined]


class MoveForm(BookingForm):
    """Where parts go from ``source``."""

    target = forms.ModelChoiceField(
        label=pgettext_lazy("stock", "to"), queryset=StockLocation.objects.none(), widget=SEARCH
    )
    field_order = ("target", "note")

    def __init__(self, *args: Any, source: StockLocation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target"].queryset = places_kept_by(self.user).exclude(pk=source.pk)  # type: ignore[attr-defined]


class SourceForm(forms.Form):
    """Where the parts come from; the address carries it on."""

    source = forms.ModelChoiceField(
        label=pgettext_lazy("stock", "from"), queryset=StockLocation.objects.none(), widget=SEARCH
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].queryset = places_kept_by(user)  # type: ignore[attr-defined]


class LineForm(forms.Form):
    """A line that may be left blank; when something stands in it, all of it must."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.has_changed():
            for name in self.fields:
                if data.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, gettext("Fill in this field, or clear the line."))
        return data


class ReceiveLine(LineForm):
    """One part that comes in."""

    part: Any = RemoteChoiceField(
        SparePart.objects.filter(active=True),
        url=reverse_lazy("products:part_choices"),
        label=_("part"),
        required=False,
    )
    condition = forms.ChoiceField(
        label=pgettext_lazy("stock", "condition"),
        choices=Condition.choices,
        initial=Condition.GOOD,
        required=False,
    )
    quantity = QuantityField(label=_("quantity"), required=False)

    def item(self) -> Item:
        data = self.cleaned_data
        return Item(data["part"], data["quantity"], data["condition"])


class BalanceField(RemoteChoiceField):
    """Something that lies at the place from which it is moved."""

    def label_from_instance(self, balance: Any) -> str:
        return f"{balance.part} · {balance.condition_label} · {plain(balance.quantity)} {balance.part.unit}"


class MoveLine(LineForm):
    """One part that goes, out of what lies at ``source``."""

    balance: Any = BalanceField(StockBalance.objects.none(), url="", label=_("part"), required=False)
    quantity = QuantityField(label=_("quantity"), required=False)

    def __init__(self, *args: Any, source: StockLocation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["balance"]
        field.queryset = lying_at(source)
        field.widget.attrs["data-remote"] = reverse("parts:choices", args=[source.pk])

    def item(self) -> Item:
        balance = self.cleaned_data["balance"]
        return Item(balance.part, self.cleaned_data["quantity"], balance.condition)


def lying_at(place: StockLocation) -> QuerySet[StockBalance, Any]:
    """What there is at a place, by part number."""
    rows = StockBalance.objects.filter(location=place, quantity__gt=0).select_related("part")
    return rows.order_by("part__code", "condition")


class LineSet(BaseFormSet[Any]):
    """Lines of which some may be left blank, but not all."""

    def clean(self) -> None:
        if not any(self.errors) and not self.filled():
            raise forms.ValidationError(gettext("Enter at least one part."))

    def filled(self) -> list[Any]:
        """The lines in which something stands."""
        return [form for form in self.forms if form.has_changed() and form.cleaned_data]

    def items(self) -> list[Item]:
        """What was entered; the set must be valid."""
        return [form.item() for form in self.filled()]


def _line_set(form: type[forms.Form]) -> type[LineSet]:
    made: Any = formset_factory(
        form, formset=LineSet, extra=3, max_num=MOST_LINES, absolute_max=MOST_LINES, validate_max=True
    )
    return made


ReceiveLines = _line_set(ReceiveLine)
MoveLines = _line_set(MoveLine)


class CountForm(OnceForm):
    """What was found; ``expected`` is what the ledger said when the page was opened."""

    part: Any = RemoteChoiceField(
        SparePart.objects.all(), url=reverse_lazy("products:part_choices"), label=_("part")
    )
    condition = forms.ChoiceField(label=pgettext_lazy("stock", "condition"), choices=Condition.choices)
    counted = QuantityField(label=_("quantity counted"), zero=True)
    reason = forms.CharField(
        label=_("reason"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Why it was counted, and what explains a difference."),
    )
    expected = forms.DecimalField(widget=forms.HiddenInput, required=False, max_digits=10, decimal_places=2)

    def __init__(self, *args: Any, balance: StockBalance | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.balance = balance
        if balance is not None:
            del self.fields["part"], self.fields["condition"]
            self.fields["expected"].initial = balance.quantity

    def counted_part(self) -> tuple[SparePart, str]:
        """Which part in which condition was counted."""
        if self.balance is not None:
            return self.balance.part, self.balance.condition
        return self.cleaned_data["part"], self.cleaned_data["condition"]


class ReverseForm(forms.Form):
    """Why an entry is taken back."""

    reason = forms.CharField(label=_("reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


class PlaceForm(forms.Form):
    """A new store or van."""

    organization = forms.ModelChoiceField(
        label=_("organisation"), queryset=Organization.objects.none(), widget=SEARCH
    )
    kind = forms.ChoiceField(label=_("kind"), choices=StockLocation.Kind.choices)
    name = forms.CharField(label=_("name"), max_length=80)
    person = forms.ModelChoiceField(
        label=_("driver"),
        queryset=User.objects.none(),
        required=False,
        widget=SEARCH,
        help_text=_("Only for a van: who drives it and uses what is in it."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scope = user.organization_scope("stock.places")
        organizations = Organization.objects.active()
        people = User.objects.filter(is_active=True).order_by("name")
        if scope is not None:
            organizations = organizations.filter(pk__in=scope)
            people = people.filter(organization__in=scope)
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class PlaceEditForm(forms.Form):
    """The name of a place, and whether it is in use."""

    name = forms.CharField(label=_("name"), max_length=80)
    active = forms.BooleanField(label=_("in use"), required=False)

"""Typing in a card, handing in pictures, and the settings."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.files.services import store
from jiannuo.kernel.regions.fields import DivisionField
from jiannuo.office.documents.forms import ManyFilesField, ManyFilesInput
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.cards.checking import CardEntry
from jiannuo.operations.cards.models import CardSettings, RegistrationCard
from jiannuo.operations.cards.queries import dealers_of
from jiannuo.operations.cards.services.submitting import CHECK
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField
from jiannuo.registry.products.models import ProductModel

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
PICTURES = ManyFilesInput(attrs={"accept": "image/*,application/pdf", "data-photo": True})


class _Handing(forms.Form):
    """The dealer, and the day of receipt for those who may say it."""

    dealer: Any = forms.ModelChoiceField(label=_("dealer"), queryset=Organization.objects.none())
    received_on = forms.DateField(
        label=_("received on"),
        required=False,
        widget=DAY,
        help_text=_("For cards that came by post. Empty: today."),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        dealers = dealers_of(user)
        self.fields["dealer"].queryset = dealers  # type: ignore[attr-defined]
        few = list(dealers[:2])
        if len(few) == 1:
            self.fields["dealer"].initial = few[0].pk
            self.fields["dealer"].widget = forms.HiddenInput()
        if not user.has_perm(CHECK):
            del self.fields["received_on"]

    @property
    def received_at(self) -> datetime | None:
        """The instant of receipt, where a day was given: its end, or now."""
        day = self.cleaned_data.get("received_on")
        if day is None:
            return None
        return min(timezone.make_aware(datetime.combine(day, time(23, 59))), timezone.now())

    def clean_received_on(self) -> Any:
        day = self.cleaned_data["received_on"]
        if day is not None and day > timezone.localdate():
            raise ValidationError(gettext("A card cannot have come in later than now."))
        return day


class CardForm(_Handing):
    """What is on the card, in the order in which it is read. On a phone one column."""

    serial = forms.CharField(
        label=_("serial number"),
        max_length=200,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "data-scan": True}
        ),
        help_text=_("From the plate, or scan the code on the machine."),
    )
    model: Any = RemoteChoiceField(
        ProductModel.objects.filter(active=True),
        url=reverse_lazy("products:models"),
        label=_("model"),
        required=False,
        help_text=_("May stay empty where the serial number tells it."),
    )
    sold_on = forms.DateField(label=_("sold on"), widget=DAY)
    invoice_number = forms.CharField(label=_("invoice number"), max_length=40, required=False)
    price = forms.DecimalField(label=_("price"), min_value=0, max_digits=14, decimal_places=2, required=False)
    customer_name = forms.CharField(label=_("customer"), max_length=120)
    phone = forms.CharField(
        label=_("phone"), max_length=40, widget=forms.TextInput(attrs={"inputmode": "tel"})
    )
    division = DivisionField(label=_("division"), required=False)
    address = forms.CharField(label=_("street and number"), max_length=160, required=False)
    card_number = forms.CharField(
        label=_("number on the card"), max_length=40, required=False, help_text=_("If one is printed on it.")
    )
    photos: Any = ManyFilesField(label=_("photo or scan of the card"), required=False, widget=PICTURES)

    field_order = (
        "dealer",
        "serial",
        "model",
        "sold_on",
        "customer_name",
        "phone",
        "division",
        "address",
        "invoice_number",
        "price",
        "card_number",
        "received_on",
        "photos",
    )

    def __init__(self, *args: Any, card: RegistrationCard | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.card = card
        if card is not None:
            for name in ("dealer", "received_on", "photos"):
                self.fields.pop(name, None)
            for name in self.fields:
                value = getattr(card, name)
                self.fields[name].initial = getattr(value, "pk", value) if name == "model" else value

    def clean_serial(self) -> str:
        """The serial number; what a scanned label says leads to it."""
        text: str = self.cleaned_data["serial"].strip()
        if "/" in text:
            code = text.rstrip("/").rsplit("/", 1)[-1]
            unit = InstalledUnit.objects.filter(label_code=code).only("serial").first()
            if unit is None:
                raise ValidationError(
                    gettext("This code is not on one of our labels. Type the serial number.")
                )
            return str(unit.serial)
        if len(text) > 60:
            raise ValidationError(gettext("A serial number has at most 60 signs."))
        return text

    def clean_phone(self) -> str:
        return normalise_phone(self.cleaned_data["phone"])

    @property
    def entry(self) -> CardEntry:
        """What was typed."""
        data = self.cleaned_data
        return CardEntry(
            dealer=self.card.organization if self.card is not None else data["dealer"],
            model=data["model"],
            serial=data["serial"],
            sold_on=data["sold_on"],
            invoice_number=data["invoice_number"],
            price=data["price"],
            customer_name=data["customer_name"],
            phone=data["phone"],
            division=data["division"],
            address=data["address"],
            card_number=data["card_number"],
        )

    @property
    def way(self) -> str:
        """A card whose day of receipt the office gives came by post."""
        return RegistrationCard.Way.POST if self.received_at else RegistrationCard.Way.PAGE

    def stored_photos(self) -> list[Any]:
        """The pictures, kept. Raises ValidationError for what is no picture."""
        return stored(self.cleaned_data.get("photos") or [], self.user)


class PhotosForm(_Handing):
    """Pictures only: a card for each."""

    photos: Any = ManyFilesField(
        label=_("pictures of the cards"),
        widget=PICTURES,
        help_text=_("One picture for each card, twenty at most. A clerk types them in."),
    )

    field_order = ("dealer", "photos", "received_on")

    def stored_photos(self) -> list[Any]:
        """The pictures, kept. Raises ValidationError for what is no picture."""
        return stored(self.cleaned_data["photos"], self.user)


def stored(uploads: list[Any], user: Any) -> list[Any]:
    """Keep pictures and scans. Raises ValidationError by ``photos``."""
    try:
        return [store(upload, by=user, kinds=("image", "pdf")) for upload in uploads]
    except ValidationError as error:
        raise ValidationError({"photos": error.messages}) from error


class SettingsForm(forms.ModelForm[CardSettings]):
    class Meta:
        model = CardSettings
        fields = ("photo_required", "unknown_serials")

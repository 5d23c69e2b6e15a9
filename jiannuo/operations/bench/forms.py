"""The forms of the counter: take in, hand over, lend, take back."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.files.services import store
from jiannuo.office.documents.forms import ManyFilesField, ManyFilesInput
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.bench.models import CarryIn, Loan, LoanEquipment
from jiannuo.operations.bench.queries import free_pieces, houses_of
from jiannuo.operations.bench.services import Goods, HandOver, Lending, TakingBack
from jiannuo.operations.workorders.forms.fields import InstantField, SignatureField
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField

ROWS = {"rows": 2}
PHOTOS = ManyFilesInput(attrs={"accept": "image/*", "data-photo": True})
TEL = forms.TextInput(attrs={"inputmode": "tel"})
QUANTITY = re.compile(r"^(?P<name>.+?)\s*[x×*]\s*(?P<number>[0-9]{1,3})$")


def accessories_of(text: str) -> list[tuple[str, int]]:
    """One accessory a line, ``name × number`` or the name alone."""
    found = []
    for line in (part.strip() for part in re.split(r"[\n；;]", text)):
        match = QUANTITY.match(line)
        if match and int(match["number"]) > 0:
            found.append((match["name"].strip()[:80], int(match["number"])))
        elif line:
            found.append((line[:80], 1))
    return found


class OptionalSignature(SignatureField):
    """A signature that may be left out: the receipt is often signed on paper."""

    def clean(self, value: Any) -> Any:
        return super().clean(value) if value else None


class _Counter(forms.Form):
    """Photos and a signature, kept once the rest is right."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def stored_photos(self) -> list[Any]:
        """The photos, kept. Raises ValidationError for what is no picture."""
        uploads = self.cleaned_data.get("photos") or []
        return [store(upload, by=self.user, kinds=("image",)) for upload in uploads]

    def stored_signature(self) -> Any:
        """The signature, kept; nothing where there is none."""
        upload = self.cleaned_data.get("signature")
        return store(upload, by=self.user, kinds=("image",)) if upload else None

    def _clean_phone(self, name: str) -> str:
        text = str(self.cleaned_data.get(name) or "").strip()
        return normalise_phone(text) if text else ""


class TakeInForm(_Counter):
    """What is handed in, in the order in which one asks. For an order, only what it does not know yet."""

    organization: Any = forms.ModelChoiceField(label=_("house"), queryset=Organization.objects.none())
    serial = forms.CharField(
        label=_("serial number"),
        max_length=200,
        required=False,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "data-scan": True}
        ),
        help_text=_("From the plate, or scan the code on the machine: the unit is found by it."),
    )
    serial_note = forms.CharField(label=_("why the serial number differs"), max_length=200, required=False)
    customer: Any = RemoteChoiceField(
        Customer.objects.none(),
        url=reverse_lazy("customers:picker"),
        label=_("customer"),
        placeholder=_("Name, phone, number"),
        required=False,
        help_text=_("May stay empty where the unit tells it."),
    )
    unit: Any = RemoteChoiceField(
        InstalledUnit.objects.none(),
        url=reverse_lazy("installedbase:picker"),
        label=_("unit"),
        required=False,
    )
    what = forms.CharField(
        label=_("goods"),
        max_length=120,
        required=False,
        help_text=_("Kind and model, where the unit is not in the files."),
    )
    fault = forms.CharField(
        label=_("fault reported"), max_length=2000, widget=forms.Textarea(attrs=ROWS), required=False
    )
    condition = forms.CharField(
        label=_("condition when taken in"),
        max_length=1000,
        widget=forms.Textarea(attrs=ROWS),
        help_text=_("Scratches, dents, missing screws: what is written here need not be argued about later."),
    )
    accessories = forms.CharField(
        label=_("accessories"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One a line, such as: power cable × 2"),
    )
    meter_reading = forms.DecimalField(
        label=_("meter reading"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    way = forms.ChoiceField(label=pgettext_lazy("carry-in", "how it came"), choices=CarryIn.Way.choices)
    brought_name = forms.CharField(label=_("brought by"), max_length=60)
    brought_phone = forms.CharField(label=_("phone"), max_length=40, required=False, widget=TEL)
    expected_at = InstantField(
        label=_("expected ready"), required=False, help_text=_("Only where no promise says it.")
    )
    photos: Any = ManyFilesField(label=_("photos"), required=False, widget=PHOTOS)
    signature = OptionalSignature(label=_("signature"), required=False)

    def __init__(self, *args: Any, order: WorkOrder | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order = order
        fields: Any = self.fields
        houses = houses_of(self.user, "bench.handle")
        fields["organization"].queryset = houses
        few = list(houses[:2])
        if len(few) == 1:
            fields["organization"].initial = few[0].pk
            fields["organization"].widget = forms.HiddenInput()
        else:
            fields["organization"].initial = self.user.organization_id
        fields["customer"].queryset = Customer.objects.visible_to(self.user).active()
        fields["unit"].queryset = InstalledUnit.objects.visible_to(self.user).select_related(
            "model__category", "dealer", "customer"
        )
        if order is not None:
            for name in ("organization", "customer", "fault", *(("unit", "what") if order.unit_id else ())):
                del fields[name]
            fields["brought_name"].initial = order.contact_name or order.customer.name[:60]
            fields["brought_phone"].initial = order.contact_phone
            if order.state == WorkOrder.State.ON_SITE:
                fields["way"].initial = CarryIn.Way.TECHNICIAN

    def clean_serial(self) -> str:
        """The serial number; what a scanned label says leads to it."""
        text: str = self.cleaned_data["serial"].strip()
        if "/" in text:
            code = text.rstrip("/").rsplit("/", 1)[-1]
            unit = InstalledUnit.objects.visible_to(self.user).filter(label_code=code).first()
            if unit is None:
                raise ValidationError(
                    gettext("This code is not on one of our labels. Type the serial number.")
                )
            return str(unit.serial)
        if len(text) > 60:
            raise ValidationError(gettext("A serial number has at most 60 signs."))
        return text

    def clean_brought_phone(self) -> str:
        return self._clean_phone("brought_phone")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.order is None and not self.errors:
            self._find_unit(cleaned)
            if cleaned.get("customer") is None:
                self.add_error("customer", gettext("Choose the customer."))
            if not str(cleaned.get("fault", "")).strip():
                self.add_error("fault", gettext("Write down what is wrong with it."))
        return cleaned

    def _find_unit(self, cleaned: dict[str, Any]) -> None:
        """The unit by its serial number, and the customer by the unit, where only one fits."""
        unit = cleaned.get("unit")
        if unit is None and cleaned.get("serial"):
            field: Any = self.fields["unit"]
            rows = field.queryset.filter(serial__iexact=cleaned["serial"])
            if cleaned.get("customer") is not None:
                rows = rows.filter(customer=cleaned["customer"])
            found = list(rows[:2])
            unit = cleaned["unit"] = found[0] if len(found) == 1 else None
        if unit is not None and cleaned.get("customer") is None:
            cleaned["customer"] = unit.customer

    @property
    def goods(self) -> Goods:
        """What was typed; photos and signature are kept by asking for it."""
        data = self.cleaned_data
        names = ("condition", "brought_name", "brought_phone", "serial", "serial_note", "way")
        optional = ("organization", "customer", "unit", "what", "fault", "meter_reading", "expected_at")
        return Goods(
            order=self.order,
            accessories=accessories_of(data["accessories"]),
            photos=self.stored_photos(),
            signature=self.stored_signature(),
            **{name: data[name] for name in names},
            **{name: data[name] for name in optional if name in data and data[name] is not None},
        )


class HandOverForm(_Counter):
    """Against what, to whom, what goes along. The list is ticked by hand: nothing is handed over by default."""

    proof = forms.ChoiceField(
        label=_("proof"), choices=CarryIn.Proof.choices, widget=forms.RadioSelect, initial="receipt"
    )
    proof_note = forms.CharField(
        label=_("identity paper and reason"),
        max_length=200,
        required=False,
        help_text=_("Where the receipt is not shown: which paper was seen, and why the receipt is missing."),
    )
    name = forms.CharField(label=_("collected by"), max_length=60)
    by_somebody_else = forms.BooleanField(label=_("somebody else collects"), required=False)
    phone = forms.CharField(label=_("collector's phone"), max_length=40, required=False, widget=TEL)
    returned: Any = forms.ModelMultipleChoiceField(
        label=_("handed over"),
        queryset=None,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    missing_note = forms.CharField(label=_("what was missing"), max_length=300, required=False)
    loan_note = forms.CharField(label=_("why the loaner stays out"), max_length=200, required=False)
    opinion = forms.CharField(
        label=_("customer's opinion"), max_length=300, required=False, widget=forms.Textarea(attrs=ROWS)
    )
    signature = SignatureField(label=_("signature"))

    def __init__(self, *args: Any, receipt: CarryIn, loans: list[Loan], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["name"].initial = receipt.brought_name
        fields["returned"].queryset = receipt.accessories.all()
        if not receipt.accessories.exists():
            del fields["returned"], fields["missing_note"]
        if not loans:
            del fields["loan_note"]

    def clean_phone(self) -> str:
        return self._clean_phone("phone")

    @property
    def hand_over(self) -> HandOver:
        """What was typed; the signature is kept by asking for it."""
        data = self.cleaned_data
        names = ("name", "proof", "phone", "proof_note", "by_somebody_else", "opinion")
        return HandOver(
            returned=[one.pk for one in data.get("returned") or ()],
            signature=self.stored_signature(),
            missing_note=data.get("missing_note", ""),
            loan_note=data.get("loan_note", ""),
            **{name: data[name] for name in names},
        )


class _PieceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return gettext("%(model)s · %(serial)s · grade %(grade)s · %(house)s") % {
            "model": obj.model,
            "serial": obj.serial,
            "grade": obj.grade,
            "house": obj.organization,
        }


class LendForm(_Counter):
    """Which piece, to whom, until when; its condition, photos and a signature."""

    equipment: Any = _PieceField(label=_("loaner"), queryset=LoanEquipment.objects.none())
    grade_note = forms.CharField(
        label=_("why of a lower grade"),
        max_length=200,
        required=False,
        help_text=_("Only where it is of a lower grade than the customer's own."),
    )
    customer: Any = RemoteChoiceField(
        Customer.objects.none(),
        url=reverse_lazy("customers:picker"),
        label=_("customer"),
        placeholder=_("Name, phone, number"),
    )
    reason = forms.CharField(label=_("why it is lent"), max_length=300, widget=forms.Textarea(attrs=ROWS))
    due_back_at = InstantField(
        label=_("due back"), required=False, help_text=_("Empty: when the repair should be ready.")
    )
    condition = forms.CharField(label=_("condition when lent"), max_length=300)
    meter = forms.DecimalField(
        label=_("meter when lent"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    signed_by = forms.CharField(label=_("signed by"), max_length=60)
    phone = forms.CharField(label=_("phone"), max_length=40, required=False, widget=TEL)
    photos: Any = ManyFilesField(label=_("photos"), required=False, widget=PHOTOS)
    signature = SignatureField(label=_("signature"))

    def __init__(self, *args: Any, receipt: CarryIn | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.receipt = receipt
        fields: Any = self.fields
        category = receipt.unit.model.category if receipt is not None and receipt.unit is not None else None
        fields["equipment"].queryset = free_pieces(self.user, category=category)
        fields["customer"].queryset = Customer.objects.visible_to(self.user).active()
        if receipt is not None:
            del fields["customer"]
            fields["reason"].required = False
            fields["signed_by"].initial = receipt.brought_name
            fields["phone"].initial = receipt.brought_phone

    def clean_phone(self) -> str:
        return self._clean_phone("phone")

    @property
    def lending(self) -> Lending:
        """What was typed; photos and signature are kept by asking for it."""
        data = self.cleaned_data
        names = (
            "equipment",
            "grade_note",
            "reason",
            "due_back_at",
            "condition",
            "meter",
            "signed_by",
            "phone",
        )
        return Lending(
            carry_in=self.receipt,
            customer=data.get("customer"),
            photos=self.stored_photos(),
            signature=self.stored_signature(),
            **{name: data[name] for name in names},
        )


class TakeBackForm(_Counter):
    """How it came back."""

    returned_by = forms.CharField(label=_("brought back by"), max_length=60)
    condition = forms.CharField(label=_("condition when it came back"), max_length=300)
    meter = forms.DecimalField(
        label=_("meter when it came back"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    damage = forms.CharField(
        label=_("damage or what is missing"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs=ROWS),
    )
    amount = forms.DecimalField(
        label=_("charged for it (CNY)"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
        initial=0,
    )
    usable = forms.BooleanField(
        label=_("it can be lent again"),
        required=False,
        initial=True,
        help_text=_("Otherwise it waits for its own repair."),
    )
    photos: Any = ManyFilesField(label=_("photos"), required=False, widget=PHOTOS)

    def __init__(self, *args: Any, loan: Loan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["returned_by"].initial = loan.signed_by
        if loan.meter_out is None:
            del self.fields["meter"]
        else:
            text = gettext("When it was lent it read %(meter)s.")
            self.fields["meter"].help_text = text % {"meter": f"{loan.meter_out.normalize():f}"}

    @property
    def taking_back(self) -> TakingBack:
        """What was typed; photos are kept by asking for it."""
        data = self.cleaned_data
        return TakingBack(
            returned_by=data["returned_by"],
            condition=data["condition"],
            meter=data.get("meter"),
            damage=data["damage"],
            amount=data["amount"] or Decimal(0),
            usable=data["usable"],
            photos=self.stored_photos(),
        )

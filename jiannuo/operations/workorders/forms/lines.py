"""Forms of lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.workorders.forms.fields import PartField
from jiannuo.operations.workorders.models import OrderLine
from jiannuo.operations.workorders.queries import components_for, labour_for, parts_for
from jiannuo.operations.workorders.vans import AUTO, at_hand
from jiannuo.registry.products.models import Component, LabourItem, SparePart

SOURCES = [
    (AUTO, _("from the van, if it has one")),
    (OrderLine.Source.VAN.value, OrderLine.Source.VAN.label),
    (OrderLine.Source.ELSEWHERE.value, OrderLine.Source.ELSEWHERE.label),
]


class LineForm(forms.Form):
    """Any line, for the office."""

    kind = forms.ChoiceField(label=_("kind"), choices=OrderLine.Kind.choices)
    labour = forms.ModelChoiceField(
        label=_("labour item"), queryset=LabourItem.objects.none(), required=False
    )
    part = PartField(label=_("spare part"), queryset=SparePart.objects.none(), required=False)
    component = forms.ModelChoiceField(
        label=_("component"), queryset=Component.objects.none(), required=False
    )
    description = forms.CharField(
        label=_("description"), max_length=160, required=False, help_text=_("Empty: as in the list.")
    )
    old_serial = forms.CharField(label=_("old serial number"), max_length=60, required=False)
    new_serial = forms.CharField(label=_("new serial number"), max_length=60, required=False)
    quantity = forms.DecimalField(
        label=_("quantity"), initial=1, min_value=0, max_digits=10, decimal_places=2
    )
    source = forms.ChoiceField(
        label=_("where the part comes from"),
        choices=SOURCES,
        initial=AUTO,
        required=False,
        help_text=_("What comes from the van is taken off its stock."),
    )
    unit_price = forms.DecimalField(
        label=_("unit price"),
        min_value=0,
        max_digits=12,
        decimal_places=2,
        required=False,
        help_text=_("Empty: the list price."),
    )

    def __init__(self, *args: Any, order: Any, by: Any, line: Any = None, **kwargs: Any) -> None:
        if line is not None:
            kwargs.setdefault(
                "initial",
                {name: getattr(line, f"{name}_id", getattr(line, name)) for name in self.base_fields},
            )
        super().__init__(*args, **kwargs)
        self.offer_parts(order, by, line)
        for name, rows in (("labour", labour_for), ("component", components_for)):
            if name in self.fields:
                self.fields[name].queryset = rows(order)  # type: ignore[attr-defined]
        for name in ("labour", "part", "component"):
            if name in self.fields:
                self.fields[name].widget.attrs["data-search-select"] = ""

    def offer_parts(self, order: Any, by: Any, line: Any) -> None:
        """The parts of the model, those in the van first; nothing is asked where the van holds nothing."""
        if not isinstance(part := self.fields.get("part"), PartField):
            return
        part.in_van = at_hand(order, by)
        own = {line.part_id} if line is not None and line.part_id is not None else set()
        part.queryset = parts_for(order, part.in_van.keys() | own if part.in_van else own)
        if not part.in_van and (line is None or line.source != OrderLine.Source.VAN):
            self.fields["source"].widget = forms.HiddenInput()
            self.fields["source"].initial = OrderLine.Source.ELSEWHERE.value

    def clean_source(self) -> str:
        """Where it comes from; left out, the van decides."""
        return str(self.cleaned_data["source"]) if self.add_prefix("source") in self.data else AUTO

    def clean_quantity(self) -> Any:
        quantity = self.cleaned_data["quantity"]
        if quantity <= 0:
            raise forms.ValidationError(_("The quantity must be greater than zero."))
        return quantity

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen = cleaned.get("labour") or cleaned.get("part")
        if not cleaned.get("description") and chosen is None and not self.errors:
            self.add_error("description", _("Say what was done or used, or choose it from the list."))
        return cleaned


class PartForm(LineForm):
    """A part used, on site."""

    kind = labour = unit_price = None  # type: ignore[assignment]
    description = forms.CharField(
        label=_("or name of the part"),
        max_length=160,
        required=False,
        help_text=_("When it is not in the list."),
    )

    gone = forms.BooleanField(required=False, widget=forms.HiddenInput)

    field_order = ("part", "description", "component", "quantity", "source", "old_serial", "new_serial")

    def clean(self) -> dict[str, Any]:
        return {**super().clean(), "kind": OrderLine.Kind.PART}


class LabourForm(LineForm):
    """Work or travel done, on site."""

    part = component = source = old_serial = new_serial = None  # type: ignore[assignment]
    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[choice for choice in OrderLine.Kind.choices if choice[0] != OrderLine.Kind.PART],
    )


class AddedItemForm(LineForm):
    """Work or material beyond what was reported, done only with the customer's consent."""

    component = old_serial = new_serial = None  # type: ignore[assignment]
    kind = forms.ChoiceField(
        label=_("kind"),
        choices=[choice for choice in OrderLine.Kind.choices if choice[0] != OrderLine.Kind.TRAVEL],
    )
    consented_by = forms.CharField(
        label=_("consent given by"),
        max_length=60,
        help_text=_("Tell the customer the price first, then enter who agreed."),
    )
    gone = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        return {**super().clean(), "added": True}


class OverrideForm(forms.Form):
    """Who pays instead, and why."""

    payer = forms.ChoiceField(label=_("payer"), choices=OrderLine.Payer.choices)
    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}))

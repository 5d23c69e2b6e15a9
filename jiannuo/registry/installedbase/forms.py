"""Forms of installed units."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy

from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Address, Customer
from jiannuo.registry.fields import NameValueField
from jiannuo.registry.installedbase.dates import FIELDS as DATE_FIELDS
from jiannuo.registry.installedbase.dates import date_problems
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.services.records import normal_serial
from jiannuo.registry.pickers import RemoteChoiceField
from jiannuo.registry.products.models import Component, ProductModel

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def model_field(**kwargs: Any) -> RemoteChoiceField:
    """Choosing a product model."""
    return RemoteChoiceField(
        ProductModel.objects.filter(active=True),
        url=reverse_lazy("products:models"),
        label=gettext_lazy("model"),
        placeholder=gettext_lazy("Model number or name"),
        **kwargs,
    )


def customer_field(**kwargs: Any) -> RemoteChoiceField:
    """Choosing a customer; set ``queryset`` to those that the person may see."""
    return RemoteChoiceField(
        Customer.objects.none(),
        url=reverse_lazy("customers:picker"),
        label=gettext_lazy("customer"),
        placeholder=gettext_lazy("Name, phone, number"),
        **kwargs,
    )


class UnitForm(forms.ModelForm):
    """A unit with all its dates."""

    model = model_field()
    customer = customer_field(required=False)
    configuration = NameValueField(label=gettext_lazy("configuration"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = InstalledUnit
        fields = (
            "model",
            "serial",
            "batch",
            "status",
            "organization",
            "customer",
            "address",
            "dealer",
            *DATE_FIELDS,
            "invoice_number",
            "price",
            "service_level",
            "configuration",
            "remark",
        )
        widgets = {**dict.fromkeys(DATE_FIELDS, DAY), "remark": forms.Textarea(attrs={"rows": 2})}

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        visible = Organization.objects.visible_to(user).active()
        fields["organization"].queryset = visible
        # A dealer may be chosen by those who see it; one that is set stays choosable.
        sellers = Organization.objects.active().filter(
            kind__in=("dealer", "station", "branch", "head_office")
        )
        fields["dealer"].queryset = (sellers & visible) | Organization.objects.filter(
            pk=self.instance.dealer_id
        )
        customers = Customer.objects.visible_to(user)
        fields["customer"].queryset = customers.active() | customers.filter(pk=self.instance.customer_id)
        fields["model"].queryset = ProductModel.objects.filter(active=True) | ProductModel.objects.filter(
            pk=self.instance.model_id
        )
        fields["address"].queryset = self._addresses(customers)
        if self.instance.pk:
            self.initial["version"] = self.instance.version
        else:
            self.initial.setdefault("organization", user.organization_id)

    def _addresses(self, customers: Any) -> Any:
        """The addresses of the customer that is chosen now."""
        chosen = self.data.get(self.add_prefix("customer")) if self.is_bound else None
        if not self.is_bound:
            chosen = self.initial.get("customer") or self.instance.customer_id
        text = str(chosen or "")
        key = int(text) if text.isdecimal() and len(text) < 19 else 0
        return Address.objects.filter(customer__in=customers.filter(pk=key)).select_related("division")

    def clean_serial(self) -> str:
        return normal_serial(str(self.cleaned_data["serial"]))

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for name, problem in date_problems(data).items():
            if name not in self.errors:
                self.add_error(name, problem)
        return data

    def _get_validation_exclusions(self) -> set[str]:
        # The services say who has the serial number; the database's own words would not.
        return super()._get_validation_exclusions() | {"serial"}

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class ReadingForm(forms.Form):
    """A meter reading."""

    value = forms.DecimalField(label=gettext_lazy("reading"), min_value=0, max_digits=14, decimal_places=2)
    at = forms.DateTimeField(
        label=gettext_lazy("reading taken at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: now."),
    )
    meter_replaced = forms.BooleanField(label=gettext_lazy("the meter was replaced"), required=False)

    def __init__(self, *args: Any, unit: InstalledUnit, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if unit.model.meter_unit:
            self.fields["value"].label = f"{self.fields['value'].label} ({unit.model.meter_unit})"


class ComponentForm(forms.Form):
    """A component that was replaced."""

    component = forms.ModelChoiceField(Component.objects.none(), label=gettext_lazy("component"))
    old_serial = forms.CharField(label=gettext_lazy("old serial number"), max_length=60, required=False)
    new_serial = forms.CharField(label=gettext_lazy("new serial number"), max_length=60, required=False)
    changed_on = forms.DateField(label=gettext_lazy("changed on"), widget=DAY)

    def __init__(self, *args: Any, unit: InstalledUnit, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["component"].queryset = unit.model.components.order_by("path")  # type: ignore[attr-defined]
        self.fields["component"].label_from_instance = lambda c: "　" * (c.depth - 1) + c.name  # type: ignore[attr-defined]
        self.initial.setdefault("changed_on", timezone.localdate())


class OwnerForm(forms.Form):
    """The unit passes to another customer."""

    customer = customer_field(required=False, help_text=gettext_lazy("Empty: it belongs to nobody."))
    changed_on = forms.DateField(label=gettext_lazy("changed on"), widget=DAY)

    def __init__(self, *args: Any, unit: InstalledUnit, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["customer"].queryset = Customer.objects.visible_to(user).active()  # type: ignore[attr-defined]
        self.initial.setdefault("changed_on", timezone.localdate())


class StatusForm(forms.Form):
    """The status of a unit."""

    status = forms.ChoiceField(label=gettext_lazy("status"), choices=InstalledUnit.Status.choices)

    def __init__(self, *args: Any, unit: InstalledUnit, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("status", unit.status)

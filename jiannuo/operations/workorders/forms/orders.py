"""Making and changing an order by hand."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.regions.models import Division
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit


class OrderForm(forms.Form):
    """An order without a request: an inspection, a maintenance."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    job = forms.ChoiceField(label=_("kind of job"), choices=WorkOrder.Kind.choices)
    customer = forms.CharField(label=_("customer number"), max_length=32)
    unit = forms.CharField(label=_("serial number"), max_length=60, required=False)
    fault = forms.CharField(
        label=_("what is to be done"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    contact_name = forms.CharField(label=_("contact"), max_length=60, required=False)
    contact_phone = forms.RegexField(
        label=_("phone"),
        regex=r"^\+?[0-9 -]{5,19}$",
        required=False,
        error_messages={"invalid": _("Enter a phone number of digits only.")},
    )
    division = forms.CharField(label=_("division code"), max_length=12, required=False)
    address = forms.CharField(label=_("address"), max_length=220, required=False)

    def __init__(self, *args: Any, user: Any, order: WorkOrder | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.order = user, order
        if order is not None:
            for name in ("organization", "customer", "unit"):
                del self.fields[name]
            return
        rows = Organization.objects.visible_to(user).active()
        self.fields["organization"].queryset = rows  # type: ignore[attr-defined]
        self.fields["organization"].initial = user.organization_id

    def clean_customer(self) -> Customer:
        code = self.cleaned_data["customer"].strip()
        customer = Customer.objects.visible_to(self.user).active().filter(code=code).first()
        if customer is None:
            raise ValidationError(_("There is no customer %(code)s. Check the number.") % {"code": code})
        return customer

    def clean_unit(self) -> InstalledUnit | None:
        serial = self.cleaned_data["unit"].strip()
        if not serial:
            return None
        customer = self.cleaned_data.get("customer")
        units = InstalledUnit.objects.visible_to(self.user).filter(serial=serial, customer=customer)
        unit = units.select_related("model__category").first() if customer else None
        if unit is None:
            raise ValidationError(_("This customer has no unit %(serial)s.") % {"serial": serial})
        return unit

    def clean_division(self) -> Division | None:
        code = self.cleaned_data["division"].strip()
        if not code:
            return None
        division = Division.objects.filter(pk=code).first()
        if division is None:
            raise ValidationError(
                _("There is no division %(code)s. Choose it from the list.") % {"code": code}
            )
        return division

"""The form of the intake screen: a known or new customer, a known or new unit, what is wrong."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.regions.fields import DivisionField
from jiannuo.kernel.regions.services import parse_address
from jiannuo.operations.desk.models import Nature, ServiceRequest
from jiannuo.operations.desk.services import NewCustomer, NewUnit
from jiannuo.operations.knowledge.models import Article
from jiannuo.operations.knowledge.queries import readable_by
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField
from jiannuo.registry.products.models import FaultCode, ProductModel

NEW, NONE = "new", "none"
#: who takes requests of their own customers: what their people register came in at a dealer
DEALERS = ("dealer", "station")
UNIT_DATES = ("produced_on", "invoiced_on", "installed_on")

_date = {"type": "date"}
_moment = {"type": "datetime-local"}


class IntakeForm(forms.Form):
    """Everything an agent types; ``target`` gives what :func:`register_request` takes."""

    customer = forms.CharField(required=False)
    new_name = forms.CharField(label=gettext_lazy("name"), max_length=120, required=False)
    new_phone = forms.CharField(label=gettext_lazy("phone"), max_length=40, required=False)
    new_kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        choices=Customer.Kind.choices,
        required=False,
        initial=Customer.Kind.HOUSEHOLD,
    )
    new_address = forms.CharField(
        label=gettext_lazy("address"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("As the customer says it; province, city and district are read from it."),
    )
    new_division = DivisionField(label=gettext_lazy("division"), required=False)

    unit = forms.CharField(required=False)
    model = forms.ModelChoiceField(
        label=gettext_lazy("model"),
        queryset=ProductModel.objects.filter(active=True).select_related("category"),
        required=False,
    )
    serial = forms.CharField(label=gettext_lazy("serial number"), max_length=60, required=False)
    produced_on = forms.DateField(
        label=gettext_lazy("produced"), required=False, widget=forms.DateInput(attrs=_date, format="%Y-%m-%d")
    )
    invoiced_on = forms.DateField(
        label=gettext_lazy("invoiced"), required=False, widget=forms.DateInput(attrs=_date, format="%Y-%m-%d")
    )
    installed_on = forms.DateField(
        label=gettext_lazy("installed"),
        required=False,
        widget=forms.DateInput(attrs=_date, format="%Y-%m-%d"),
    )

    channel = forms.ChoiceField(
        label=gettext_lazy("channel"),
        choices=ServiceRequest.Channel.choices,
        initial=ServiceRequest.Channel.HOTLINE,
    )
    request_kind = forms.ChoiceField(
        label=gettext_lazy("kind of request"),
        choices=ServiceRequest.Kind.choices,
        initial=ServiceRequest.Kind.REPAIR,
    )
    severity = forms.ChoiceField(
        label=gettext_lazy("severity"),
        choices=ServiceRequest.Severity.choices,
        initial=ServiceRequest.Severity.NORMAL,
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("nature of the matter"), choices=[("", "—"), *Nature.choices], required=False
    )
    answer = forms.CharField(
        label=gettext_lazy("what the customer was told"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    article = RemoteChoiceField(
        Article.objects.none(),
        url=reverse_lazy("knowledge:choose"),
        label=gettext_lazy("article that answered it"),
        required=False,
    )
    symptom_text = forms.CharField(
        label=gettext_lazy("what is wrong"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Write what the customer says.")},
    )
    symptom = forms.ModelChoiceField(
        queryset=FaultCode.objects.filter(kind=FaultCode.Kind.SYMPTOM, active=True), required=False
    )
    reporter_name = forms.CharField(label=gettext_lazy("reported by"), max_length=60, required=False)
    reporter_phone = forms.CharField(label=gettext_lazy("call back at"), max_length=40, required=False)
    wished_from = forms.DateTimeField(
        label=gettext_lazy("wished from"),
        required=False,
        widget=forms.DateTimeInput(attrs=_moment, format="%Y-%m-%dT%H:%M"),
    )
    wished_to = forms.DateTimeField(
        label=gettext_lazy("wished to"),
        required=False,
        widget=forms.DateTimeInput(attrs=_moment, format="%Y-%m-%dT%H:%M"),
    )
    received_at = forms.DateTimeField(
        label=gettext_lazy("received"),
        required=False,
        widget=forms.DateTimeInput(attrs=_moment, format="%Y-%m-%dT%H:%M"),
        help_text=gettext_lazy("Empty: just now."),
    )
    allow_duplicate = forms.BooleanField(label=gettext_lazy("Register it all the same"), required=False)
    client_key = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)
    origin = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["client_key"].initial = uuid.uuid4().hex
        if getattr(user.organization, "kind", "") in DEALERS:
            self.fields["channel"].initial = ServiceRequest.Channel.DEALER
        self._offer_only_the_chosen_model()
        self.fields["article"].queryset = readable_by(user)  # type: ignore[attr-defined]

    def _offer_only_the_chosen_model(self) -> None:
        """The list of models is asked for while one types; here only the one that was chosen is written out."""
        key = str(self.data.get("model", "")) if self.is_bound else ""
        chosen = (
            ProductModel.objects.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 18 else None
        )
        widget = forms.Select(attrs={"data-remote": reverse_lazy("desk:models")})
        field = self.fields["model"]
        field.widget = widget
        widget.choices = [("", ""), *([(chosen.pk, str(chosen))] if chosen is not None else [])]

    @property
    def customer_is_new(self) -> bool:
        return self["customer"].value() == NEW

    def clean_customer(self) -> Any:
        """The customer in scope, or the word for a new one."""
        value = self.cleaned_data["customer"].strip()
        if value == NEW:
            return NEW
        rows = Customer.objects.visible_to(self.user).active().select_related("organization")
        found = rows.filter(pk=int(value)).first() if value.isdecimal() and len(value) < 18 else None
        if found is None:
            raise ValidationError(
                _("Type the caller's phone number or name and choose the customer, or a new one.")
            )
        return found

    def clean_unit(self) -> Any:
        """The unit in scope, the word for a new one, or None."""
        value = self.cleaned_data["unit"].strip()
        if value in ("", NONE):
            return None
        if value == NEW:
            return NEW
        rows = InstalledUnit.objects.visible_to(self.user).select_related(
            "organization", "model__category", "dealer", "address__division"
        )
        found = rows.filter(pk=int(value)).first() if value.isdecimal() and len(value) < 18 else None
        if found is None:
            raise ValidationError(_("This unit no longer exists. Choose again."))
        return found

    def clean_reporter_phone(self) -> str:
        text = self.cleaned_data["reporter_phone"]
        return normalise_phone(text) if text.strip() else ""

    def clean_received_at(self) -> Any:
        at = self.cleaned_data["received_at"]
        if at is not None and at > timezone.now():
            raise ValidationError(_("A request cannot have come in later than now."))
        return at

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("customer") == NEW:
            self._check_new_customer(data)
        if data.get("unit") == NEW:
            self._check_new_unit(data)
        begin, end = data.get("wished_from"), data.get("wished_to")
        if begin and end and end <= begin:
            self.add_error("wished_to", _("The wished time cannot end before it begins."))
        return data

    def _check_new_customer(self, data: dict[str, Any]) -> None:
        if not data.get("new_name", "").strip():
            self.add_error("new_name", _("Write the name of the new customer."))
        if not data.get("new_phone", "").strip():
            self.add_error("new_phone", _("Write the phone number of the new customer."))
        else:
            try:
                data["new_phone"] = normalise_phone(data["new_phone"])
            except ValidationError as error:
                self.add_error("new_phone", error)

    def _check_new_unit(self, data: dict[str, Any]) -> None:
        if not data.get("model") and "model" not in self.errors:
            self.add_error("model", _("Choose the model of the new unit."))
        if not data.get("serial", "").strip():
            self.add_error("serial", _("Write the serial number; it is on the name plate."))
        today = timezone.localdate()
        produced = data.get("produced_on")
        for name in UNIT_DATES:
            value = data.get(name)
            if value and value > today:
                self.add_error(name, _("This date has not come yet."))
            elif value and produced and value < produced:
                self.add_error(name, _("This cannot be before the unit was produced."))

    def target(self) -> dict[str, Any]:
        """What was typed, as :func:`register_request` takes it."""
        data = self.cleaned_data
        plain = (
            "channel request_kind severity nature symptom_text symptom reporter_name reporter_phone wished_from"
            " wished_to received_at allow_duplicate client_key origin"
        )
        values = {name: data[name] for name in plain.split()}
        values["customer"] = self._new_customer() if data["customer"] == NEW else data["customer"]
        values["unit"] = self._new_unit() if data["unit"] == NEW else data["unit"]
        return values

    def _new_customer(self) -> NewCustomer:
        data = self.cleaned_data
        division, detail = data.get("new_division"), data["new_address"].strip()
        if detail and division is None:
            parsed = parse_address(detail)
            division, detail = parsed.division, parsed.rest if parsed.division else detail
        return NewCustomer(
            name=data["new_name"],
            phone=data["new_phone"],
            kind=data["new_kind"] or Customer.Kind.HOUSEHOLD,
            division=division,
            detail=detail,
        )

    def _new_unit(self) -> NewUnit:
        data = self.cleaned_data
        return NewUnit(
            model=data["model"], serial=data["serial"], dates={name: data[name] for name in UNIT_DATES}
        )

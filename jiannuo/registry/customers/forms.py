"""Forms of customers. Page, intake and API use the same ones."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.regions.fields import DivisionField
from jiannuo.kernel.regions.models import Division
from jiannuo.kernel.regions.services import full_names, parse_address
from jiannuo.office.organizations.models import Organization
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.customers.phones import normalise_phone
from jiannuo.registry.customers.services import AddressEntry, ContactEntry, PhoneEntry


class PhoneField(forms.CharField):
    """A telephone number; cleans to E.164."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("phone"))
        kwargs.setdefault("max_length", 40)
        super().__init__(**kwargs)
        self.widget.input_type = "tel"
        self.widget.attrs.setdefault("inputmode", "tel")

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return normalise_phone(text) if text else ""


class EntryForm(forms.Form):
    """One row of a list of a customer."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    is_primary = forms.BooleanField(label=gettext_lazy("main"), required=False)

    def is_blank(self) -> bool:
        """Whether nothing was entered, so that the row does not count."""
        ignored = {"id", "is_primary", "DELETE"}
        return not any(value for name, value in self.cleaned_data.items() if name not in ignored)


class PhoneForm(EntryForm):
    number = PhoneField(required=False)
    label = forms.CharField(label=gettext_lazy("label"), max_length=20, required=False)

    def entry(self) -> PhoneEntry:
        data = self.cleaned_data
        return PhoneEntry(data["number"], data["label"], data["is_primary"], id=data.get("id"))


class AddressForm(EntryForm):
    division = DivisionField(label=gettext_lazy("division"), required=False)
    detail = forms.CharField(
        label=gettext_lazy("street and number"),
        max_length=160,
        required=False,
        help_text=gettext_lazy(
            "The whole address may be written here; the division is then found by itself."
        ),
    )
    label = forms.CharField(label=gettext_lazy("label"), max_length=30, required=False)
    latitude = forms.FloatField(required=False, min_value=-90, max_value=90, widget=forms.HiddenInput)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("detail") and "division" in data:
            self._find_division(data)
        return data

    def _find_division(self, data: dict[str, Any]) -> None:
        """Read the division from the text when it was not chosen, and drop it from the text when it stands in both."""
        parsed = parse_address(data["detail"])
        chosen = data.get("division")
        if chosen is not None:
            inside = parsed.division is not None and chosen.code.startswith(parsed.division.code)
            if inside and parsed.rest:
                data["detail"] = parsed.rest
            return
        if parsed.candidates:
            names = full_names(candidate.code for candidate in parsed.candidates).values()
            message = _("This address fits several places: %(places)s. Choose the division.")
            raise ValidationError({"detail": message % {"places": "、".join(names)}}, code="ambiguous")
        if parsed.division is not None and parsed.division.level >= Division.Level.DISTRICT:
            data["division"], data["detail"] = parsed.division, parsed.rest
        else:
            raise ValidationError({"division": _("Choose province, city and district.")}, code="required")

    def entry(self) -> AddressEntry:
        data = self.cleaned_data
        return AddressEntry(
            detail=data["detail"],
            division=data["division"],
            label=data["label"],
            latitude=data["latitude"],
            longitude=data["longitude"],
            is_primary=data["is_primary"],
            id=data.get("id"),
        )


class ContactForm(EntryForm):
    name = forms.CharField(label=gettext_lazy("name"), max_length=60, required=False)
    position = forms.CharField(label=gettext_lazy("position"), max_length=60, required=False)
    email = forms.EmailField(label=gettext_lazy("e-mail"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and (data.get("position") or data.get("email")):
            raise ValidationError({"name": _("Give the name of the contact.")}, code="required")
        return data

    def entry(self) -> ContactEntry:
        data = self.cleaned_data
        return ContactEntry(
            data["name"], data["position"], data["email"], data["is_primary"], id=data.get("id")
        )


class EntryFormSet(BaseFormSet):
    """Rows that may be left blank or marked for removal."""

    def entries(self) -> list[Any]:
        """The rows that stay, as the services take them."""
        return [
            form.entry()
            for form in self.forms
            if form.has_changed() or form.initial
            if not form.cleaned_data.get("DELETE") and not form.is_blank()
        ]

    def known_ids(self) -> set[int]:
        """Keys of the stored rows that the person had on the screen."""
        return {form.cleaned_data["id"] for form in self.forms if form.cleaned_data.get("id")}


def _formset(form: type[EntryForm]) -> type[EntryFormSet]:
    made: Any = formset_factory(
        form, formset=EntryFormSet, extra=1, can_delete=True, max_num=50, absolute_max=60
    )
    return made


ENTRY_FORMS: dict[str, type[EntryForm]] = {
    "phones": PhoneForm,
    "addresses": AddressForm,
    "contacts": ContactForm,
}
ENTRY_FORMSETS: dict[str, type[EntryFormSet]] = {name: _formset(form) for name, form in ENTRY_FORMS.items()}


class CustomerForm(forms.ModelForm):
    """The customer itself; phones, addresses and contacts have forms of their own."""

    tags = forms.CharField(
        label=gettext_lazy("tags"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Several separated by commas."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Customer
        fields = (
            "kind",
            "name",
            "credit_code",
            "grade",
            "organization",
            "email",
            "tags",
            "do_not_call_from",
            "do_not_call_to",
            "consent_messages",
            "consent_marketing",
            "remark",
        )
        widgets = {
            "kind": forms.RadioSelect,
            "do_not_call_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "do_not_call_to": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "remark": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(user).active()  # type: ignore[attr-defined]
        self.fields["kind"].choices = Customer.Kind.choices  # type: ignore[attr-defined]
        if self.instance.pk:
            self.initial["tags"] = ", ".join(self.instance.tags.values_list("name", flat=True))
            self.initial["version"] = self.instance.version
        else:
            self.initial.setdefault("organization", user.organization_id)

    def clean_name(self) -> str:
        return " ".join(str(self.cleaned_data["name"]).split())

    def clean_credit_code(self) -> str:
        return str(self.cleaned_data["credit_code"]).strip().upper()

    def clean_tags(self) -> list[str]:
        text = str(self.cleaned_data["tags"]).replace("，", ",").replace("、", ",")
        return [tag.strip() for tag in text.split(",") if tag.strip()]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("kind") == Customer.Kind.HOUSEHOLD and data.get("credit_code"):
            self.add_error(
                "credit_code", _("Only a company has a credit code. Choose “company”, or leave it empty.")
            )
        return data

    def _save_m2m(self) -> None:
        raise TypeError("customers are saved by their services")

    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class MergeForm(forms.Form):
    """Which of two customers stays."""

    winner = forms.IntegerField(widget=forms.HiddenInput)
    winner_version = forms.IntegerField(widget=forms.HiddenInput)
    loser_version = forms.IntegerField(widget=forms.HiddenInput)

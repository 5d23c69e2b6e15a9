"""The form that a customer fills in before a broken machine."""

from __future__ import annotations

from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from jiannuo.faces.portal import proof


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


def mainland_number(typed: str) -> str:
    """The number in E.164. Refuses letters and numbers that do not exist in China."""
    wrong = ValidationError(_("Enter a mobile or landline number with area code, digits only."), code="phone")
    if any(character.isalpha() for character in typed):
        raise wrong
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException as error:
        raise wrong from error
    if not phonenumbers.is_valid_number(number):
        raise wrong
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class ReportForm(forms.Form):
    """A fault reported through the code on the machine. Only what is needed; everything else is known."""

    symptom_text = forms.CharField(
        label=_("What is wrong?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Say what you see, hear or smell, and since when. A displayed fault code helps."),
    )
    reporter_name = forms.CharField(label=_("Your name"), max_length=60)
    reporter_phone = forms.CharField(
        label=_("Your phone"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        help_text=_("We call this number to agree when to come."),
    )
    address = forms.CharField(
        label=_("Where is the machine, if it was moved?"),
        max_length=200,
        required=False,
        help_text=_("Leave empty if it stands where it was installed."),
    )
    wished = forms.ChoiceField(
        label=_("When does it suit you?"),
        required=False,
        choices=[
            ("", _("any time")),
            ("morning", _("in the morning")),
            ("afternoon", _("in the afternoon")),
            ("evening", _("in the evening")),
        ],
    )
    client_key = forms.CharField(widget=forms.HiddenInput, max_length=64)
    token = forms.CharField(widget=forms.HiddenInput)

    def clean_reporter_phone(self) -> str:
        """The number in E.164."""
        return mainland_number(self.cleaned_data["reporter_phone"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            proof.check(self.data.get("altcha", ""))
        return cleaned

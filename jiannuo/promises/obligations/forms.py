"""Forms of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.queries import document_or_404
from jiannuo.promises.commitments.words import PAUSE_REASONS


class WaiveForm(forms.Form):
    """Why a promise is let go."""

    reason = forms.CharField(
        label=_("reason"),
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
        help_text=_("The reason stays in the customer's file, with your name."),
        error_messages={"required": _("Say why the promise is let go. The customer's file keeps it.")},
    )


class KeepForm(forms.Form):
    """When a promise was kept, and what proves it."""

    at = forms.DateTimeField(
        label=_("kept at"),
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    text = forms.CharField(
        label=_("what proves it"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The record of a call, the number of a letter: whatever can be looked up."),
    )
    file = forms.FileField(label=_("file"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text", "").strip() and not data.get("file"):
            self.add_error("text", gettext("Say what proves it, or attach a file."))
        if (at := data.get("at")) and at > timezone.now():
            self.add_error("at", gettext("This time is still to come."))
        return data


class EvidenceForm(forms.Form):
    """A document, a file or the record of a call."""

    number = forms.CharField(
        label=_("number of a document"), max_length=40, required=False, help_text=_("Such as WO-2026-00012.")
    )
    text = forms.CharField(
        label=_("record of a call"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    file = forms.FileField(label=_("file"), required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        try:
            if number:
                document_or_404(number, self.user)
        except Http404:
            raise forms.ValidationError(
                gettext("There is no document %(number)s."), params={"number": number}
            ) from None
        return number

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not (data.get("number") or data.get("text", "").strip() or data.get("file")) and not self.errors:
            raise forms.ValidationError(gettext("Name a document, attach a file, or write down a call."))
        return data


class PauseForm(forms.Form):
    """Why a clock stands still: one of the reasons that the clause allows."""

    reason = forms.ChoiceField(label=_("reason"))

    def __init__(self, *args: Any, reasons: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(reason, PAUSE_REASONS.get(reason, reason)) for reason in reasons]
        self.fields["reason"].choices = choices  # type: ignore[attr-defined]

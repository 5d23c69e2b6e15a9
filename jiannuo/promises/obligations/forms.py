"""Forms of the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import Http404
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.office.documents.queries import document_or_404
from jiannuo.office.organizations.models import Organization
from jiannuo.promises.commitments.models import Commitment, CommitmentVersion
from jiannuo.promises.commitments.words import EVENTS, PAUSE_REASONS
from jiannuo.promises.obligations.models import AnnouncedEvent
from jiannuo.promises.obligations.queries import matters
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField
from jiannuo.registry.products.models import Category

_DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
_CLOCK = forms.TimeInput(format="%H:%M", attrs={"type": "time"})


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


class AnnounceForm(forms.Form):
    """An event, its day, and whose it is."""

    event = forms.ChoiceField(label=_("event"))
    on = forms.DateField(label=_("day"), widget=_DAY)
    clock = forms.TimeField(
        label=_("time of day"),
        required=False,
        widget=_CLOCK,
        help_text=_("Where promises count hours before it or after it."),
    )
    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    customer = RemoteChoiceField(
        Customer.objects.none(),
        label=_("customer"),
        url=reverse_lazy("customers:picker"),
        required=False,
        help_text=_("Leave it empty where the event is one of the organisation itself."),
    )
    unit = RemoteChoiceField(
        InstalledUnit.objects.none(),
        label=_("unit"),
        url=reverse_lazy("installedbase:picker"),
        required=False,
        help_text=_("For a delivery, or for what concerns this unit alone."),
    )
    commitment = forms.ModelChoiceField(
        label=_("commitment"),
        queryset=Commitment.objects.none(),
        required=False,
        to_field_name="code",
        help_text=_("Only what it promises follows then; empty: every commitment is asked."),
    )
    category = forms.ModelChoiceField(label=_("product"), queryset=Category.objects.none(), required=False)
    matter = forms.ChoiceField(
        label=_("what it is about"),
        required=False,
        help_text=_("Where a commitment tells several matters apart."),
    )
    occasion = forms.CharField(
        label=_("which time"),
        max_length=60,
        required=False,
        help_text=_(
            "The number of the contract, say. The same event on the same occasion is one; empty: the year."
        ),
    )
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["event"].choices = [("", "—"), *((name, EVENTS[name]) for name in AnnouncedEvent.EVENTS)]
        fields["organization"].queryset = Organization.objects.visible_to(user).active()
        fields["customer"].queryset = Customer.objects.visible_to(user).filter(merged_into__isnull=True)
        fields["unit"].queryset = InstalledUnit.objects.visible_to(user).select_related(
            "organization", "customer", "model__category", "address", "dealer"
        )
        fields["commitment"].queryset = (
            Commitment.objects.visible_to(user)
            .filter(versions__state=CommitmentVersion.State.PUBLISHED)
            .distinct()
        )
        fields["category"].queryset = Category.objects.all()
        fields["matter"].choices = [("", "—"), *matters(AnnouncedEvent.EVENTS, user)]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        unit = data.get("unit")
        if unit is not None and data.get("customer") not in (None, unit.customer):
            self.add_error("unit", gettext("This unit belongs to another customer."))
        return data


class DayForm(forms.Form):
    """Another day for an event."""

    on = forms.DateField(label=_("day"), widget=_DAY)
    clock = forms.TimeField(label=_("time of day"), required=False, widget=_CLOCK)


class CallOffForm(forms.Form):
    """Why an event is called off."""

    reason = forms.CharField(label=_("reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))

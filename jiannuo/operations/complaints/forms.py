"""Forms of the complaint desk: actions, registering, and the tables that managers edit."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jiannuo.office.accounts.models import User
from jiannuo.office.documents.forms import ActionForm, ReasonForm
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.complaints.models import (
    CallBack,
    Circumstance,
    Complaint,
    Grade,
    Matter,
    Payout,
    Suggestion,
    Weight,
)
from jiannuo.operations.complaints.queries import people_with
from jiannuo.registry.customers.models import Customer
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.pickers import RemoteChoiceField

__all__ = ["ReasonForm"]

FEW_LINES = {"rows": 3}
LONGEST_TEXT = 4000


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


def _text(label: Any, *, required: bool = True, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=required,
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs=FEW_LINES),
        **more,
    )


def _circumstances() -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=_("circumstances"),
        choices=Circumstance.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AssignForm(ActionForm):
    """Who handles it, what it is about, how much it weighs."""

    officer = forms.ModelChoiceField(label=_("handled by"), queryset=User.objects.none())
    matter = forms.ModelChoiceField(
        label=_("matter"), queryset=Matter.objects.filter(is_active=True), required=False
    )
    weight = forms.ChoiceField(label=pgettext_lazy("complaint", "weight"), choices=Weight.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is None:
            return
        people = people_with("complaints.handle", self.document.organization)
        people = people.exclude(pk=self.document.accused_person_id)
        self.fields["officer"].queryset = people  # type: ignore[attr-defined]
        self.fields["officer"].initial = self.document.officer_id or getattr(self.user, "pk", None)
        self.fields["matter"].initial = self.document.matter_id
        self.fields["weight"].initial = self.document.weight


class InvestigateForm(ActionForm):
    """What was found, and whose responsibility it is."""

    findings = _text(_("findings"))
    cause = forms.CharField(label=_("cause"), max_length=200, required=False)
    founded = forms.ChoiceField(label=_("founded"), choices=[("yes", _("founded")), ("no", _("unfounded"))])
    at_fault = forms.BooleanField(label=_("we are at fault"), required=False)
    responsibility = forms.ChoiceField(label=_("responsibility"), choices=Complaint.Responsibility.choices)
    responsible_organization = forms.ModelChoiceField(
        label=_("department or station responsible"), queryset=Organization.objects.none(), required=False
    )
    responsible_person = forms.ModelChoiceField(
        label=_("person responsible"), queryset=User.objects.none(), required=False
    )
    responsible_name = forms.CharField(label=_("supplier"), max_length=80, required=False)
    circumstances = _circumstances()
    loss = forms.DecimalField(
        label=_("loss of the customer (yuan)"), min_value=0, max_digits=14, decimal_places=2, required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is None or self.user is None:
            return
        organizations = Organization.objects.visible_to(self.user).active()
        self.fields["responsible_organization"].queryset = organizations  # type: ignore[attr-defined]
        people = User.objects.visible_to(self.user).filter(is_active=True).order_by("name")
        self.fields["responsible_person"].queryset = people  # type: ignore[attr-defined]
        for name in ("findings", "cause", "at_fault", "responsibility", "responsible_name", "loss"):
            self.fields[name].initial = getattr(self.document, name)
        self.fields["circumstances"].initial = self.document.circumstances
        self.fields["responsible_organization"].initial = (
            self.document.responsible_organization_id or self.document.organization_id
        )
        self.fields["responsible_person"].initial = (
            self.document.responsible_person_id or self.document.accused_person_id
        )
        if self.document.is_valid is not None:
            self.fields["founded"].initial = "yes" if self.document.is_valid else "no"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        needed = {
            "department": ("responsible_organization", _("Choose the department or station.")),
            "person": ("responsible_person", _("Choose the person.")),
            "supplier": ("responsible_name", _("Name the supplier.")),
        }
        field, message = needed.get(cleaned.get("responsibility", ""), ("", ""))
        if field and not cleaned.get(field):
            self.add_error(field, message)
        kept = {
            "department": ("responsible_organization",),
            "person": ("responsible_person", "responsible_organization"),
            "supplier": ("responsible_name",),
        }.get(cleaned.get("responsibility", ""), ())
        for name in ("responsible_organization", "responsible_person", "responsible_name"):
            if name not in kept:
                cleaned[name] = "" if name == "responsible_name" else None
        cleaned["is_valid"] = cleaned.pop("founded", "") == "yes"
        return cleaned


class DecideForm(ActionForm):
    """What is done about it."""

    ruling = _text(_("decision"))
    measures = _text(_("measures so that it does not happen again"), required=False)
    compensation = forms.DecimalField(
        label=_("compensation (yuan)"),
        min_value=0,
        max_digits=14,
        decimal_places=2,
        required=False,
        help_text=_("Where a clause wants consent, it is asked for first."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            for name in ("ruling", "measures", "compensation"):
                self.fields[name].initial = getattr(self.document, name, None)


class AnswerForm(ActionForm):
    """What the customer is told, and how."""

    answer = _text(_("answer"))
    remark = forms.CharField(
        label=_("how the customer was told, and by whom"), max_length=200, required=False
    )


class VerifyForm(ActionForm):
    """What the unit says."""

    result = forms.ChoiceField(label=_("is it solved"), choices=CallBack.Result.choices)
    spoken_with = forms.CharField(label=_("spoken with"), max_length=60)
    remark = forms.CharField(
        label=_("remark"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


class CallBackForm(VerifyForm):
    """What the customer says, on the telephone or at home."""

    whom = forms.ChoiceField(
        label=_("who was asked"),
        choices=[one for one in CallBack.Whom.choices if one[0] != CallBack.Whom.UNIT],
    )
    field_order = ("whom", "result", "spoken_with", "remark")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            self.fields["spoken_with"].initial = self.document.who


class RaiseForm(ActionForm):
    """To which level, and whether the directors decide."""

    level = forms.ChoiceField(label=pgettext_lazy("complaint", "level"), choices=Complaint.Level.choices)
    special = forms.BooleanField(label=_("special case"), required=False)
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            least = Complaint.LEVELS.index(self.document.level)
            choices = [one for one in Complaint.Level.choices if Complaint.LEVELS.index(one[0]) >= least]
            self.fields["level"].choices = choices  # type: ignore[attr-defined]
            following = Complaint.LEVELS[min(least + 1, len(Complaint.LEVELS) - 1)]
            self.fields["level"].initial = following


class GradeForm(ActionForm):
    """Class and weight as a person sees them."""

    grade = forms.ChoiceField(label=pgettext_lazy("complaint", "class"), choices=Grade.choices)
    weight = forms.ChoiceField(label=pgettext_lazy("complaint", "weight"), choices=Weight.choices)
    circumstances = _circumstances()
    reason = forms.CharField(label=_("reason"), max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.document is not None:
            for name in ("grade", "weight", "circumstances"):
                self.fields[name].initial = getattr(self.document, name)


class PayForm(ActionForm):
    """How and when it was paid."""

    way = forms.ChoiceField(label=_("way of payment"), choices=Payout.Way.choices)
    paid_on = forms.DateField(label=_("paid on"), widget=DayInput)
    reference = forms.CharField(label=_("receipt number"), max_length=60, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["paid_on"].initial = timezone.localdate


class AssessForm(ActionForm):
    """What we think of a suggestion, and to whom it goes."""

    opinion = _text(_("our opinion"))
    department = forms.ModelChoiceField(
        label=_("fed back to"), queryset=Organization.objects.none(), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.user is not None:
            organizations = Organization.objects.visible_to(self.user).active()
            self.fields["department"].queryset = organizations  # type: ignore[attr-defined]


# Pages of their own


class _Registering(forms.Form):
    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    customer = RemoteChoiceField(
        Customer.objects.none(),
        url=reverse_lazy("customers:picker"),
        label=_("customer"),
        required=False,
        placeholder=_("phone, name or number"),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = Organization.objects.visible_to(user).active()
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["organization"].initial = user.organization_id
        self.fields["customer"].queryset = Customer.objects.visible_to(user).active()  # type: ignore[attr-defined]
        self.fields["received_at"].initial = timezone.localtime().replace(second=0, microsecond=0)


class ComplaintForm(_Registering):
    """A complaint that the desk takes itself."""

    unit = RemoteChoiceField(
        InstalledUnit.objects.none(),
        url=reverse_lazy("installedbase:picker"),
        label=_("unit"),
        required=False,
        placeholder=_("serial number"),
    )
    complainant = forms.CharField(label=_("complainant"), max_length=60, required=False)
    phone = forms.CharField(label=_("phone"), max_length=20, required=False)
    channel = forms.ChoiceField(label=_("channel"), choices=Complaint.Channel.choices)
    received_at = forms.DateTimeField(label=_("received"), widget=MomentInput)
    matter = forms.ModelChoiceField(
        label=_("matter"), queryset=Matter.objects.filter(is_active=True), required=False
    )
    accused_person = forms.ModelChoiceField(
        label=_("person complained of"), queryset=User.objects.none(), required=False
    )
    text = _text(_("complaint"))
    circumstances = _circumstances()
    field_order = (
        "customer",
        "complainant",
        "phone",
        "channel",
        "received_at",
        "organization",
        "accused_person",
        "unit",
        "matter",
        "text",
        "circumstances",
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.fields["organization"].label = _("department or station complained of")
        self.fields["unit"].queryset = InstalledUnit.objects.visible_to(user)  # type: ignore[attr-defined]
        people = User.objects.visible_to(user).filter(is_active=True).order_by("name")
        self.fields["accused_person"].queryset = people  # type: ignore[attr-defined]


class SuggestionForm(_Registering):
    """A suggestion from a slip, a call or a letter."""

    name = forms.CharField(label=_("name"), max_length=60, required=False)
    phone = forms.CharField(label=_("phone"), max_length=20, required=False)
    channel = forms.ChoiceField(label=_("channel"), choices=Suggestion.Channel.choices)
    place = forms.CharField(label=_("place of the slip"), max_length=80, required=False)
    received_at = forms.DateTimeField(label=_("received"), widget=MomentInput)
    text = _text(_("suggestion"))
    field_order = (
        "customer",
        "name",
        "phone",
        "channel",
        "place",
        "received_at",
        "organization",
        "text",
    )


class SlipForm(forms.Form):
    """For whom blank slips are printed, and where they will lie."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    place = forms.CharField(
        label=_("place of the slip"),
        max_length=80,
        help_text=_(
            "Such as: hall of the service station, dealer's counter. Each suggestion says where it came from."
        ),
    )

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(user).active()  # type: ignore[attr-defined]
        self.fields["organization"].initial = user.organization_id


class SheetForm(forms.Form):
    """Which month, of which organisation and those below it."""

    month = forms.RegexField(
        label=_("month"),
        regex=r"^20\d\d-(0[1-9]|1[0-2])$",
        widget=forms.TextInput(attrs={"type": "month"}),
        error_messages={"invalid": _("Write the month as 2026-11.")},
    )
    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        organizations = Organization.objects.visible_to(user).active()
        self.fields["organization"].queryset = organizations  # type: ignore[attr-defined]
        self.fields["organization"].initial = user.organization_id


class LineForm(forms.Form):
    """One line of a penalty table."""

    person = forms.ModelChoiceField(label=_("person"), queryset=User.objects.none(), required=False)
    amount = forms.DecimalField(
        label=_("amount (yuan)"), min_value=0, max_digits=12, decimal_places=2, required=False
    )
    struck = forms.BooleanField(label=_("struck out"), required=False)
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, line: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {name: getattr(line, name) for name in ("person", "amount", "struck", "reason")}
        super().__init__(*args, **kwargs)
        people = User.objects.visible_to(user).filter(is_active=True).order_by("name")
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class CollectForm(forms.Form):
    """When finance collected it."""

    collected_on = forms.DateField(label=_("collected on"), widget=DayInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["collected_on"].initial = timezone.localdate


class VolumesForm(forms.Form):
    """The quantity of each station in a month; empty counts the work orders."""

    def __init__(self, *args: Any, stations: Any, entered: dict[int, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stations = list(stations)
        for station in self.stations:
            self.fields[f"q{station.pk}"] = forms.IntegerField(
                label=str(station),
                min_value=0,
                max_value=2_000_000_000,
                required=False,
                initial=entered.get(station.pk),
            )

    def quantities(self) -> dict[Any, int | None]:
        """What was entered for each station."""
        return {station: self.cleaned_data[f"q{station.pk}"] for station in self.stations}

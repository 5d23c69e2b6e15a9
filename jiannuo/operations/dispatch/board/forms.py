"""What the board asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.operations.dispatch.board.facts import technicians_of
from jiannuo.operations.dispatch.models import GroupTrip
from jiannuo.operations.workorders.forms.fields import InstantField
from jiannuo.operations.workorders.services import Portion
from jiannuo.operations.workorders.services.splitting import LONGEST, SHORTEST


def people_of(user: Any) -> Any:
    """The persons behind the technicians of the own organisations."""
    rows = technicians_of(user).order_by().values("user")
    return User.objects.filter(pk__in=rows).order_by("name")


class Person(forms.ModelChoiceField):
    """A technician of the own organisations."""

    default_error_messages = {"invalid_choice": _("This is none of your active technicians.")}


class PlaceForm(forms.Form):
    """Who does an order, when, with whom; and what the customer agreed to, if anything is agreed now."""

    technician = Person(label=_("technician"), queryset=User.objects.none())
    begins = InstantField(label=_("planned from"))
    ends = InstantField(label=_("planned to"), required=False, help_text=_("Empty: as long as expected."))
    crew = forms.ModelMultipleChoiceField(label=_("crew"), queryset=User.objects.none(), required=False)
    appointment_from = InstantField(label=_("appointment from"), required=False)
    appointment_to = InstantField(label=_("appointment to"), required=False)
    agreed_with = forms.CharField(label=_("agreed with"), max_length=60, required=False)
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_of(user)
        for name in ("technician", "crew"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]
        if not self.is_bound:  # both lists show the same people: asked once
            shown = [(person.pk, person.name) for person in people]
            self.fields["technician"].widget.choices = [("", "---------"), *shown]
            self.fields["crew"].widget.choices = shown
        self.fields["technician"].widget.attrs["data-search-select"] = ""
        self.fields["crew"].widget.attrs["data-search-select"] = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        begins, ends = cleaned.get("appointment_from"), cleaned.get("appointment_to")
        if (begins is None) != (ends is None):
            self.add_error("appointment_to", _("Give beginning and end of the appointment, or neither."))
        elif begins and ends and ends <= begins:
            self.add_error("appointment_to", _("The appointment must end after it begins."))
        elif begins and begins < timezone.now() - timedelta(hours=1):
            self.add_error("appointment_from", _("The appointment lies in the past."))
        return cleaned

    def appointment(self) -> dict[str, Any]:
        """What is agreed now; nothing when the fields were left empty."""
        if not self.cleaned_data.get("appointment_from"):
            return {}
        names = ("appointment_from", "appointment_to", "agreed_with")
        return {name: self.cleaned_data[name] for name in names}


class AbsentForm(forms.Form):
    """Who cannot work, from when to when."""

    technician = Person(label=_("technician who cannot work"), queryset=User.objects.none())
    begins = InstantField(label=_("absent from"))
    ends = InstantField(label=_("absent until"))

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technician"].queryset = people_of(user)  # type: ignore[attr-defined]


class TripForm(forms.Form):
    """A group trip: who drives when, how, with whom."""

    technician = Person(label=_("technician"), queryset=User.objects.none())
    sets_out = InstantField(label=_("sets out"))
    means = forms.ChoiceField(label=_("means of transport"), choices=GroupTrip.Means.choices)
    vehicle = forms.CharField(
        label=_("vehicle"), max_length=40, required=False, help_text=_("Number plate, or line and time.")
    )
    crew = forms.ModelMultipleChoiceField(label=_("crew"), queryset=User.objects.none(), required=False)
    remark = forms.CharField(label=_("remark"), max_length=200, required=False)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("technician", "crew"):
            self.fields[name].queryset = people_of(user)  # type: ignore[attr-defined]
        self.fields["crew"].widget.attrs["data-search-select"] = ""


class MoveTripForm(forms.Form):
    """Where a trip goes: its first stop begins then, with this technician."""

    technician = Person(label=_("technician"), queryset=User.objects.none())
    begins = InstantField(label=_("first stop begins"))
    reason = forms.CharField(label=_("reason"), max_length=200, required=False)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["technician"].queryset = people_of(user)  # type: ignore[attr-defined]


class PartForm(forms.Form):
    """A part of a divided job: what it is for, who does it, when, how long."""

    purpose = forms.CharField(label=_("what this part is for"), max_length=120)
    technician = Person(label=_("technician"), queryset=User.objects.none(), required=False)
    begins = InstantField(label=_("planned from"))
    minutes = forms.IntegerField(label=_("minutes of work"), min_value=SHORTEST, max_value=LONGEST)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["technician"]
        field.queryset = people
        if not self.is_bound:
            field.widget.choices = [("", _("nobody yet")), *((person.pk, person.name) for person in people)]
        else:
            field.empty_label = _("nobody yet")

    def portion(self) -> Portion:
        """The part that was entered."""
        return Portion(**self.cleaned_data)

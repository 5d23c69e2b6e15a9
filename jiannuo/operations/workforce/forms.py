"""What the pages about technicians ask for."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workforce.models import Absence, Technician
from jiannuo.operations.workforce.queries import people_without_file
from jiannuo.registry.products.models import Category

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class HourInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class MomentInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class CodesField(forms.CharField):
    """Codes with commas or spaces between them; cleans to a list without repetitions."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return list(dict.fromkeys(re.split(r"[\s,，、;；]+", str(value or "").strip()))) if value else []

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        for code in value:
            super().run_validators(code)


class TechnicianForm(forms.Form):
    """The file of a technician."""

    user = forms.ModelChoiceField(label=_("person"), queryset=User.objects.none())
    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    areas = CodesField(
        label=_("areas"),
        required=False,
        max_length=12,
        help_text=_(
            "Codes of administrative divisions with spaces between them, e.g. 330106 330108. Empty: everywhere."
        ),
    )
    daily_minutes = forms.IntegerField(
        label=_("working minutes a day"), min_value=30, max_value=960, initial=480
    )
    home_latitude = forms.FloatField(label=_("home: latitude"), min_value=-90, max_value=90, required=False)
    home_longitude = forms.FloatField(
        label=_("home: longitude"), min_value=-180, max_value=180, required=False
    )
    active = forms.BooleanField(label=_("active"), required=False, initial=True)

    def __init__(self, *args: Any, by: Any, technician: Technician | None = None, **kwargs: Any) -> None:
        if technician is not None:
            kwargs["initial"] = {name: getattr(technician, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(by).active()  # type: ignore[attr-defined]
        if technician is not None:
            del self.fields["user"]
        else:
            self.fields["user"].queryset = people_without_file(by)  # type: ignore[attr-defined]


class SkillForm(forms.Form):
    """One skill."""

    category = forms.ModelChoiceField(label=_("category"), queryset=Category.objects.order_by("path"))
    level = forms.IntegerField(
        label=_("level"), min_value=1, max_value=5, initial=3, help_text=_("1 beginner to 5 expert")
    )
    certificate = forms.CharField(label=_("certificate"), max_length=60, required=False)
    expires_on = forms.DateField(label=_("certificate valid until"), required=False, widget=DayInput)


class ShiftForm(forms.Form):
    """The same shift on several days."""

    first = forms.DateField(label=_("first day"), widget=DayInput)
    last = forms.DateField(label=_("last day"), widget=DayInput)
    weekdays = forms.TypedMultipleChoiceField(
        label=_("days of the week"),
        choices=WEEKDAYS,
        coerce=int,
        initial=[0, 1, 2, 3, 4],
        widget=forms.CheckboxSelectMultiple,
    )
    begins = forms.TimeField(label=_("begins"), initial="08:30", widget=HourInput)
    ends = forms.TimeField(
        label=_("ends"),
        initial="17:30",
        widget=HourInput,
        help_text=_("Earlier than the beginning: the next day."),
    )
    standby = forms.BooleanField(label=_("standby"), required=False)


class AbsenceForm(forms.Form):
    """One absence."""

    starts_at = forms.DateTimeField(label=_("begins"), widget=MomentInput)
    ends_at = forms.DateTimeField(label=_("ends"), widget=MomentInput)
    reason = forms.ChoiceField(label=_("reason"), choices=Absence.Reason.choices)

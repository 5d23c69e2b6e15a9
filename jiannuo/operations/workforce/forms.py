"""What the pages about technicians ask for."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.office.accounts.models import User
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.workforce.certificates import promised_kinds
from jiannuo.operations.workforce.models import (
    Absence,
    Certificate,
    CertificateKind,
    ShiftPattern,
    Technician,
)
from jiannuo.operations.workforce.queries import people_without_file
from jiannuo.operations.workforce.services import PatternDayPlan
from jiannuo.promises.commitments.wordlist import CERTIFICATES
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


class PatternForm(forms.Form):
    """A pattern of a week: for each day of the week its times; a day without times is free."""

    organization = forms.ModelChoiceField(label=_("organisation"), queryset=Organization.objects.none())
    name = forms.CharField(label=_("name"), max_length=60)
    calendar = forms.ModelChoiceField(
        label=_("calendar of the holidays"),
        queryset=WorkCalendar.objects.order_by("name"),
        required=False,
        help_text=_("Empty: worked on holidays too."),
    )
    days_ahead = forms.IntegerField(
        label=_("shifts are made this many days ahead"), min_value=1, max_value=92, initial=28
    )
    active = forms.BooleanField(label=_("active"), required=False, initial=True)

    def __init__(self, *args: Any, by: Any, pattern: ShiftPattern, **kwargs: Any) -> None:
        plan = {day.weekday: day for day in pattern.days.all()} if pattern.pk else {}
        if pattern.pk:
            kwargs["initial"] = {name: getattr(pattern, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        self.fields["organization"].queryset = Organization.objects.visible_to(by).active()  # type: ignore[attr-defined]
        for weekday, label in WEEKDAYS:
            day = plan.get(weekday)
            for name in ("begins", "ends", "break_begins", "break_ends"):
                self.fields[f"{name}_{weekday}"] = forms.TimeField(
                    required=False,
                    widget=HourInput(attrs={"aria-label": f"{label} {PARTS[name]}", "class": "form-control"}),
                    initial=getattr(day, name, None),
                )

    def rows(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The days with their fields, for the table of the page."""
        return [(label, [self[f"{name}_{weekday}"] for name in PARTS]) for weekday, label in WEEKDAYS]

    def days(self) -> list[PatternDayPlan]:
        """What was entered, as the service wants it."""
        data, found = self.cleaned_data, []
        for weekday, _label in WEEKDAYS:
            begins, ends = data.get(f"begins_{weekday}"), data.get(f"ends_{weekday}")
            if begins is None or ends is None:
                continue
            rest = data.get(f"break_begins_{weekday}"), data.get(f"break_ends_{weekday}")
            whole = rest[0] is not None and rest[1] is not None
            found.append(PatternDayPlan(weekday, begins, ends, rest if whole else None))  # type: ignore[arg-type]
        return found

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for weekday, label in WEEKDAYS:
            for pair in (("begins", "ends"), ("break_begins", "break_ends")):
                given = [data.get(f"{name}_{weekday}") for name in pair]
                if (given[0] is None) != (given[1] is None):
                    self.add_error(
                        None, _("%(day)s: enter both beginning and end, or neither.") % {"day": label}
                    )
            if data.get(f"begins_{weekday}") is None and data.get(f"break_begins_{weekday}") is not None:
                self.add_error(None, _("%(day)s: lunch without a shift.") % {"day": label})
        return data


PARTS = {
    "begins": _("begins"),
    "ends": _("ends"),
    "break_begins": _("lunch begins"),
    "break_ends": _("lunch ends"),
}


class AssignPatternForm(forms.Form):
    """Which pattern a technician works from when."""

    pattern = forms.ModelChoiceField(label=_("shift pattern"), queryset=ShiftPattern.objects.none())
    first = forms.DateField(label=_("first day"), widget=DayInput)
    last = forms.DateField(
        label=_("last day"), widget=DayInput, required=False, help_text=_("Empty: until further notice.")
    )

    def __init__(self, *args: Any, by: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        patterns = ShiftPattern.objects.visible_to(by).filter(active=True).order_by("name")
        self.fields["pattern"].queryset = patterns  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """When a pattern ends."""

    on = forms.DateField(label=_("last day"), widget=DayInput)


class ExceptionForm(forms.Form):
    """A day that differs from the pattern."""

    day = forms.DateField(label=_("day"), widget=DayInput)
    begins = forms.TimeField(
        label=_("begins"), widget=HourInput, required=False, help_text=_("Both times empty: a day off.")
    )
    ends = forms.TimeField(label=_("ends"), widget=HourInput, required=False)
    reason = forms.CharField(label=_("reason"), max_length=120)


class CertificateForm(forms.Form):
    """One certificate."""

    kind = forms.ModelChoiceField(label=_("kind"), queryset=CertificateKind.objects.order_by("name"))
    number = forms.CharField(label=_("number"), max_length=60)
    issued_on = forms.DateField(label=_("issued on"), required=False, widget=DayInput)
    expires_on = forms.DateField(label=_("valid until"), required=False, widget=DayInput)
    copy = forms.FileField(
        label=_("copy"), required=False, help_text=_("A photo or PDF. Empty: the present copy stays.")
    )

    def __init__(self, *args: Any, certificate: Certificate | None = None, **kwargs: Any) -> None:
        if certificate is not None:
            names = ("kind", "number", "issued_on", "expires_on")
            kwargs["initial"] = {name: getattr(certificate, name) for name in names}
        super().__init__(*args, **kwargs)


class CertificateKindForm(forms.Form):
    """A kind of certificate."""

    name = forms.CharField(label=_("name"), max_length=80)
    remind_days = forms.IntegerField(
        label=_("reminder this many days before the end"), min_value=1, max_value=365, initial=30
    )
    code = forms.ChoiceField(
        label=_("name in commitments"),
        required=False,
        help_text=_("Clauses that let only holders do the job ask for the kind by this name."),
    )
    categories = forms.ModelMultipleChoiceField(
        label=_("needed for"),
        queryset=Category.objects.order_by("path"),
        required=False,
        widget=forms.SelectMultiple(attrs={"data-search-select": ""}),
        help_text=_("Work on these products and everything below them is given only to holders."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = {code: str(name) for code, name in CERTIFICATES.items()} | promised_kinds()
        present = (self.initial or {}).get("code") or ""
        known.setdefault(present, present)
        choices = [("", _("no clause asks for it")), *((code, name) for code, name in known.items() if code)]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]

"""A working calendar as a plain form: hours as text, one line a date."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.rules.calendar import WEEKDAYS, CalendarError, Window

DAY_NAMES = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}
_BETWEEN = re.compile(r"[,，;；、\s]+")


def read_hours(text: str) -> list[str]:
    """Windows in a text such as ``08:30-12:00, 13:30-17:30``. Raises ValidationError that quotes what is wrong."""
    tidy = text.replace("：", ":")
    tidy = re.sub(r"\s*[-–—~～至到]\s*", "-", tidy).strip()
    found = []
    for part in filter(None, _BETWEEN.split(tidy)):
        try:
            found.append(str(Window.parse(part)))
        except CalendarError as error:
            raise ValidationError(
                _("Cannot read “%(part)s”. Write hours as 08:30-12:00, several separated by commas.")
                % {"part": part},
                code="hours",
            ) from error
    return found


def read_date(text: str) -> date:
    """A date written 2026-10-01. Raises ValidationError."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        raise ValidationError(
            _("“%(text)s” is not a date. Write it as 2026-10-01.") % {"text": text.strip()}, code="date"
        ) from error


class HoursField(forms.CharField):
    """Hours of a day; empty means closed."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 120)
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("placeholder", gettext_lazy("not open"))

    def clean(self, value: Any) -> list[str]:
        return read_hours(super().clean(value))


class CalendarForm(forms.Form):
    """Everything of a calendar. ``definition()`` gives the form in which it is stored."""

    code = forms.CharField(
        label=gettext_lazy("code"),
        max_length=40,
        validators=[validate_slug],
        help_text=gettext_lazy("Commitments name the calendar by this code; it cannot be changed later."),
    )
    name = forms.CharField(label=gettext_lazy("name"), max_length=80)
    observes_holidays = forms.BooleanField(
        label=gettext_lazy("closed on statutory holidays, open on make-up workdays"), required=False
    )
    make_up_hours = HoursField(
        label=gettext_lazy("hours of a make-up workday"), help_text=gettext_lazy("Empty: as on Monday.")
    )
    extra_closed = forms.CharField(
        label=gettext_lazy("closed dates"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026-12-31"}),
        help_text=gettext_lazy("One date a line."),
    )
    extra_open = forms.CharField(
        label=gettext_lazy("extra open dates"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4, "placeholder": "2026-10-02 09:00-12:00"}),
        help_text=gettext_lazy("One date a line with its hours; open even on a holiday."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, calendar: WorkCalendar | None = None, **kwargs: Any) -> None:
        self.calendar = calendar
        super().__init__(*args, **kwargs)
        for day in WEEKDAYS:
            self.fields[f"hours_{day}"] = HoursField(label=DAY_NAMES[day])
        week = [f"hours_{day}" for day in WEEKDAYS]
        self.order_fields(
            ["code", "name", *week, "observes_holidays", "make_up_hours", "extra_closed", "extra_open"]
        )
        if calendar is not None:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if self.calendar is None and WorkCalendar.objects.filter(code=code).exists():
            raise ValidationError(_("This code is in use. Choose another."), code="unique")
        return code

    def clean_extra_closed(self) -> list[str]:
        lines = self.cleaned_data["extra_closed"].splitlines()
        return [read_date(line).isoformat() for line in lines if line.strip()]

    def clean_extra_open(self) -> dict[str, list[str]]:
        found = {}
        for line in filter(None, map(str.strip, self.cleaned_data["extra_open"].splitlines())):
            day, _space, hours = line.partition(" ")
            windows = read_hours(hours)
            if not windows:
                raise ValidationError(
                    _("“%(line)s” has no hours. Write it as 2026-10-02 09:00-12:00.") % {"line": line},
                    code="hours",
                )
            found[read_date(day).isoformat()] = windows
        return found

    def definition(self) -> dict[str, Any]:
        """The definition to store, in the JSON form of the rules."""
        data = self.cleaned_data
        definition: dict[str, Any] = {
            "name": data["code"],
            "tz": "Asia/Shanghai"
            if self.calendar is None
            else self.calendar.definition.get("tz", "Asia/Shanghai"),
            "weekly": {day: data[f"hours_{day}"] for day in WEEKDAYS if data[f"hours_{day}"]},
            "observes_holidays": data["observes_holidays"],
            "extra_closed": data["extra_closed"],
            "extra_open": data["extra_open"],
        }
        if data["make_up_hours"]:
            definition["make_up_hours"] = data["make_up_hours"]
        return definition


def initial_of(calendar: WorkCalendar) -> dict[str, Any]:
    """What the form shows of a stored calendar."""
    definition: Mapping[str, Any] = calendar.definition
    weekly = definition.get("weekly", {})
    if weekly == "24x7":
        weekly = {day: ["00:00-24:00"] for day in WEEKDAYS}
    return {
        "code": calendar.code,
        "name": calendar.name,
        **{f"hours_{day}": ", ".join(weekly.get(day, ())) for day in WEEKDAYS},
        "observes_holidays": definition.get("observes_holidays", False),
        "make_up_hours": ", ".join(definition.get("make_up_hours") or ()),
        "extra_closed": "\n".join(definition.get("extra_closed", ())),
        "extra_open": "\n".join(
            f"{day} {', '.join(h)}" for day, h in definition.get("extra_open", {}).items()
        ),
        "version": calendar.version,
    }

"""Working calendars for the rules, and their change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.calendars.holidays import chinese_holidays
from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.rules.calendar import Calendar, CalendarError, Window
from jiannuo.rules.timeline import LONGEST_CLOSURE_DAYS

PREVIEW_DAYS = 60
DayKind = Literal["working", "rest", "holiday", "make_up", "closed", "open"]


class StaleCalendar(Exception):
    """Somebody else changed the calendar since the person opened it."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        super().__init__(
            _("“%(name)s” was changed meanwhile. Compare, then save again.") % {"name": calendar.name}
        )


_built: dict[str, tuple[int, Calendar]] = {}


def rules_calendar(code: str) -> Calendar:
    """The calendar as the rules read it, with the official holidays (one small query; built once a version).

    Raises WorkCalendar.DoesNotExist for an unknown code.
    """
    row = WorkCalendar.objects.get(code=code)
    known = _built.get(code)
    if known is None or known[0] != row.version or known[1].name != row.definition.get("name", code):
        known = (row.version, build(code, row.definition))
        _built[code] = known
    return known[1]


def rules_calendars() -> dict[str, Calendar]:
    """Every calendar by its code (one query)."""
    return {row.code: build(row.code, row.definition) for row in WorkCalendar.objects.all()}


def build(code: str, definition: Mapping[str, Any]) -> Calendar:
    """A calendar of the rules from its stored definition.

    Raises CalendarError when it cannot be used, which includes one that never opens in the next 400 days.
    """
    calendar = Calendar.from_json({"name": code, **definition}, chinese_holidays())
    today = timezone.localdate()
    if not any(calendar.hours_on(today + timedelta(days=n)) for n in range(LONGEST_CLOSURE_DAYS)):
        raise CalendarError(f"calendar {calendar.name!r} never opens in the next {LONGEST_CLOSURE_DAYS} days")
    return calendar


@transaction.atomic
def create_calendar(*, code: str, name: str, definition: Mapping[str, Any]) -> WorkCalendar:
    """Keep a new calendar. Raises ValidationError for a code in use or a definition that the rules refuse."""
    calendar = WorkCalendar(code=code, name=name, definition=_checked(code, definition))
    calendar.full_clean()
    calendar.save()
    return calendar


@transaction.atomic
def update_calendar(
    calendar: WorkCalendar, *, name: str, definition: Mapping[str, Any], version: int
) -> WorkCalendar:
    """Change a calendar; deadlines that were already computed stay.

    Raises StaleCalendar when ``version`` is not the present one, ValidationError as :func:`create_calendar`.
    """
    fresh = WorkCalendar.objects.select_for_update().get(pk=calendar.pk)
    if fresh.version != version:
        raise StaleCalendar(fresh)
    fresh.name = name
    fresh.definition = _checked(fresh.code, definition)
    fresh.version += 1
    fresh.full_clean()
    fresh.save()
    return fresh


def _checked(code: str, definition: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return build(code, definition).to_json()
    except CalendarError as error:
        if "never opens" in str(error):
            text = _(
                "The calendar “%(code)s” never opens in the next 400 days. Give it weekly hours or extra open dates."
            )
        else:
            text = _("The calendar “%(code)s” cannot be used: %(error)s")
        raise ValidationError(text % {"code": code, "error": error}, code="calendar") from error


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """One date of a preview: its hours as text, what sort of day it is, and whether holidays are known for its year."""

    day: date
    kind: DayKind
    hours: str
    known: bool


def preview(calendar: Calendar, *, start: date | None = None, days: int = PREVIEW_DAYS) -> list[PreviewDay]:
    """The next ``days`` dates from ``start`` (today) with their hours."""
    first = start or timezone.localdate()
    return [_preview_day(calendar, first + timedelta(days=n)) for n in range(days)]


def _preview_day(calendar: Calendar, day: date) -> PreviewDay:
    windows = calendar.hours_on(day)
    known = not calendar.observes_holidays or day.year in calendar.holidays.years
    return PreviewDay(day, _kind(calendar, day, windows), " ".join(map(str, windows)), known)


def _kind(calendar: Calendar, day: date, windows: tuple[Window, ...]) -> DayKind:
    if any(day == open_day for open_day, _hours in calendar.extra_open):
        return "open"
    if day in calendar.extra_closed:
        return "closed"
    if calendar.observes_holidays and day in calendar.holidays.holidays:
        return "holiday"
    if calendar.observes_holidays and day in calendar.holidays.make_up_days and windows:
        return "make_up"
    return "working" if windows else "rest"

"""The reasons of suitability in words."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from jiannuo.operations.dispatch.board.rules import Concern
from jiannuo.operations.dispatch.suitability import Note

#: only the one that is shown is translated: a board has hundreds
REASONS = {
    "skill": _("skill level %(level)s"),
    "skill_missing": _("no skill for this product"),
    "certificate_expired": _("certificate %(certificate)s expired on %(expired)s"),
    "certificate_missing": _("no valid certificate: %(kinds)s"),
    "area": _("serves this area"),
    "area_everywhere": _("serves every area"),
    "area_outside": _("outside the own areas"),
    "absent": _("absent then"),
    "overlap": _("another appointment at %(at)s"),
    "no_shift": _("no shift then"),
    "standby": _("on standby then"),
    "shift": _("on shift then"),
    "load": _("%(visits)s visits that day, %(share)s%% taken"),
    "overloaded": _("day is full: %(visits)s visits, %(share)s%% taken"),
    "distance": _("%(kilometres)s km from home"),
}
WARNINGS = {
    "overlap_with": _("%(from)s–%(to)s is taken by %(number)s (%(customer)s)"),
    "journey": _("%(gap)s min to %(number)s, the way takes %(needed)s min"),
    "arrival_missed": _("arrival promised by %(due)s would be missed"),
    "finish_missed": _("repair promised by %(due)s would be missed"),
    "appointment": _("outside the appointment %(from)s–%(to)s that was told to the customer"),
    "lunch": _("%(person)s: over lunch, %(from)s–%(to)s"),
    "pushed": _("%(number)s moves to %(from)s–%(to)s"),
    "other_organization": _("the order moves to the organisation of %(person)s"),
}


def text_of(note: Note) -> str:
    """A reason as the dispatcher reads it."""
    values = {
        name: timezone.localtime(value).strftime("%H:%M") if isinstance(value, datetime) else value
        for name, value in note.params.items()
    }
    return gettext(REASONS[note.code]) % values


def warning_text(warning: Concern) -> str:
    """A warning of the board as the dispatcher reads it."""
    values = {name: _shown(value) for name, value in warning.params.items()}
    begins, ends = warning.params.get("from"), warning.params.get("to")
    if isinstance(begins, datetime) and isinstance(ends, datetime) and _is_one_day(begins, ends):
        values["to"] = timezone.localtime(ends).strftime("%H:%M")
    person = values.get("person", "")
    if warning.code in WARNINGS:
        return gettext(WARNINGS[warning.code]) % values
    about = text_of(Note(warning.code, False, dict(warning.params)))
    return f"{person}: {about}" if person else about


def _is_one_day(one: datetime, other: datetime) -> bool:
    return timezone.localtime(one).date() == timezone.localtime(other).date()


def _shown(value: object) -> object:
    """An instant as its clock time, with the date unless it is today."""
    if value is None:
        return "…"
    if not isinstance(value, datetime):
        return value
    local = timezone.localtime(value)
    return local.strftime("%H:%M" if local.date() == timezone.localdate() else "%m-%d %H:%M")

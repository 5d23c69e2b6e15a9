"""The reasons of suitability in words."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.dispatch.suitability import Note


def text_of(note: Note) -> str:
    """A reason as the dispatcher reads it."""
    values = {
        name: timezone.localtime(value).strftime("%H:%M") if isinstance(value, datetime) else value
        for name, value in note.params.items()
    }
    texts = {
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
    return texts[note.code] % values

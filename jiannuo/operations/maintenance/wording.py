"""A plan in words."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from jiannuo.operations.maintenance.models import WEEKDAYS, MaintenancePlan

R = MaintenancePlan.Rhythm


def rhythm_words(plan: Any) -> str:
    """How often, such as “every 3 months”, “20 days before the season: typhoon season”, “every 500 h”."""
    if plan.rhythm == R.CALENDAR:
        words = {"amount": plan.every_amount, "unit": plan.get_every_unit_display()}
        return _("every %(amount)s %(unit)s") % words
    if plan.rhythm == R.SEASON:
        season = plan.season.name if plan.season is not None else ""
        if plan.season_when == "during":
            return _("in the %(season)s") % {"season": season}
        text = (
            _("%(days)s days before the %(season)s")
            if plan.season_when == "before"
            else _("%(days)s days after the %(season)s")
        )
        return text % {"days": plan.season_days, "season": season}
    if plan.rhythm == R.WEEKDAYS:
        if len(plan.weekdays) == len(WEEKDAYS):
            return _("every day")
        return "、".join(str(name) for key, name in WEEKDAYS if key in plan.weekdays)
    if plan.rhythm == R.METER:
        text = _("every %(amount)s on the meter") % {"amount": f"{plan.meter_every.normalize():f}"}
        if plan.meter_months:
            text += _(", at the latest after %(months)s months") % {"months": plan.meter_months}
        return text
    return str(plan.get_rhythm_display())

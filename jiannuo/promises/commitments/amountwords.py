"""How much, as people read it: units, limits and periods of time, comparisons, and on what basis money is paid."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

UNITS = {
    "order": pgettext_lazy("unit", "order"),
    "visit": pgettext_lazy("unit", "visit"),
    "hour": pgettext_lazy("unit", "hour"),
    "day": pgettext_lazy("unit", "day"),
    "person_day": pgettext_lazy("unit", "person-day"),
    "night": pgettext_lazy("unit", "night"),
    "km": pgettext_lazy("unit", "kilometre"),
    "piece": pgettext_lazy("unit", "piece"),
    "set": pgettext_lazy("unit", "set"),
    "square_metre": pgettext_lazy("unit", "square metre"),
    "month": pgettext_lazy("unit", "month"),
    "quarter": pgettext_lazy("unit", "quarter"),
    "year": pgettext_lazy("unit", "year"),
    "unit_sold": pgettext_lazy("unit", "unit sold"),
    "card": pgettext_lazy("unit", "card"),
}

TARGET_UNITS = {
    "percent": "%",
    "permille": "‰",
    "count": pgettext_lazy("unit of a figure", "times"),
    "yuan": pgettext_lazy("unit of a figure", "yuan"),
    "days": pgettext_lazy("unit of a figure", "days"),
    "hours": pgettext_lazy("unit of a figure", "hours"),
    "minutes": pgettext_lazy("unit of a figure", "minutes"),
    "points": pgettext_lazy("unit of a figure", "points"),
    "ohm": pgettext_lazy("unit of a figure", "ohm"),
    "megohm": pgettext_lazy("unit of a figure", "megohm"),
    "years": pgettext_lazy("unit of a figure", "years"),
}

OVER = {
    "day": pgettext_lazy("period of a figure", "a day"),
    "week": pgettext_lazy("period of a figure", "a week"),
    "month": pgettext_lazy("period of a figure", "a month"),
    "quarter": pgettext_lazy("period of a figure", "a quarter"),
    "half_year": pgettext_lazy("period of a figure", "half a year"),
    "year": pgettext_lazy("period of a figure", "a year"),
    "contract": pgettext_lazy("period of a figure", "the contract"),
    "project": pgettext_lazy("period of a figure", "the project"),
    "batch": pgettext_lazy("period of a figure", "a batch"),
}

#: unit of a limit → singular and plural message ids are the same in Chinese; ``{n}`` is the amount.
LIMITS = {
    "minutes": _("within {n} minutes"),
    "hours": _("within {n} hours"),
    "working_minutes": _("within {n} working minutes"),
    "working_hours": _("within {n} working hours"),
    "working_days": _("within {n} working days"),
    "days": _("within {n} days"),
    "months": _("within {n} months"),
    "years": _("within {n} years"),
    "same_day": _("on the same day"),
    "forever": pgettext_lazy("limit", "forever"),
}

#: what is counted back from an event
LIMITS_BEFORE = {
    "minutes": _("at least {n} minutes before"),
    "hours": _("at least {n} hours before"),
    "working_minutes": _("at least {n} working minutes before"),
    "working_hours": _("at least {n} working hours before"),
    "working_days": _("at least {n} working days before"),
    "days": _("at least {n} days before"),
    "months": _("at least {n} months before"),
    "years": _("at least {n} years before"),
}

PERIODS = {
    "days": _("{n} days"),
    "weeks": _("{n} weeks"),
    "months": _("{n} months"),
    "quarters": _("{n} quarters"),
    "years": _("{n} years"),
}

#: a period of one
ONE_PERIOD = {
    "days": pgettext_lazy("unit", "day"),
    "weeks": pgettext_lazy("unit", "week"),
    "months": pgettext_lazy("unit", "month"),
    "quarters": pgettext_lazy("unit", "quarter"),
    "years": pgettext_lazy("unit", "year"),
}

COMPARISONS = {
    "at_least": pgettext_lazy("comparison", "at least"),
    "at_most": pgettext_lazy("comparison", "at most"),
    "equals": pgettext_lazy("comparison", "exactly"),
    "between": pgettext_lazy("comparison", "between"),
}

#: the known amounts of an item
AMOUNTS = {
    "list": _("by the price list"),
    "cost": _("at cost"),
    "actual": _("spent"),
    "standard": _("by the standard"),
}

CHARGE_BASES = {
    "free": pgettext_lazy("charge basis", "free of charge"),
    "cost": pgettext_lazy("charge basis", "at cost"),
    "actual": pgettext_lazy("charge basis", "at actual expense"),
    "discount": pgettext_lazy("charge basis", "at a discount"),
    "fixed": pgettext_lazy("charge basis", "at a fixed price"),
    "list": pgettext_lazy("charge basis", "at the list price"),
}

SETTLEMENT_BASES = {
    "fixed": pgettext_lazy("settlement basis", "fixed amount"),
    "standard": pgettext_lazy("settlement basis", "by the standard list"),
    "actual": pgettext_lazy("settlement basis", "at actual expense"),
    "share": pgettext_lazy("settlement basis", "by share"),
    "none": pgettext_lazy("settlement basis", "nothing"),
}

PRICE_RULES = {
    "none": pgettext_lazy("price rule", "nothing is paid"),
    "invoice": pgettext_lazy("price rule", "the invoice price"),
    "depreciated": pgettext_lazy("price rule", "the invoice price less depreciation"),
    "metered": pgettext_lazy("price rule", "the invoice price less what the meter has run"),
    "current": pgettext_lazy("price rule", "the present price"),
    "share": pgettext_lazy("price rule", "a share of the invoice price"),
    "fixed": pgettext_lazy("price rule", "a fixed amount"),
}

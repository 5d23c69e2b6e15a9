"""The rules: pure functions from promises and facts to decisions. No Django, no input or output, no clock."""

from __future__ import annotations

from jiannuo.rules.calendar import (
    NO_HOLIDAYS,
    WEEKDAYS,
    Calendar,
    CalendarError,
    HolidayTable,
    Window,
)
from jiannuo.rules.civil import end_of_day, last_day, local_date, period_end, same_day_end, start_of_day
from jiannuo.rules.clauses import (
    COMMITMENT_KINDS,
    ITEMS,
    LIMIT_UNITS,
    METRICS,
    PAUSE_REASONS,
    PAYERS,
    AnyClause,
    Beginning,
    Clause,
    CommitmentInForce,
    Condition,
    Consequence,
    CoverageClause,
    Escalation,
    Limit,
    Period,
    Point,
    Source,
    Term,
    TimeClause,
    clause_from_json,
    clause_to_json,
)
from jiannuo.rules.coverage import CoverageOutcome
from jiannuo.rules.deadlines import ObligationPlan, PlannedStep, due_with_pauses, limit_due, plan, replanned
from jiannuo.rules.decision import Decision, decide
from jiannuo.rules.facts import EVENTS, Facts, path
from jiannuo.rules.instants import NaiveInstantError
from jiannuo.rules.jsonform import JsonFormError
from jiannuo.rules.matching import MATCHABLE_FACTS
from jiannuo.rules.reasons import REASON_TEMPLATES, Reason, in_english
from jiannuo.rules.timeline import BeyondTimeError, NeverOpensError
from jiannuo.rules.worktime import (
    Pause,
    calendar_years_without_holidays,
    due,
    due_days,
    elapsed,
    is_open,
    next_opening,
)

__all__ = [
    "COMMITMENT_KINDS",
    "EVENTS",
    "ITEMS",
    "LIMIT_UNITS",
    "MATCHABLE_FACTS",
    "METRICS",
    "NO_HOLIDAYS",
    "PAUSE_REASONS",
    "PAYERS",
    "REASON_TEMPLATES",
    "WEEKDAYS",
    "AnyClause",
    "Beginning",
    "BeyondTimeError",
    "Calendar",
    "CalendarError",
    "Clause",
    "CommitmentInForce",
    "Condition",
    "Consequence",
    "CoverageClause",
    "CoverageOutcome",
    "Decision",
    "Escalation",
    "Facts",
    "HolidayTable",
    "JsonFormError",
    "Limit",
    "NaiveInstantError",
    "NeverOpensError",
    "ObligationPlan",
    "Pause",
    "Period",
    "PlannedStep",
    "Point",
    "Reason",
    "Source",
    "Term",
    "TimeClause",
    "Window",
    "calendar_years_without_holidays",
    "clause_from_json",
    "clause_to_json",
    "decide",
    "due",
    "due_days",
    "due_with_pauses",
    "elapsed",
    "end_of_day",
    "in_english",
    "is_open",
    "last_day",
    "limit_due",
    "local_date",
    "next_opening",
    "path",
    "period_end",
    "plan",
    "replanned",
    "same_day_end",
    "start_of_day",
]

"""Plans and their jobs, patrol routes and rounds, findings and reports, duty logs, and the tables behind them."""

from __future__ import annotations

from jiannuo.operations.maintenance.models.findings import Finding, InspectionReport
from jiannuo.operations.maintenance.models.logs import (
    DutyBook,
    DutyShift,
    HandedItem,
    LogEntry,
    LogReading,
    LogStep,
    OpenItem,
)
from jiannuo.operations.maintenance.models.plans import WEEKDAYS, MaintenancePlan, PlannedJob, PlanUnit
from jiannuo.operations.maintenance.models.quotations import Quotation, QuotationLine, QuotedFinding
from jiannuo.operations.maintenance.models.rounds import (
    PatrolRound,
    PatrolRoute,
    RoundCheck,
    RoundPoint,
    RoutePoint,
    WalkStep,
)
from jiannuo.operations.maintenance.models.tables import (
    Checklist,
    ChecklistLine,
    MaintenanceSettings,
    Season,
)

__all__ = [
    "WEEKDAYS",
    "Checklist",
    "ChecklistLine",
    "DutyBook",
    "DutyShift",
    "Finding",
    "HandedItem",
    "InspectionReport",
    "LogEntry",
    "LogReading",
    "LogStep",
    "MaintenancePlan",
    "MaintenanceSettings",
    "OpenItem",
    "PatrolRound",
    "PatrolRoute",
    "PlanUnit",
    "PlannedJob",
    "Quotation",
    "QuotationLine",
    "QuotedFinding",
    "RoundCheck",
    "RoundPoint",
    "RoutePoint",
    "Season",
    "WalkStep",
]

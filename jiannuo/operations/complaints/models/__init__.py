"""Complaints, the tables that managers edit, penalties, suggestions and what is paid to customers."""

from __future__ import annotations

from jiannuo.operations.complaints.models.complaint import Circumstance, Complaint
from jiannuo.operations.complaints.models.history import CallBack, GradeChange
from jiannuo.operations.complaints.models.inspections import (
    Inspection,
    InspectionScore,
    ScoreForm,
    ScoreItem,
    total_of,
)
from jiannuo.operations.complaints.models.payouts import Payout
from jiannuo.operations.complaints.models.penalties import PenaltyLine, PenaltySheet
from jiannuo.operations.complaints.models.settings import (
    Grade,
    HoldPeriod,
    Matter,
    PenaltyRule,
    StationVolume,
    UpgradeRule,
    Weight,
)
from jiannuo.operations.complaints.models.suggestions import Suggestion

__all__ = [
    "CallBack",
    "Circumstance",
    "Complaint",
    "Grade",
    "GradeChange",
    "HoldPeriod",
    "Inspection",
    "InspectionScore",
    "Matter",
    "Payout",
    "PenaltyLine",
    "PenaltyRule",
    "PenaltySheet",
    "ScoreForm",
    "ScoreItem",
    "StationVolume",
    "Suggestion",
    "UpgradeRule",
    "Weight",
    "total_of",
]

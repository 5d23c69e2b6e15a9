"""Installation projects, what is recorded in their stages, and the procedures that managers edit."""

from __future__ import annotations

from jiannuo.operations.installations.models.acceptance import Acceptance, InstallationUnit
from jiannuo.operations.installations.models.installation import (
    OPEN,
    STAGE_NAMES,
    STAGES,
    WORKING,
    Installation,
    next_stage,
)
from jiannuo.operations.installations.models.lines import (
    Measure,
    PackingLine,
    Paper,
    Reading,
    Remaining,
    Skill,
    Topic,
    Trainee,
    TrialEntry,
)
from jiannuo.operations.installations.models.notice import GoodsNotice
from jiannuo.operations.installations.models.procedure import Procedure, ProcedureItem, TrialRule
from jiannuo.operations.installations.models.replay import SiteStep

__all__ = [
    "OPEN",
    "STAGES",
    "STAGE_NAMES",
    "WORKING",
    "Acceptance",
    "GoodsNotice",
    "Installation",
    "InstallationUnit",
    "Measure",
    "PackingLine",
    "Paper",
    "Procedure",
    "ProcedureItem",
    "Reading",
    "Remaining",
    "SiteStep",
    "Skill",
    "Topic",
    "Trainee",
    "TrialEntry",
    "TrialRule",
    "next_stage",
]

"""What planning keeps: its settings, usual times, zones of speed, known roads, and proposals."""

from __future__ import annotations

from jiannuo.operations.dispatch.planning.models.proposal import Proposal, ProposalItem
from jiannuo.operations.dispatch.planning.models.roads import RoadLeg
from jiannuo.operations.dispatch.planning.models.settings import (
    AreaRule,
    PlanningSettings,
    SpeedZone,
    UsualTime,
    nearest,
)

__all__ = [
    "AreaRule",
    "PlanningSettings",
    "Proposal",
    "ProposalItem",
    "RoadLeg",
    "SpeedZone",
    "UsualTime",
    "nearest",
]

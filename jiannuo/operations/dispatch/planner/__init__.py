"""Planning of days: who does which job when. Python, OR-Tools and PyVRP; no database.

``first_plan`` answers within about a second, ``improve`` goes on from there; every plan they give has passed the
independent checker of ``scoring``.
"""

from __future__ import annotations

from jiannuo.operations.dispatch.planner.model import (
    Break,
    Costs,
    Grant,
    Job,
    Licence,
    Locked,
    Place,
    Plan,
    Problem,
    Shift,
    Stop,
    Technician,
    Travel,
    Unassigned,
)
from jiannuo.operations.dispatch.planner.scoring import BrokenPlan, Score, check, score, verified
from jiannuo.operations.dispatch.planner.solving import Answer, as_kept, baseline, first_plan, improve
from jiannuo.operations.dispatch.planner.travel import (
    Road,
    RoadMatrix,
    RoadsUnknown,
    RoadTable,
    SpeedTable,
    Zone,
)

__all__ = [
    "Answer",
    "Break",
    "BrokenPlan",
    "Costs",
    "Grant",
    "Job",
    "Licence",
    "Locked",
    "Place",
    "Plan",
    "Problem",
    "Road",
    "RoadMatrix",
    "RoadTable",
    "RoadsUnknown",
    "Score",
    "Shift",
    "SpeedTable",
    "Stop",
    "Technician",
    "Travel",
    "Unassigned",
    "Zone",
    "as_kept",
    "baseline",
    "check",
    "first_plan",
    "improve",
    "score",
    "verified",
]

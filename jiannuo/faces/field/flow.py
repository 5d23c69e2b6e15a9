"""What a technician can do in each state of a job: one table for the pages and for the app without network."""

from __future__ import annotations

from typing import Any

from jiannuo.office.documents.flow import all_actions
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services.guard import AT_WORK

AT_WORK_SECTIONS = ("checks", "photos", "finding", "part", "labour", "added", "charges", "test", "finish")
AFTER_WORK_SECTIONS = ("charges", "photos")

#: state → sections of the page, in order
SECTIONS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(AT_WORK, AT_WORK_SECTIONS),
    "completed": ("charges", "sign", "photos"),
    **dict.fromkeys(("signed", "reviewed", "closed"), AFTER_WORK_SECTIONS),
}

#: state → the step of the big button
NEXT_STEP: dict[str, str] = {
    "dispatched": "accept",
    "accepted": "set_out",
    "travelling": "arrive",
    "waiting": "resume",
}

#: state → the steps beside the next one
OTHER_STEPS: dict[str, tuple[str, ...]] = {
    "dispatched": ("decline",),
    "accepted": ("decline", "pause"),
    "travelling": ("pause", "customer_absent"),
    "on_site": ("pause", "need_second_visit", "bring_in", "customer_absent"),
    "bench": ("pause",),
    "waiting": ("need_second_visit",),
}


def targets() -> dict[str, dict[str, Any]]:
    """Each step that moves the job: from which states, to which, and its label, as the work order declares them."""
    declared = all_actions(WorkOrder)
    field = WorkOrder._meta.get_field("state")
    found: dict[str, dict[str, Any]] = {}
    for item in field.get_all_transitions(WorkOrder):
        entry = found.setdefault(
            item.name, {"sources": [], "target": item.target, "label": str(declared[item.name].label)}
        )
        entry["sources"].append(item.source)
    return found


def keeps_job(target: str) -> bool:
    """Whether the job stays with its technician in that state."""
    return target in {*NEXT_STEP, *SECTIONS}

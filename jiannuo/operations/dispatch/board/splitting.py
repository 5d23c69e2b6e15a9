"""Dividing an order on the board: its parts are made and placed at once, checked as any placement is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from jiannuo.office.documents.services import act
from jiannuo.operations.dispatch.board.rules import Concern
from jiannuo.operations.dispatch.board.services import Assessment, Placement, assess, carry_out, hold, said
from jiannuo.operations.dispatch.wording import warning_text
from jiannuo.operations.workorders.models import Visit, WorkOrder
from jiannuo.operations.workorders.services import CannotSplit, Portion, split_order, tell_of_times
from jiannuo.operations.workorders.services.visits import open_visit

#: what a divided job may not do, whatever a person confirms
OVERLAP = "overlap_with"


@dataclass(slots=True)
class Findings:
    """What speaks against the portions, by their place: what makes it impossible, and what must be confirmed."""

    refusals: dict[int, list[str]] = field(default_factory=dict)
    warnings: dict[int, list[Concern]] = field(default_factory=dict)

    @property
    def keys(self) -> list[str]:
        """A key for each warning of each portion."""
        return sorted(key_of(place, one) for place, several in self.warnings.items() for one in several)

    def add(self, place: int, assessment: Assessment) -> None:
        """Take over what was found about a portion."""
        overlaps = [warning_text(one) for one in assessment.warnings if one.code == OVERLAP]
        if refused := [*assessment.refusals, *overlaps]:
            self.refusals[place] = refused
        if others := [one for one in assessment.warnings if one.code != OVERLAP]:
            self.warnings[place] = others


def key_of(place: int, warning: Concern) -> str:
    """What tells the warning from those about other portions; the number of an order that is made may be another."""
    return f"{place}:{warning.code}:{warning.params.get('number', '')}"


class SplitRefused(Exception):
    """A portion cannot be placed so; ``findings.refusals`` say why, by its place."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings
        super().__init__("；".join(text for texts in findings.refusals.values() for text in texts))


class SplitToConfirm(Exception):
    """There are warnings that the person has not seen yet, or no reason is given for going on in spite of them."""

    def __init__(self, findings: Findings, *, reason_missing: bool = False) -> None:
        self.findings = findings
        self.reason_missing = reason_missing
        texts = [warning_text(one) for several in findings.warnings.values() for one in several]
        super().__init__("；".join(texts))


@transaction.atomic
def split(
    order: WorkOrder,
    portions: Sequence[Portion],
    *,
    by: Any,
    version: int | None = None,
    confirmed: Collection[str] | None = (),
    reason: str = "",
    tell: bool = False,
) -> list[WorkOrder]:
    """Divide the order and send those who are named; with ``tell`` the customer is told once of all times.

    ``confirmed`` are the keys of the warnings that the person has seen, ``None`` all. Raises PermissionDenied,
    StaleDocument, CannotSplit, ValidationError, SplitRefused, or SplitToConfirm; nothing is changed then.
    """
    hold(list({one.technician for one in portions if one.technician is not None}))
    orders = split_order(order, portions, by=by, version=version)
    _refuse_bound(orders[0])
    findings = Findings()
    placed = []
    for place, (one, portion) in enumerate(zip(orders, portions, strict=True)):
        placed.append(_place(one, portion, place, findings, by=by, reason=reason, tell=tell))
    if findings.refusals:
        raise SplitRefused(findings)
    if confirmed is not None and any(key not in confirmed for key in findings.keys):
        raise SplitToConfirm(findings)
    if findings.keys and not reason.strip():
        raise SplitToConfirm(findings, reason_missing=True)
    if tell:
        tell_of_times(placed, by=by)
    return placed


def _refuse_bound(order: WorkOrder) -> None:
    """Raise CannotSplit for a visit that is locked or belongs to a group trip."""
    visit = open_visit(order)
    if visit is None:
        return
    if visit.locked:
        raise CannotSplit(order, _("%(number)s is locked. Unlock it first."))
    if hasattr(visit, "trip_stop"):
        text = _("%(number)s belongs to a group trip. Move the trip, or take the order out of it first.")
        raise CannotSplit(order, text)


def _place(
    order: WorkOrder, portion: Portion, place: int, findings: Findings, *, by: Any, reason: str, tell: bool
) -> WorkOrder:
    """Send whom a portion names, unless something makes it impossible; take back what nobody is to do yet."""
    if portion.technician is None:
        if order.state == WorkOrder.State.READY:
            return order
        text = _("The job was divided.")
        taken: WorkOrder = act(order, "take_back", by=by, data={"reason": text})
        return taken
    appointment = _appointment(portion, open_visit(order)) if tell else {}
    placement = Placement(portion.technician, portion.begins, portion.ends, appointment=appointment)
    try:
        assessment = assess(order, placement, by=by)
        findings.add(place, assessment)
        if place in findings.refusals:
            return order
        return carry_out(order, placement, by=by, reason=said(findings.warnings.get(place, ()), reason))
    except ValidationError as error:
        findings.refusals.setdefault(place, []).extend(error.messages)
        return order


def _appointment(portion: Portion, visit: Visit | None) -> dict[str, Any]:
    """The time of which the customer is told; nothing when they know a window in which it lies."""
    known = visit.appointment_from if visit is not None else None
    if visit is not None and known is not None and known <= portion.begins <= (visit.appointment_to or known):
        return {}
    return {"appointment_from": portion.begins, "appointment_to": portion.ends, "agreed_with": ""}

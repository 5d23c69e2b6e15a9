"""Who pays for a line: read off the decision that was frozen at intake."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from jiannuo.operations.workorders.case import Case
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.promises.commitments.engine import loaded
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.rules import CoverageClause, CoverageOutcome, Decision, Reason, jsonform, path

REST = ("rest",)
NO_PROMISE = "order.no_promise"
BEYOND_COVER = "order.beyond_cover"
FREE_SERVICE = "order.free_service"
ASKED_ONCE = "order.asked_once"
#: kind of line → item of the decision; other lines follow the parts
ITEM_OF = {"labour": "labour", "parts": "parts", "travel": "travel", "other": "parts"}


Excluded = Callable[["ChargeBasis"], frozenset[str]]


@dataclass(frozen=True, slots=True)
class ChargeBasis:
    """Whether a line is covered, who pays and why."""

    covered: bool = False
    payer: str = "customer"
    clause: str = ""
    commitment: str = ""
    version: int = 0
    reasons: list[dict[str, Any]] = field(default_factory=list)


def decision_of(order: WorkOrder) -> Decision | None:
    """The frozen decision, or ``None`` when none was taken; read from its JSON once for each order in memory."""
    if not order.decision:
        return None
    kept = order.__dict__.get("_decision_read")
    if kept is None or kept[0] is not order.decision:
        kept = order.__dict__["_decision_read"] = (order.decision, Decision.from_json(order.decision))
    return kept[1]


def basis(
    decision: Decision | None,
    kind: str,
    component_path: str = "",
    *,
    cause: str = "",
    excluded: Iterable[str] = (),
) -> ChargeBasis:
    """The basis of charge for a line of ``kind`` about the component at ``component_path`` (empty: not named).

    A ``cause`` among the ``excluded`` ones of the clause takes the cover away. Where the line names no component
    and the components differ, the outcome most favourable to the customer counts.
    """
    outcome = _outcome(decision, ITEM_OF[kind], path(component_path))
    if outcome is None:
        return ChargeBasis(reasons=[_as_json(Reason(code=NO_PROMISE))])
    reasons = [_as_json(reason) for reason in outcome.reasons]
    if outcome.in_warranty and cause and cause in set(excluded):
        name = "/".join(outcome.component) or "whole product"
        because = Reason(
            code="coverage.cause_excluded",
            params={"component": name, "cause": cause},
            clause=outcome.clause,
            commitment=outcome.commitment,
        )
        return ChargeBasis(
            False, "customer", outcome.clause, outcome.commitment, outcome.version, [_as_json(because)]
        )
    return ChargeBasis(
        outcome.in_warranty, outcome.payer, outcome.clause, outcome.commitment, outcome.version, reasons
    )


def _outcome(decision: Decision | None, item: str, component: tuple[str, ...]) -> CoverageOutcome | None:
    if decision is None:
        return None
    candidates = [one for one in decision.coverage if one.item == item]
    if component:
        named = [
            one for one in candidates if one.component and component[: len(one.component)] == one.component
        ]
        if named:
            return max(named, key=lambda one: len(one.component))
        return next((one for one in candidates if one.component in (REST, ())), None)
    whole = next((one for one in candidates if one.component == ()), None)
    return whole or max(candidates, key=lambda one: (one.in_warranty, one.component == REST), default=None)


def _as_json(reason: Reason) -> dict[str, Any]:
    data: dict[str, Any] = jsonform.to_json(reason)
    return data


def excluded_causes(found: ChargeBasis) -> frozenset[str]:
    """The cause classes that the clause behind ``found`` does not answer for, from the version then in force."""
    if not found.clause:
        return frozenset()
    version = CommitmentVersion.objects.filter(
        commitment__code=found.commitment, number=found.version
    ).first()
    clause = loaded(version).clause(found.clause) if version is not None else None
    return frozenset(clause.excluded_causes) if isinstance(clause, CoverageClause) else frozenset()


def charge(
    line: OrderLine,
    order: WorkOrder,
    *,
    cause: str = "",
    usual: str | None = None,
    excluded: Excluded = excluded_causes,
) -> OrderLine:
    """Put the basis of charge on an unsaved or saved line, unless a person has overridden it.

    ``usual`` is the component that a line follows which names none (else it is read), ``excluded`` how the causes are
    found that a clause does not answer for.
    """
    if line.overridden_by_id:
        return line
    if line.component is not None:
        component_path = line.component.code_path
    else:
        component_path = component_of_order(order) if usual is None else usual
    decision = decision_of(order)
    if order.free_because:
        free = Reason(code=FREE_SERVICE, params={"because": order.free_because})
        found = ChargeBasis(payer=OrderLine.Payer.MANUFACTURER, reasons=[_as_json(free)])
    elif line.component is None and (line.added or line.kind == OrderLine.Kind.OTHER):
        # What goes beyond the fault reported is nobody's promise, whatever the parts beside it are.
        found = ChargeBasis(reasons=[_as_json(Reason(code=BEYOND_COVER))])
    else:
        found = basis(decision, line.kind, component_path)
    if found.covered and cause:
        found = basis(decision, line.kind, component_path, cause=cause, excluded=excluded(found))
    line.covered, line.payer, line.clause = found.covered, found.payer, found.clause
    line.reasons = found.reasons
    return line


def cover_replaced(
    line: OrderLine,
    order: WorkOrder,
    case: Case,
    *,
    cause: str = "",
    excluded: Excluded = excluded_causes,
) -> None:
    """Let the cover of a component that was replaced before speak, where its term runs anew by itself."""
    if line.covered or line.component is None or line.overridden_by_id or order.free_because:
        return
    decision = case.about(line.component.code_path)
    if decision is None:
        return
    found = basis(decision, line.kind, line.component.code_path)
    if found.covered and not (cause and cause in excluded(found)):
        line.covered, line.payer, line.clause = True, found.payer, found.clause
        line.reasons = found.reasons


def component_of_order(order: WorkOrder) -> str:
    """The component that labour and travel follow: that of the first part replaced, if one is named."""
    if not order.pk:
        return ""
    line = (
        order.lines.filter(kind=OrderLine.Kind.PART, component__isnull=False)
        .select_related("component")
        .first()
    )
    return str(line.component.code_path) if line and line.component else ""

"""Putting an answer of the planner into a proposal, and reading a proposal back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from jiannuo.operations.dispatch.planner import Answer, Plan, Stop, Unassigned, as_kept, score
from jiannuo.operations.dispatch.planning.busy import people_of, span_of
from jiannuo.operations.dispatch.planning.choosing import Choice
from jiannuo.operations.dispatch.planning.facts import Facts, gather
from jiannuo.operations.dispatch.planning.models import Proposal, ProposalItem
from jiannuo.operations.dispatch.planning.models.proposal import as_json
from jiannuo.operations.workorders.models import Visit, WorkOrder

PERMISSION = "planning.propose"
#: reason of an order that the person left out
DROPPED = "dropped"
#: reason of an order that was left out and is to be planned again
RETURNED = "returned"
FIELDS = ["technician", "starts_at", "ends_at", "travel_minutes", "metres", "reason", "lacking"]


def refuse(by: Any, record: Any) -> None:
    """Raises PermissionDenied unless ``by`` may plan there."""
    if not by.has_perm(PERMISSION, record):
        raise PermissionDenied(PERMISSION)


def held(proposal: Proposal, *, by: Any) -> Proposal:
    """The proposal, locked, for a person who may change it. Raises PermissionDenied or ValidationError."""
    fresh = (
        Proposal.objects.select_for_update(of=("self",)).select_related("organization").get(pk=proposal.pk)
    )
    refuse(by, fresh)
    if fresh.is_busy:
        raise ValidationError(_("The proposal is being improved. Stop that first."))
    if not fresh.is_open:
        raise ValidationError(
            _("The proposal is “%(state)s” and cannot be changed any more.") % {"state": fresh.state_label}
        )
    return fresh


def mark_of(visit: Visit | None) -> str:
    """How the open visit stands, to find out later whether somebody changed it."""
    if visit is None:
        return ""
    times = (visit.appointment_from, visit.appointment_to, visit.planned_from, visit.planned_to)
    shown = [one.isoformat(timespec="seconds") if one is not None else "-" for one in map(_in_utc, times)]
    return "|".join([str(visit.pk), str(visit.technician_id), *shown, str(int(visit.locked))])


def _in_utc(at: datetime | None) -> datetime | None:
    return at.astimezone(UTC) if at is not None else None


def new_items(proposal: Proposal, facts: Facts) -> list[ProposalItem]:
    """An item for each order, as it stands now, with nobody proposed yet."""
    made = []
    for key, order in facts.orders.items():
        visit = facts.visits.get(key)
        has = visit is not None and order.state != WorkOrder.State.READY
        made.append(
            ProposalItem(
                proposal=proposal,
                order=order,
                order_version=order.version,
                visit_mark=mark_of(visit),
                minutes=facts.durations[key].minutes,
                minutes_source=facts.durations[key].source,
                approximate=key in facts.approximate,
                due_at=order.due_at,
                present_technician=visit.technician if visit is not None and has else None,
                present_from=(visit.planned_from or visit.appointment_from)
                if visit is not None and has
                else None,
                told_from=visit.appointment_from if visit is not None else None,
                told_to=visit.appointment_to if visit is not None else None,
            )
        )
    return made


def fill(items: Iterable[ProposalItem], plan: Plan, facts: Facts) -> list[ProposalItem]:
    """Write a plan into the items (not saved)."""
    stops = {stop.job: stop for stop in plan.stops}
    unassigned = {left.job: left for left in plan.unassigned}
    filled = list(items)
    for item in filled:
        stop = stops.get(item.order_id)
        left = facts.staying.get(item.order_id) or unassigned.get(item.order_id)
        item.lacking = list(left.lacking) if left is not None and not item.dropped else []
        if stop is None:
            item.technician_id, item.starts_at, item.ends_at = None, None, None
            item.travel_minutes = item.metres = 0
            item.reason = DROPPED if item.dropped else (left.reason if left is not None else "")
        else:
            item.technician_id, item.reason = stop.technician, ""
            item.starts_at, item.ends_at = facts.instant(stop.start), facts.instant(stop.end)
            item.travel_minutes, item.metres = stop.travel_minutes, stop.metres
    return filled


def save_answer(proposal: Proposal, answer: Answer, facts: Facts) -> None:
    """Keep an answer: items and figures."""
    items = fill(proposal.items.all(), answer.plan, facts)
    ProposalItem.objects.bulk_update(items, FIELDS, batch_size=200)
    proposal.score = as_json(answer.score)
    proposal.save(update_fields=["score"])


def staying_of(plan: Plan, facts: Facts) -> dict[int, Unassigned]:
    """Orders that nobody is proposed for while people of the plan have them in a shift: they keep order and time."""
    shifts = {technician.key: technician.shifts for technician in facts.problem.technicians}
    found = dict(facts.staying)
    for left in plan.unassigned:
        visit = facts.visits.get(left.job)
        span = span_of(visit) if visit is not None else None
        if visit is None or span is None or left.job in found:
            continue
        begins, ends = ((at - facts.origin).total_seconds() / 60 for at in span)
        held = (shift for person in people_of(visit) for shift in shifts.get(person.pk, ()))
        if any(shift.begins < ends and begins < shift.ends for shift in held):
            found[left.job] = left
    return found


def facts_of(proposal: Proposal, staying: Mapping[int, Unassigned] | None = None) -> Facts:
    """The problem of a proposal anew, with its locks, without what was left out; from the instant it was made.

    Without ``staying`` the orders stay that have a technician and were planned for nobody.
    """
    items = list(proposal.items.select_related("order"))
    locks = {
        item.order_id: (item.technician_id, item.starts_at)
        for item in items
        if item.locked and item.technician_id is not None and item.starts_at is not None
    }
    choice = Choice(
        organization=proposal.organization,
        first_day=proposal.first_day,
        days=proposal.days,
        technicians=list(proposal.technicians.select_related("user", "organization")),
        orders=[item.order for item in items if not item.dropped],
    )
    if staying is None:
        staying = {
            item.order_id: Unassigned(item.order_id, item.reason, lacking=tuple(item.lacking))
            for item in items
            if item.technician_id is None
            and item.present_technician_id is not None
            and item.reason not in ("", DROPPED, RETURNED)
        }
    return gather(choice, now=proposal.made_at, locks=locks, staying=staying)


def plan_of(proposal: Proposal, facts: Facts) -> Plan:
    """The proposal as the planner sees it."""
    stops, left = [], []
    for item in proposal.items.all():
        if item.order_id not in facts.orders:
            continue
        if item.technician_id is None or item.starts_at is None or item.ends_at is None:
            left.append(Unassigned(item.order_id, item.reason, lacking=tuple(item.lacking)))
            continue
        start, end = (
            round((at - facts.origin).total_seconds() / 60) for at in (item.starts_at, item.ends_at)
        )
        stops.append(Stop(item.order_id, item.technician_id, 0, start, end, item.travel_minutes, item.metres))
    return in_shifts(Plan(tuple(stops), tuple(left)), facts)


def in_shifts(plan: Plan, facts: Facts) -> Plan:
    """The plan with each stop in the shift in which it lies now; those in none are left."""
    shifts = {technician.key: list(enumerate(technician.shifts)) for technician in facts.problem.technicians}
    stops, left = [], list(plan.unassigned)
    for stop in plan.stops:
        own = shifts.get(stop.technician, [])
        index = next((n for n, one in own if one.begins <= stop.start < one.ends), None)
        if index is None:
            left.append(Unassigned(stop.job, ""))
        else:
            stops.append(replace(stop, shift=index))
    return Plan(tuple(stops), tuple(left))


def score_again(proposal: Proposal) -> None:
    """Work out what the proposal comes to after a person changed it."""
    facts = facts_of(proposal)
    proposal.score = as_json(score(facts.problem, plan_of(proposal, facts)))
    proposal.save(update_fields=["score"])


def present_answer(facts: Facts) -> Answer:
    """What the present plan comes to, each technician's day run as it stands."""
    return as_kept(facts.problem, facts.present)

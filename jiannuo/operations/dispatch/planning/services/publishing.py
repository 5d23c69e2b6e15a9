"""Publishing a proposal: technicians and planned times go into the orders, or nothing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument, act
from jiannuo.operations.dispatch.planning.facts import PLANNABLE, bounds
from jiannuo.operations.dispatch.planning.models import Proposal, ProposalItem
from jiannuo.operations.dispatch.planning.services.writing import held, mark_of
from jiannuo.operations.workorders.models import Visit
from jiannuo.operations.workorders.services import plan_times


@dataclass(frozen=True, slots=True)
class Conflict:
    """An order that cannot be published as proposed, and why."""

    number: str
    order_id: int
    text: str


class PlanChanged(Exception):
    """Orders or visits were changed since the proposal was made; nothing was published."""

    def __init__(self, conflicts: Sequence[Conflict]) -> None:
        super().__init__("; ".join(f"{one.number}: {one.text}" for one in conflicts))
        self.conflicts = tuple(conflicts)


def publish(proposal: Proposal, *, by: Any, without_changed: bool = False) -> Proposal:
    """Give each order to its technician and set aside its time; what was told to customers stays as told.

    Orders that nobody would do, or that were left out, stay as they are. Raises PermissionDenied, ValidationError, or
    PlanChanged with what was changed meanwhile (unless ``without_changed``, which publishes the others); nothing is
    written then, but the proposal is marked as overtaken.
    """
    try:
        return _publish(proposal, by, without_changed)
    except PlanChanged:
        mark_overtaken(proposal)
        raise


def mark_overtaken(proposal: Proposal) -> None:
    """Note that orders or visits were changed since the proposal was made."""
    Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.READY).update(state=Proposal.State.STALE)


@transaction.atomic
def _publish(proposal: Proposal, by: Any, without_changed: bool) -> Proposal:
    proposal = held(proposal, by=by)
    items = [
        item
        for item in proposal.items.select_related("order__organization", "technician")
        if item.technician is not None
    ]
    if not items:
        raise ValidationError(_("Nothing is proposed for anybody, so there is nothing to publish."))
    conflicts = conflicts_of(proposal, items)
    if conflicts and not without_changed:
        raise PlanChanged(conflicts)
    refused = {one.order_id for one in conflicts}
    found = []
    for item in items:
        if item.order_id not in refused:
            found += _write(item, by)
    if found:
        raise PlanChanged(found)
    proposal.state, proposal.published_by, proposal.published_at = (
        Proposal.State.PUBLISHED,
        by,
        timezone.now(),
    )
    proposal.message = ""
    if refused:
        left = _("Published without %(numbers)s, which were changed meanwhile.")
        proposal.message = (left % {"numbers": "、".join(one.number for one in conflicts)})[:400]
        proposal.items.filter(order__in=refused).update(
            technician=None, starts_at=None, ends_at=None, reason="changed", locked=False
        )
    proposal.save()
    return proposal


def _write(item: ProposalItem, by: Any) -> list[Conflict]:
    """Put one order into the day of its technician; a refusal of the order becomes a conflict."""
    order = item.order
    assert item.starts_at is not None  # noqa: S101 - narrows the type: items with a technician have times
    assert item.ends_at is not None  # noqa: S101
    try:
        if item.present_technician_id != item.technician_id:
            order = act(order, "assign", by=by, data={"technician": item.technician}, version=order.version)
        plan_times(order, starts_at=item.starts_at, ends_at=item.ends_at, by=by)
    except (ActionNotAllowed, StaleDocument) as error:
        return [Conflict(order.number, order.pk, str(error))]
    except ValidationError as error:
        return [Conflict(order.number, order.pk, " ".join(error.messages))]
    except PermissionDenied:
        return [Conflict(order.number, order.pk, _("You may not dispatch this order."))]
    return []


def conflicts_of(proposal: Proposal, items: Sequence[ProposalItem]) -> list[Conflict]:
    """What was changed since the proposal was made, for orders that somebody is proposed for; two queries."""
    keys = [item.order_id for item in items]
    rows = Visit.objects.filter(order__in=keys, ended_at__isnull=True).order_by("sequence")
    visits = {visit.order_id: visit for visit in rows}
    found = []
    for item in items:
        order = item.order
        if order.state not in PLANNABLE:
            text = _("It is “%(state)s” now.") % {"state": order.state_label}
        elif order.version != item.order_version or mark_of(visits.get(order.pk)) != item.visit_mark:
            text = _("It was changed since the proposal was made.")
        else:
            continue
        found.append(Conflict(order.number, order.pk, text))
    return found + _taken(proposal, items, {one.order_id for one in found})


def _taken(proposal: Proposal, items: Sequence[ProposalItem], known: set[int]) -> list[Conflict]:
    """Proposed times at which the technician has got something else meanwhile."""
    begins, ends = bounds(proposal.organization, proposal.first_day, proposal.days)
    rows = (
        Visit.objects.filter(
            Q(planned_from__lt=ends, planned_to__gt=begins),
            technician__in={item.technician_id for item in items},
            ended_at__isnull=True,
        )
        .exclude(pk__in=proposal.busy)
        .exclude(order__in=[item.order_id for item in proposal.items.all()])
        .select_related("order", "technician")
    )
    others = list(rows)
    found = []
    for item in items:
        if item.order_id in known or item.starts_at is None or item.ends_at is None:
            continue
        for visit in others:
            if (
                visit.technician_id == item.technician_id
                and visit.planned_from is not None
                and visit.planned_to is not None
                and visit.planned_from < item.ends_at
                and visit.planned_to > item.starts_at
            ):
                values = {"person": visit.technician, "number": visit.order.number}
                text = _("%(person)s was given %(number)s at that time meanwhile.") % values
                found.append(Conflict(item.order.number, item.order_id, text))
                break
    return found

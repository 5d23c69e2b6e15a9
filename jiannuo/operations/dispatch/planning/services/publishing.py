"""Publishing a proposal: technicians and planned times go into the orders, or nothing does."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents.services import ActionNotAllowed, StaleDocument, act
from jiannuo.operations.dispatch.planning.busy import Engagement, engagements
from jiannuo.operations.dispatch.planning.choosing import PLANNABLE, bounds
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
    """What was changed since the proposal was made, for orders that somebody is proposed for; five queries.

    An order that is not published stays where it is: whatever that stands in the way of is a conflict too.
    """
    keys = [item.order_id for item in items]
    rows = Visit.objects.filter(order__in=keys, ended_at__isnull=True).order_by("sequence")
    visits = {visit.order_id: visit for visit in rows.prefetch_related("crew")}
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
    teams = {item.order_id: _team(item, visits.get(item.order_id)) for item in items}
    begins, ends = bounds(proposal.organization, proposal.first_day, proposal.days)
    others = engagements({person.pk for team in teams.values() for person in team}, begins, ends)
    known = set(proposal.items.values_list("order", flat=True))
    while more := _taken(items, teams, others, known, {one.order_id for one in found}):
        found += more
    return found


def _team(item: ProposalItem, visit: Visit | None) -> list[Any]:
    """Who would be there: the one proposed, and the crew that the order has."""
    helpers = visit.crew.all() if visit is not None else ()
    return [item.technician, *(person for person in helpers if person.pk != item.technician_id)]


def _taken(
    items: Sequence[ProposalItem],
    teams: dict[int, list[Any]],
    others: Sequence[Engagement],
    known: set[int],
    refused: set[int],
) -> list[Conflict]:
    """Proposed times at which somebody of the team has got something else; ``known`` orders are of the proposal."""
    written = [item for item in items if item.order_id not in refused]
    keys = {item.order_id for item in written}
    busy: dict[int, list[Engagement]] = defaultdict(list)
    for one in others:
        if one.order not in keys:
            busy[one.person.pk].append(one)
    found = []
    for item in sorted(written, key=lambda one: len(teams[one.order_id])):
        if item.starts_at is None or item.ends_at is None:
            continue
        span, team = (item.starts_at, item.ends_at), teams[item.order_id]
        clash = next((one for who in team for one in busy[who.pk] if one.meets(*span)), None)
        if clash is not None:
            found.append(Conflict(item.order.number, item.order_id, _clash_text(clash, keys, known)))
            continue
        for who in team:
            own = Engagement(who, 0, item.order_id, item.order.number, *span)
            busy[who.pk].append(own)
    return found


def _clash_text(clash: Engagement, written: set[int], known: set[int]) -> str:
    values = {"person": clash.person, "number": clash.number}
    if clash.order in written:
        return _("%(person)s would be at %(number)s at that time too.") % values
    if clash.order in known:
        return _("%(person)s keeps %(number)s at that time.") % values
    return _("%(person)s was given %(number)s at that time meanwhile.") % values

"""Making a proposal and improving it in the background."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.organizations.models import Organization
from jiannuo.operations.dispatch.planner import Answer, Plan, Unassigned, first_plan, improve
from jiannuo.operations.dispatch.planner.model import CAPACITY
from jiannuo.operations.dispatch.planning.choosing import (
    Choice,
    orders_to_plan,
    settings_for,
    technicians_to_plan,
    zone_of,
)
from jiannuo.operations.dispatch.planning.facts import Facts, gather
from jiannuo.operations.dispatch.planning.models import Proposal, ProposalItem
from jiannuo.operations.dispatch.planning.models.proposal import as_json
from jiannuo.operations.dispatch.planning.services.travelling import by_roads, journeys_before
from jiannuo.operations.dispatch.planning.services.writing import (
    facts_of,
    held,
    in_shifts,
    new_items,
    plan_of,
    present_answer,
    refuse,
    save_answer,
    staying_of,
)
from jiannuo.operations.workforce.models import Technician
from jiannuo.operations.workorders.models import WorkOrder

LONGEST_DAYS = 7
FURTHEST = timedelta(days=60)
MOST_ORDERS = 600
#: how long the first answer may search (seconds), and how often the background shows a better one
FIRST_SECONDS = 0.85
SHOWN_EVERY = 2.0
#: how often it is planned anew around orders that turn out to stay, and how long at most in the background (seconds)
MOST_ROUNDS = 3
AROUND_SECONDS = 3.0

State = Proposal.State


@transaction.atomic
def propose(
    *,
    by: Any,
    organization: Organization,
    first_day: date,
    days: int = 1,
    technicians: Sequence[Technician] | None = None,
    orders: Sequence[WorkOrder] | None = None,
    improving: bool = True,
    seconds: float | None = None,
) -> Proposal:
    """Work out a proposal at once, begun from the present plan, and have it improved in the background.

    Without ``technicians`` all of the organisation are planned, without ``orders`` all that wait and those planned in
    the days; ``seconds`` is how long the first answer may search. Raises PermissionDenied, or ValidationError for days
    that are over, nobody or nothing to plan.
    """
    refuse(by, Proposal(organization=organization))
    _refuse_days(organization, first_day, days)
    people = list(technicians_to_plan(by, organization))
    if technicians is not None:
        chosen = {one.pk for one in technicians}
        people = [one for one in people if one.pk in chosen]
    rows = list(orders_to_plan(by, organization, first_day, days))
    if orders is not None:
        wanted = {one.pk for one in orders}
        rows = [one for one in rows if one.pk in wanted]
    _refuse_empty(people, rows)
    proposal = Proposal.objects.create(organization=organization, first_day=first_day, days=days, by=by)
    proposal.technicians.set(people)
    choice = Choice(organization, first_day, days, people, rows)
    facts = gather(choice, now=proposal.made_at)
    ProposalItem.objects.bulk_create(new_items(proposal, facts))
    span = FIRST_SECONDS if seconds is None else seconds
    facts, answer, present = _first(choice, facts, proposal.made_at, span)
    proposal.busy = sorted(set(facts.busy))
    proposal.journeys = journeys_before(facts, improving=improving)
    proposal.present_score = as_json(present.score)
    proposal.first_score = as_json(answer.score)
    save_answer(proposal, answer, facts)
    proposal.state = State.IMPROVING if improving else State.READY
    proposal.save()
    if improving:
        _enqueue(proposal)
    return proposal


def _first(choice: Choice, facts: Facts, now: datetime, seconds: float) -> tuple[Facts, Answer, Answer]:
    """Facts and first answer, and what the present plan comes to; orders that stay take their technicians' time."""
    present = present_answer(facts)
    hopeless = tuple(left for left in present.plan.unassigned if left.reason != CAPACITY)
    staying = staying_of(Plan((), hopeless), facts)
    if staying:
        facts = gather(choice, now=now, staying=staying)
    answer = first_plan(facts.problem, facts.present, seconds)
    facts, answer = _settled(
        *(facts, answer),
        lambda kept: gather(choice, now=now, staying=kept),
        lambda found, _plan: first_plan(found.problem, found.present, seconds / 2),
    )
    return facts, answer, present


def _settled(
    facts: Facts,
    answer: Answer,
    again: Callable[[Mapping[int, Unassigned]], Facts],
    search: Callable[[Facts, Plan], Answer],
) -> tuple[Facts, Answer]:
    """Plan anew around the orders that the answer leaves with their technicians; publishing refuses the rest."""
    for _number in range(MOST_ROUNDS):
        staying = staying_of(answer.plan, facts)
        if len(staying) == len(facts.staying):
            break
        facts = again(staying)
        answer = search(facts, in_shifts(answer.plan, facts))
    return facts, answer


def _refuse_days(organization: Organization, first_day: date, days: int) -> None:
    today = timezone.localdate(timezone=zone_of(organization))
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError({"days": _("Plan one to %(most)s days.") % {"most": LONGEST_DAYS}})
    if first_day < today:
        raise ValidationError({"first_day": _("This day is over.")})
    if first_day > today + FURTHEST:
        text = _("Days are planned up to %(days)s days ahead.") % {"days": FURTHEST.days}
        raise ValidationError({"first_day": text})


def _refuse_empty(people: list[Technician], rows: list[WorkOrder]) -> None:
    if not people:
        raise ValidationError({"technicians": _("Choose at least one technician.")})
    if not rows:
        raise ValidationError(
            {"orders": _("Choose at least one order that waits or is planned in these days.")}
        )
    if len(rows) > MOST_ORDERS:
        raise ValidationError({"orders": _("Plan at most %(most)s orders at once.") % {"most": MOST_ORDERS}})


@transaction.atomic
def improve_more(proposal: Proposal, *, by: Any) -> Proposal:
    """Improve the proposal further, its locks kept. Raises PermissionDenied or ValidationError."""
    proposal = held(proposal, by=by)
    proposal.state, proposal.progress, proposal.message = State.IMPROVING, 0, ""
    proposal.touched_at = timezone.now()
    proposal.save()
    _enqueue(proposal)
    return proposal


def _enqueue(proposal: Proposal) -> None:
    from jiannuo.operations.dispatch.planning.tasks import improve_proposal

    transaction.on_commit(lambda: improve_proposal.enqueue(proposal.pk))


def run(proposal_id: int) -> None:
    """The work of the background: improve until the time is over or somebody stops it."""
    proposal = Proposal.objects.select_related("organization").get(pk=proposal_id)
    if proposal.state != State.IMPROVING:
        return
    facts = facts_of(proposal)
    if has_changed(proposal, facts):
        _end(proposal, State.STALE, _("Orders were changed meanwhile. Make a new proposal."))
        return
    facts = by_roads(proposal, facts)
    seconds = settings_for(proposal.organization).improve_seconds
    begun = plan_of(proposal, facts)
    watcher = _Watcher(proposal, facts)
    answer = improve(facts.problem, begun, seconds, watcher.look)
    if not watcher.is_overtaken:
        facts, answer = _settled(
            *(facts, answer),
            lambda kept: facts_of(proposal, kept),
            lambda found, plan: improve(found.problem, plan, min(seconds, AROUND_SECONDS)),
        )
        with transaction.atomic():
            fresh = Proposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
            if fresh.state == State.IMPROVING:
                save_answer(fresh, answer, facts)
    _end(proposal, State.READY, "")


def has_changed(proposal: Proposal, facts: Facts) -> bool:
    """Whether an order of the proposal is not as it was when the proposal was made."""
    from jiannuo.operations.dispatch.planning.services.writing import mark_of

    for item in proposal.items.all():
        order = facts.orders.get(item.order_id)
        if order is None:
            continue
        if order.version != item.order_version or mark_of(facts.visits.get(order.pk)) != item.visit_mark:
            return True
    return False


class _Watcher:
    """Shows progress and better answers, and hears whether somebody stopped the work."""

    def __init__(self, proposal: Proposal, facts: Facts) -> None:
        self.proposal, self.facts = proposal, facts
        self.last = 0.0
        self.cost: float | None = None
        self.is_overtaken = False

    def look(self, answer: Answer, share: float) -> bool:
        """Answers whether to stop."""
        now = time.monotonic()
        if now - self.last < SHOWN_EVERY:
            return self.is_overtaken
        self.last = now
        with transaction.atomic():
            fresh = Proposal.objects.select_for_update(of=("self",)).get(pk=self.proposal.pk)
            if fresh.state != State.IMPROVING:
                self.is_overtaken = True
                return True
            fresh.progress, fresh.touched_at = min(99, round(100 * share)), timezone.now()
            fresh.save(update_fields=["progress", "touched_at"])
            if answer.score.cost != self.cost:
                self.cost = answer.score.cost
                save_answer(fresh, answer, self.facts)
        return False


def _end(proposal: Proposal, state: str, message: str) -> None:
    Proposal.objects.filter(pk=proposal.pk, state=State.IMPROVING).update(
        state=state, message=message[:400], progress=100, touched_at=timezone.now()
    )


def fail(proposal_id: int) -> None:
    """End the improvement whose worker met an error; the proposal stays as good as it was."""
    message = _("Improving stopped because of an error in the system. The proposal can still be published.")
    Proposal.objects.filter(pk=proposal_id, state=State.IMPROVING).update(state=State.READY, message=message)

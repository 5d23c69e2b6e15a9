"""What a person changes in a proposal before it is published."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.operations.dispatch.planning.models import Proposal, ProposalItem
from jiannuo.operations.dispatch.planning.services.writing import (
    DROPPED,
    RETURNED,
    held,
    refuse,
    score_again,
)


@transaction.atomic
def leave_out(proposal: Proposal, item_id: int, *, by: Any) -> ProposalItem:
    """Leave an order out of the proposal: it stays with whoever has it now."""
    proposal = held(proposal, by=by)
    item = _item(proposal, item_id)
    item.dropped, item.locked, item.reason = True, False, DROPPED
    item.technician, item.starts_at, item.ends_at = None, None, None
    item.travel_minutes = item.metres = 0
    item.lacking = []
    item.save()
    score_again(proposal)
    return item


@transaction.atomic
def take_back(proposal: Proposal, item_id: int, *, by: Any) -> ProposalItem:
    """Let an order that was left out be planned again when the proposal is improved."""
    proposal = held(proposal, by=by)
    item = _item(proposal, item_id)
    if not item.dropped:
        raise ValidationError(_("This order was not left out."))
    item.dropped, item.reason = False, RETURNED
    item.save()
    score_again(proposal)
    return item


@transaction.atomic
def change_lock(proposal: Proposal, item_id: int, locked: bool, *, by: Any) -> ProposalItem:
    """Keep technician and time of an order whatever is improved around it, or no longer."""
    proposal = held(proposal, by=by)
    item = _item(proposal, item_id)
    if item.technician_id is None:
        raise ValidationError(_("Nobody is proposed for this order, so there is nothing to keep."))
    item.locked = locked
    item.save(update_fields=["locked"])
    return item


def _item(proposal: Proposal, item_id: int) -> ProposalItem:
    item = proposal.items.filter(pk=item_id).first()
    if item is None:
        raise ValidationError(_("This order is not part of the proposal."))
    return item


@transaction.atomic
def stop_improving(proposal: Proposal, *, by: Any) -> Proposal:
    """Stop the improvement; the best plan so far stays. Raises PermissionDenied."""
    fresh = (
        Proposal.objects.select_for_update(of=("self",)).select_related("organization").get(pk=proposal.pk)
    )
    refuse(by, fresh)
    if fresh.is_busy:
        fresh.state, fresh.touched_at = Proposal.State.READY, timezone.now()
        fresh.save(update_fields=["state", "touched_at"])
    return fresh


@transaction.atomic
def discard(proposal: Proposal, *, by: Any) -> Proposal:
    """Give the proposal up: nothing of it counts. Raises PermissionDenied or ValidationError."""
    fresh = (
        Proposal.objects.select_for_update(of=("self",)).select_related("organization").get(pk=proposal.pk)
    )
    refuse(by, fresh)
    if fresh.state == Proposal.State.PUBLISHED:
        raise ValidationError(_("The proposal was published. Change the orders themselves."))
    fresh.state = Proposal.State.DISCARDED
    fresh.save(update_fields=["state"])
    return fresh

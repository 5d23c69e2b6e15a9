"""Background work of planning."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.utils import timezone
from django_tasks import task

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.batches import reported
from jiannuo.operations.dispatch.planning.models import Proposal
from jiannuo.operations.dispatch.planning.services import proposing
from jiannuo.operations.dispatch.planning.services.roads import forget_old_roads

#: a proposal whose worker gave no sign of life for so long is taken up by another
SILENCE = timedelta(minutes=2)


@task()
def improve_proposal(proposal_id: int) -> None:
    """Improve a proposal until its time is over or somebody stops it."""
    with reported(partial(proposing.fail, proposal_id)):
        proposing.run(proposal_id)


@periodic(every=timedelta(minutes=1), name="planning.resume")
def resume() -> int:
    """Take up improvements whose worker died; how many."""
    silent = Proposal.objects.filter(state=Proposal.State.IMPROVING, touched_at__lt=timezone.now() - SILENCE)
    count = 0
    for proposal in silent:
        Proposal.objects.filter(pk=proposal.pk).update(touched_at=timezone.now())
        improve_proposal.enqueue(proposal.pk)
        count += 1
    return count


@periodic(every=timedelta(days=1), name="planning.forget_roads")
def forget_roads() -> int:
    """Remove roads that nobody was asked for lately; how many."""
    return forget_old_roads()

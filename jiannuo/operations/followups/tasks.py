"""Work of follow-ups in the background: calls and letters of campaigns, and what became needless."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.batches import alone
from jiannuo.office.accounts.models import User
from jiannuo.operations.followups.models import FollowUp
from jiannuo.operations.followups.services.campaigns import make_calls_of, write_letters_of
from jiannuo.operations.followups.services.doing import do
from jiannuo.promises.obligations.models import Obligation

BATCH = 500
NEEDLESS = Q(obligation__state=Obligation.State.CANCELLED) | Q(obligation__abandoned_at__isnull=False)


@task()
def make_calls(campaign_id: int) -> None:
    """Make the follow-ups that announce a campaign."""
    make_calls_of(campaign_id)


@task()
def write_letters(campaign_id: int, results: list[str], by_id: int) -> None:
    """Write the letters of a campaign."""
    write_letters_of(campaign_id, results, User.objects.filter(pk=by_id).first())


@periodic(every=timedelta(minutes=10), name="followups.drop_needless", lease=timedelta(minutes=10))
def drop_needless() -> int:
    """Drop follow-ups whose promise was called off: the unit is gone, the contract ended; how many."""
    rows = FollowUp.objects.waiting().filter(NEEDLESS, state=FollowUp.State.DUE).order_by("due_at", "pk")
    now, dropped = timezone.now(), 0
    with override(settings.LANGUAGE_CODE):
        reason = str(_("The promise was called off."))
    for followup in rows.select_related("organization")[:BATCH]:
        with alone("Follow-up %s could not be dropped; it is tried again", followup.number):
            do(followup, "drop", by=None, at=now, data={"reason": reason}, as_system=True)
            dropped += 1
    return dropped

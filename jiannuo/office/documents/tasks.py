from __future__ import annotations

from datetime import timedelta

from jiannuo.kernel.events import periodic
from jiannuo.office.documents.approvals import remind_due


@periodic(every=timedelta(minutes=5), name="documents.remind_of_approvals")
def remind_of_approvals() -> int:
    """Remind the people of approvals that have waited too long."""
    return remind_due()

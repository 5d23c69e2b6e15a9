"""Reading mailboxes in the background."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from jiannuo.kernel.events import periodic
from jiannuo.kernel.events.batches import alone
from jiannuo.operations.channels.mail import fetching, registering


@task()
def read_mailbox(pk: int) -> int:
    """Read one mailbox and take in what came; how many mails are new."""
    stored = fetching.poll(pk)
    registering.take_in_due()
    return stored


@periodic(every=timedelta(seconds=20), name="channels.mail", lease=timedelta(minutes=5))
def read_mailboxes() -> None:
    """Have each mailbox that is due read, each in a task of its own, and take in what waits from before."""
    for pk in fetching.due_accounts():
        with alone("Mailbox %s could not be given to a worker", pk):
            read_mailbox.enqueue(pk)
    registering.take_in_due()

"""Periodic work of the knowledge."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from jiannuo.kernel.events import periodic
from jiannuo.operations.knowledge.index import keeping
from jiannuo.operations.knowledge.index.store import Busy
from jiannuo.operations.knowledge.services import announce_due_reviews


@periodic(every=timedelta(seconds=10), name="knowledge.index", lease=timedelta(minutes=5))
def index_changes() -> None:
    """Let what was published or closed be found within seconds; a missing index is made by the worker."""
    try:
        keeping.refresh()
    except keeping.NoIndex:
        rebuild_index.enqueue()
    except Busy:
        return  # whoever writes now reads the same changes, or the next run does


@task()
def rebuild_index() -> int:
    """Make the index anew, unless somebody did meanwhile."""
    try:
        return keeping.rebuild(only_if_needed=True)
    except Busy:
        return 0


@periodic(every=timedelta(hours=1), name="knowledge.reviews", lease=timedelta(minutes=10))
def ask_for_reviews() -> None:
    """Announce articles that have to be looked at again."""
    announce_due_reviews()


@periodic(every=timedelta(hours=12), name="knowledge.changes", lease=timedelta(minutes=10))
def forget_old_changes() -> None:
    """Throw away what every index has read."""
    keeping.forget_old_changes()

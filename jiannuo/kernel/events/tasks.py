from __future__ import annotations

from datetime import timedelta

from django.core.management import call_command

from jiannuo.kernel.events.delivery import redeliver_due
from jiannuo.kernel.events.periodic import periodic

RESULTS_KEPT_DAYS = 14


@periodic(every=timedelta(seconds=15), name="events.redeliver")
def redeliver() -> int:
    """Deliver what is due: news whose subscriber failed, or whose publisher died before delivering."""
    return redeliver_due()


@periodic(every=timedelta(days=1), name="events.forget_finished_tasks")
def forget_finished_tasks() -> None:
    """Remove the results of background tasks that ended long ago, and sessions that are over."""
    call_command("prune_db_task_results", min_age_days=RESULTS_KEPT_DAYS, verbosity=0)
    call_command("clearsessions", verbosity=0)

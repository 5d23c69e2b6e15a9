from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from jiannuo.kernel.events import periodic
from jiannuo.office.notices import sending


@task()
def send_message(key: str) -> bool:
    """Send one message out; see :func:`jiannuo.office.notices.sending.send`."""
    return sending.send(key)


@periodic(every=timedelta(seconds=30), name="notices.send_due")
def send_due() -> int:
    """Send again what failed, and what a worker that died left behind."""
    return sending.send_due()

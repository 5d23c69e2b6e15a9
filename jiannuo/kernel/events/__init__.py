"""News between modules: typed events, delivered after commit, once to each subscriber, retried until they are.

A module announces what happened in its ``events.py``, publishes it inside the transaction that made it true, and any
other module listens in its ``subscribers.py``::

    @dataclass(frozen=True)
    class WorkOrderCompleted(Event):
        work_order_id: int
        completed_at: datetime

    publish(WorkOrderCompleted(work_order_id=order.pk, completed_at=now))

    @subscribe(WorkOrderCompleted)
    def owe_a_follow_up(event: WorkOrderCompleted) -> None: ...

Subscribers run in the process that committed, each in a transaction of its own. One that fails holds up nobody: it is
tried again later with growing pauses, and what is given up on stays visible in :class:`~.models.Delivery`.
"""

from __future__ import annotations

from jiannuo.kernel.events.bus import Event, publish, subscribe
from jiannuo.kernel.events.periodic import periodic

__all__ = ["Event", "periodic", "publish", "subscribe"]

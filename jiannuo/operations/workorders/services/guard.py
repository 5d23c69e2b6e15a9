"""Who may record on an order, and when."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from jiannuo.office.documents.services import ActionNotAllowed, lock
from jiannuo.operations.workorders.models import WorkOrder, is_assigned

#: states in which the technician records work
AT_WORK = ("on_site", "bench")
#: states in which the office may plan lines
PLANNING = (
    "draft",
    "ready",
    "dispatched",
    "accepted",
    "travelling",
    "waiting",
    "on_site",
    "bench",
    "completed",
)


class NotNow(ActionNotAllowed):
    """The order is in a state in which this cannot be recorded."""

    def __init__(self, order: WorkOrder) -> None:
        self.document = order
        Exception.__init__(
            self,
            _("%(number)s is “%(state)s”: nothing can be recorded now. Reload the page.")
            % {"number": order.number, "state": order.state_label},
        )


def lock_for_work(order: WorkOrder, *, by: Any) -> WorkOrder:
    """The order, locked, for its technician at work. Raises PermissionDenied or NotNow."""
    fresh = lock(order)
    if not (is_assigned(fresh, by) and by.has_perm("orders.work", fresh)):
        raise PermissionDenied
    if fresh.state not in AT_WORK:
        raise NotNow(fresh)
    return fresh


def lock_for_lines(order: WorkOrder, *, by: Any) -> WorkOrder:
    """The order, locked, for whoever may change its lines now: the technician at work or the dispatching office."""
    fresh = lock(order)
    works = is_assigned(fresh, by) and by.has_perm("orders.work", fresh)
    plans = by.has_perm("orders.dispatch", fresh)
    if not (works or plans):
        raise PermissionDenied
    if fresh.state not in (PLANNING if plans else AT_WORK):
        raise NotNow(fresh)
    return fresh

"""The home page: my promises."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from jiannuo.office.accounts.access import permission_required
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents.approvals import waiting_for
from jiannuo.operations.channels import queries as channels
from jiannuo.operations.desk.queries import without_order
from jiannuo.operations.tasks import queries as tasks
from jiannuo.operations.workorders.queries import jobs_of, waiting_for_dispatch
from jiannuo.promises.obligations import queries
from jiannuo.promises.obligations.models import Obligation

MOST_PROMISES = 30
MOST_ROWS = 8
#: Who looks at what was missed instead of at single requests.
OVERSEERS = (Role.DEPARTMENT_MANAGER, Role.GENERAL_MANAGER, Role.COMPLAINT_SUPERVISOR, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """A promise of mine, and where the work for it is done."""

    obligation: Obligation
    url: str


@permission_required("home.view")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What I owe today, soonest first (for those who oversee: what their people owe), and what my roles ask of me."""
    user: Any = request.user
    oversees = user.has_role(*OVERSEERS)
    mine = queries.owed_in_scope(user) if oversees else queries.mine(user)
    shown = list(mine[: MOST_PROMISES + 1])
    context: dict[str, Any] = {
        "title": _("My promises"),
        "subtitle": _greeting(user),
        "promises": [PromiseRow(one, one.subject_url) for one in shown[:MOST_PROMISES]],
        "more_promises": len(shown) > MOST_PROMISES,
        "counters": queries.counters(mine, end_of_today()),
        "may_register": user.has_perm("requests.create"),
        **_work_of(user, oversees=oversees),
    }
    return render(request, "console/home.html", context)


def _work_of(user: Any, *, oversees: bool) -> dict[str, Any]:
    """The lists that the person's roles ask for; each one query."""
    work: dict[str, Any] = {"approvals": list(waiting_for(user)[:MOST_ROWS])}
    if user.has_perm("tasks.view"):
        waiting = list(tasks.mine(user, with_special=oversees)[:MOST_ROWS])
        work["special"] = [task for task in waiting if task.is_special] if oversees else []
        work["tasks"] = [task for task in waiting if task not in work["special"]]
    if user.has_perm("inbox.handle") and not oversees:
        work["inbox"] = list(channels.waiting_for(user)[:MOST_ROWS])
    if user.has_perm("orders.work"):
        work["jobs"] = list(jobs_of(user)[:MOST_ROWS])
    if user.has_perm("orders.dispatch"):
        work["unassigned"] = list(waiting_for_dispatch(user)[:MOST_ROWS])
    if user.has_perm("requests.handle") and not oversees:
        work["requests"] = list(without_order(user, MOST_ROWS))
    if oversees:
        missed = queries.missed_by_organization(user)
        work["missed_by"] = missed
        work["most_missed"] = max((number for _name, number in missed), default=0)
    return work


def end_of_today() -> datetime:
    """The midnight that ends this day, in the zone of the page."""
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _greeting(user: Any) -> str:
    organization = f" · {user.organization}" if user.organization_id else ""
    return f"{user}{organization}"

"""What is promised to a customer: a tab with what runs, was missed and recurs; two columns for key accounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation, RecurringDuty
from jiannuo.promises.obligations.queries import visible_to
from jiannuo.registry.customers.around import AccountColumn, Cell, Keys, columns, tabs
from jiannuo.registry.customers.panels import Panel

MOST = 30
State = Obligation.State
#: what brings one of us to the customer
VISITS = ("visit", "inspection", "maintenance", "patrol", "follow_up")


def promises(customer: Any, user: Any) -> dict[str, Any]:
    """What runs and what was missed, soonest first, what recurs, and the contracts and days agreed; four queries."""
    rows = visible_to(user).filter(customer=customer)
    rows = rows.select_related("document", "person", "unit", "organization", "customer")
    duties = RecurringDuty.objects.visible_to(user).filter(customer=customer, ended_at__isnull=True)
    return {
        "running": list(rows.open().filter(state=State.OPEN).order_by("due_at", "pk")[:MOST]),
        "missed": list(
            rows.filter(state__in=[State.MISSED, State.MET_LATE]).order_by("-due_at", "-pk")[:MOST]
        ),
        "agreed": list(_agreed(customer, user)),
        "duties": list(duties.select_related("unit", "organization").order_by("action", "pk")[:MOST]),
    }


def _agreed(customer: Any, user: Any) -> QuerySet[AnnouncedEvent]:
    """Contracts, deliveries, expiries: what was announced of the customer and the units, newest first."""
    rows = AnnouncedEvent.objects.visible_to(user).filter(called_off_at__isnull=True)
    rows = rows.filter(Q(customer=customer) | Q(unit__customer=customer))
    return rows.select_related("unit", "commitment", "organization").order_by("-on", "-pk")[:MOST]


def owed(keys: Keys, user: Any) -> Mapping[int, Cell]:
    """How many promises are open, and how many of them late; one query."""
    rows = visible_to(user).open().filter(customer__in=keys).order_by().values("customer")
    found = {}
    for row in rows.annotate(number=Count("pk"), late=Count("pk", filter=Q(state=State.MISSED))):
        text = gettext("%(number)s open") % {"number": row["number"]}
        if row["late"]:
            text = gettext("%(number)s open, %(late)s late") % row
        found[row["customer"]] = Cell(text, style="danger" if row["late"] else "info")
    return found


def next_visits(keys: Keys, user: Any) -> Mapping[int, Cell]:
    """When the next visit is due, as the ledger says; one query."""
    rows = visible_to(user).open().filter(customer__in=keys, metric__in=VISITS, due_at__isnull=False)
    due = rows.order_by().values_list("customer").annotate(Min("due_at"))
    return {customer: Cell(at=at) for customer, at in due}


tabs.register(
    Panel(
        name="promises",
        title=_("Promises"),
        template="obligations/_around_customer.html",
        context=promises,
        permission="obligations.view",
        order=20,
        icon="alarm",
    )
)
columns.register(AccountColumn("owed", _("Promises"), owed, permission="obligations.view", order=10))
columns.register(
    AccountColumn("visit", _("Next visit due"), next_visits, permission="obligations.view", order=20)
)

"""Calls, mails and other messages of a customer; when we last spoke on the telephone."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.channels.models import Call
from jiannuo.operations.channels.queries import calls_for, items_for
from jiannuo.registry.customers.around import Keys, contacts, tabs
from jiannuo.registry.customers.panels import Panel

MOST = 30


def messages(customer: Any, user: Any) -> dict[str, Any]:
    """The latest calls and what came in over the other channels, newest first."""
    calls = calls_for(user).defer(None).defer("result").filter(customer=customer).order_by("-pk")[:MOST]
    items = items_for(user).defer(None).filter(customer=customer).order_by("-pk")[:MOST]
    return {"calls": list(calls), "items": list(items) if user.has_perm("inbox.view") else []}


def last_calls(keys: Keys, user: Any) -> QuerySet[Any, Any] | None:
    """When we last spoke with each customer on the telephone."""
    if not user.has_perm("calls.view"):
        return None
    rows = Call.objects.visible_to(user).filter(customer__in=keys, answered_at__isnull=False)
    return rows.order_by().values_list("customer").annotate(at=Max("answered_at"))


tabs.register(
    Panel(
        name="messages",
        title=_("Calls and messages"),
        template="channels/_around_customer.html",
        context=messages,
        permission="calls.view",
        order=30,
        icon="phone",
    )
)
contacts.append(last_calls)

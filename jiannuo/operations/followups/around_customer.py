"""Follow-ups with a customer and letters to them; when the last follow-up ended."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from jiannuo.operations.followups.models import FollowUp
from jiannuo.operations.followups.queries import followups_for, letters_for
from jiannuo.registry.customers.around import Keys, contacts, tabs
from jiannuo.registry.customers.panels import Panel

MOST = 30


def talks(customer: Any, user: Any) -> dict[str, Any]:
    """The latest follow-ups and letters, newest first."""
    followups = followups_for(user).filter(customer=customer).order_by("-pk")[:MOST]
    letters = letters_for(user).filter(customer=customer).order_by("-pk")[:MOST]
    found = [*followups, *letters]
    return {"documents": sorted(found, key=lambda one: one.created_at, reverse=True)}


def last_talks(keys: Keys, user: Any) -> QuerySet[Any, Any] | None:
    """When a follow-up with each customer last ended."""
    if not user.has_perm("followups.view"):
        return None
    rows = FollowUp.objects.visible_to(user).filter(customer__in=keys, ended_at__isnull=False)
    return rows.order_by().values_list("customer").annotate(at=Max("ended_at"))


tabs.register(
    Panel(
        name="talks",
        title=_("Follow-ups and letters"),
        template="followups/_around_customer.html",
        context=talks,
        permission="followups.view",
        order=35,
        icon="mail",
    )
)
contacts.append(last_talks)

"""When a customer last turned to the service desk."""

from __future__ import annotations

from typing import Any

from django.db.models import Max, QuerySet

from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.registry.customers.around import Keys, contacts


def last_requests(keys: Keys, user: Any) -> QuerySet[Any, Any] | None:
    """When each customer last asked for something."""
    if not user.has_perm("requests.view"):
        return None
    rows = ServiceRequest.objects.visible_to(user).filter(customer__in=keys)
    return rows.order_by().values_list("customer").annotate(at=Max("received_at"))


contacts.append(last_requests)

"""The trips of an order on its page, with the button that makes one."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from jiannuo.office.documents import panels
from jiannuo.office.documents.models import Document
from jiannuo.operations.trips.models import BusinessTrip

#: states of an order for which people still set out
TO_GO = ("draft", "ready", "dispatched", "accepted", "travelling", "on_site", "waiting")


@panels.register
def trips_of_order(document: Document, user: Any) -> dict[str, Any]:
    """The trips that serve an order that the person may see; one query."""
    if document.kind != "workorder" or not user.has_perm("trips.own"):
        return {}
    trips = BusinessTrip.objects.visible_to(user).filter(orders=document.pk).order_by("-pk")[:10]
    may = document.state in TO_GO and user.has_perm("trips.own", document)
    url = f"{reverse('trips:new')}?order={document.number}" if may else ""
    return {"business_trips": list(trips), "new_trip_url": url}

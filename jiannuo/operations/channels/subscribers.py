"""What the channels do on the news of others."""

from __future__ import annotations

from django.utils import timezone

from jiannuo.kernel.events import subscribe
from jiannuo.operations.channels.models import Call, InboxItem, InboxLine
from jiannuo.operations.channels.services.calls import request_made
from jiannuo.operations.channels.services.inbox import registered
from jiannuo.operations.desk.events import RequestRegistered
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.registry.customers.events import CustomerErased


@subscribe(RequestRegistered)
def link_back(event: RequestRegistered) -> None:
    """What the request was made from is settled by it."""
    kind, _dash, key = event.origin.partition("-")
    if kind not in ("inbox", "call") or not key.isdecimal():
        return
    request = ServiceRequest.objects.select_related("created_by", "organization").get(pk=event.request_id)
    if kind == "inbox":
        item = InboxItem.objects.visible_to(request.created_by).filter(pk=int(key)).first()
        if item is not None:
            registered(item, request, at=request.updated_at)
        return
    call = Call.objects.visible_to(request.created_by).filter(pk=int(key)).first()
    if call is not None:
        request_made(call, request, at=request.updated_at)


@subscribe(CustomerErased)
def forget_the_person(event: CustomerErased) -> None:
    """What came in keeps when and on which channel, not who it was nor what was said; recordings are removed."""
    items = InboxItem.objects.filter(customer_id=event.customer_id)
    InboxLine.objects.filter(item__in=items, kind__in=("in", "out")).update(text="")
    items.update(sender_name="", sender_phone="", sender_address="", subject="", text="")
    calls = Call.objects.filter(customer_id=event.customer_id)
    calls.filter(recording__isnull=False, recording_rule="").update(recording_until=timezone.now())
    calls.update(caller_name="", number="", note="", result="")

"""How the intake screen begins for what came in, and for calls."""

from __future__ import annotations

from typing import Any

from jiannuo.office.accounts.privacy import sees_personal_data
from jiannuo.operations.channels.models import Call, InboxItem
from jiannuo.operations.desk.origins import Begun, origin


@origin("inbox")
def from_item(key: int, user: Any) -> Begun | None:
    """With the customer, the sender, the text and when it came in."""
    item = InboxItem.objects.visible_to(user).filter(pk=key).select_related("organization").first()
    if item is None or not item.is_open or item.request_id is not None:
        return None
    known = sees_personal_data(user, item)
    text = "\n".join(part for part in (item.subject, item.text) if part)
    initial: dict[str, Any] = {
        "origin": f"inbox-{item.pk}",
        "channel": item.channel,
        "received_at": item.received_at,
        "reporter_name": item.sender_name,
        "symptom_text": "" if item.kind == InboxItem.Kind.CALL_BACK else text[:4000],
    }
    if known:
        initial["reporter_phone"] = item.sender_phone
        initial["new_phone"] = item.sender_phone
    initial["new_name"] = item.sender_name
    return Begun(item.customer_id, item.sender_phone if known else "", initial)


@origin("call")
def from_call(key: int, user: Any) -> Begun | None:
    """With the customer, the number and when it rang."""
    call = Call.objects.visible_to(user).filter(pk=key).select_related("organization").first()
    if call is None or call.request_id is not None:
        return None
    initial: dict[str, Any] = {
        "origin": f"call-{call.pk}",
        "channel": "hotline",
        "received_at": call.rang_at,
        "reporter_name": call.caller_name,
        "symptom_text": call.note[:4000],
    }
    known = sees_personal_data(user, call)
    if known:
        initial["reporter_phone"] = call.number
    return Begun(call.customer_id, call.number if known else "", initial)

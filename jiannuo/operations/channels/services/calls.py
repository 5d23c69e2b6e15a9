"""Calls: what telephone systems tell us, what is written down by hand, and who has to call back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.operations.channels.events import CallEnded, CallMissed, CallRang
from jiannuo.operations.channels.models import Call, CallLine, Connection, Extension, InboxItem
from jiannuo.operations.channels.queries import open_call_backs, same_number
from jiannuo.operations.channels.recognising import customer_for
from jiannuo.operations.channels.services.inbox import called_back
from jiannuo.operations.channels.services.receiving import add_message, receive

#: what a telephone system may tell
RINGING, ANSWERED, ENDED, MISSED = "ringing", "answered", "ended", "missed"
TOLD = (RINGING, ANSWERED, ENDED, MISSED)


@dataclass(frozen=True, slots=True)
class Told:
    """One event of a telephone system; ``at`` is when it happened there."""

    event: str
    call_id: str
    number: str
    at: datetime
    direction: str = Call.Direction.IN
    extension: str = ""


@transaction.atomic
def told(source: Connection, news: Told) -> Call:
    """Take in what a telephone system tells; events may come late and in any order.

    A call that nobody answered makes a task to call back, one for each number while that is open; an answered call with
    the number meets it.
    """
    call = _call_of(source, news)
    now = timezone.now()
    at = min(news.at, now)
    if news.extension and (news.event == ANSWERED or not call.extension):
        call.extension, call.agent = news.extension, _person_at(source, news.extension)
    if news.event == RINGING:
        call.rang_at = min(call.rang_at, at)
    elif news.event == ANSWERED:
        call.answered_at = call.answered_at or at
    else:
        call.ended_at = call.ended_at or max(at, call.rang_at)
    if call.rang_at > at:
        call.rang_at = at
    before = call.state
    call.settle_state()
    if call.state == Call.State.MISSED and call.direction == Call.Direction.IN:
        call.agent = None  # it rang there, but nobody took it
    call.version += 1
    call.save()
    _follow(call, before, at)
    return call


def _call_of(source: Connection, news: Told) -> Call:
    """The call, locked; made at its first event."""
    rows = Call.objects.filter(connection=source, external_id=news.call_id)
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    found = rows.first()
    if found is not None:
        return found
    number = same_number(news.number)
    made = Call(
        organization=source.organization,
        connection=source,
        external_id=news.call_id,
        direction=news.direction,
        number=number,
        customer=customer_for(source.organization, number),
        rang_at=min(news.at, timezone.now()),
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:  # its first two events came at once
        return rows.get()
    return made


def _person_at(source: Connection, number: str) -> Any:
    row = Extension.objects.filter(connection=source, number=number).select_related("person").first()
    return row.person if row is not None else None


def _follow(call: Call, before: str, at: datetime) -> None:
    """What follows from a call's new state."""
    about: dict[str, Any] = {"call_id": call.pk, "at": at, "number": call.number, "direction": call.direction}
    if call.state == Call.State.RINGING:
        publish(CallRang(**about))
    elif call.state == Call.State.MISSED and before != call.state:
        publish(CallMissed(**about))
        if call.direction == Call.Direction.IN:
            _ask_to_call_back(call)
    elif call.answered_at is not None:
        _meet_call_backs(call, call.answered_at)
        if call.state == Call.State.ENDED and before != call.state:
            publish(CallEnded(**about))


def _ask_to_call_back(call: Call) -> None:
    """A task to call the number back; while one is open, a further line on it."""
    if not call.number:
        return
    key = _key(call)
    words = _("Called %(at)s, nobody answered.") % {
        "at": f"{timezone.localtime(call.rang_at):%Y-%m-%d %H:%M}"
    }
    item = open_call_backs(call.organization, [call.number]).first()
    if item is None:
        try:
            with transaction.atomic():
                item = receive(
                    channel="hotline",
                    kind=InboxItem.Kind.CALL_BACK,
                    key=key,
                    organization=call.organization,
                    source=call.connection.name if call.connection is not None else "",
                    connection=call.connection,
                    subject=_("Call back"),
                    text=words,
                    sender_name=call.caller_name,
                    sender_phone=call.number,
                    customer=call.customer,
                    received_at=call.rang_at,
                )
        except IntegrityError:  # the number called twice at once
            item = open_call_backs(call.organization, [call.number]).first()
    if item is not None:
        if item.key != key:
            add_message(item, key=key, text=words, at=call.rang_at)
        Call.objects.filter(pk=call.pk).update(item=item)
        call.item = item


def _key(call: Call) -> str:
    """The key of the task that this call asked for."""
    return f"call:{call.pk}"


def _meet_call_backs(call: Call, at: datetime) -> None:
    """Speaking with a number meets the task to call it back, where the missed call came first or was this one."""
    own = Q(key=_key(call)) | Q(received_at__lte=at)
    for item in open_call_backs(call.organization, [call.number]).filter(own):
        called_back(item, by=call.agent, at=at)


@transaction.atomic
def write_down(
    *,
    by: Any,
    organization: Any,
    number: str,
    direction: str = Call.Direction.IN,
    answered: bool = True,
    rang_at: datetime | None = None,
    minutes: int = 0,
    caller_name: str = "",
    customer: Any = None,
    topic: str = "",
    note: str = "",
    result: str = "",
    at: datetime | None = None,
    is_demo: bool = False,
) -> Call:
    """Write down a call on a telephone that has no hook; ``minutes`` is how long it took.

    Raises PermissionDenied without ``calls.record`` there, ValidationError without a number or for a time to come.
    """
    now = at or timezone.now()
    if not by.has_perm("calls.record", Call(organization=organization)):
        raise PermissionDenied("calls.record")
    if not number.strip():
        raise ValidationError({"number": _("Write the number, or the words “withheld”.")})
    rang_at = rang_at or now
    if rang_at > now:
        raise ValidationError({"rang_at": _("A call cannot have come in later than now.")})
    plain = same_number(number)
    ended_at = min(rang_at + timedelta(minutes=minutes), now)
    call = Call(
        organization=organization,
        direction=direction,
        number=plain,
        agent=by,
        caller_name=caller_name.strip()[:60],
        customer=customer or customer_for(organization, plain),
        rang_at=rang_at,
        answered_at=rang_at if answered else None,
        ended_at=ended_at,
        topic=topic,
        note=note.strip(),
        result=result.strip(),
        created_by=by,
        is_demo=is_demo,
    )
    call.settle_state()
    call.full_clean(exclude=["connection", "request", "item", "recording"])
    call.save(force_insert=True)
    _follow(call, "", ended_at)
    return call


@transaction.atomic
def describe(call: Call, *, by: Any, **values: Any) -> Call:
    """Write what a call was about (``topic``, ``note``, ``result``, ``caller_name``, ``customer``)."""
    if not by.has_perm("calls.record", call):
        raise PermissionDenied("calls.record")
    customer = values.get("customer")
    if customer is not None and not type(customer).objects.visible_to(by).filter(pk=customer.pk).exists():
        raise PermissionDenied("customers.view")
    for name in ("topic", "note", "result", "caller_name", "customer"):
        if name in values:
            setattr(call, name, values[name])
    call.agent = call.agent or by
    call.version += 1
    call.save(update_fields=["topic", "note", "result", "caller_name", "customer", "agent", "version"])
    return call


@transaction.atomic
def request_made(call: Call, request: Any, *, at: datetime) -> None:
    """A request was registered from a call: it stands on the call, and what is to be called back is met by it."""
    Call.objects.filter(pk=call.pk, request__isnull=True).update(
        request=request, customer=call.customer_id or request.customer_id
    )
    CallLine.objects.create(call=call, by=request.created_by, at=at, text=request.number)

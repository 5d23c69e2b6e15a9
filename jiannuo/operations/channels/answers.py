"""Answers to instant messages: through the outgoing address of their connection, where it has one."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from jiannuo.office.notices.sending import route
from jiannuo.office.notices.services import send_by_route
from jiannuo.operations.channels.models import Channel, Connection, InboxItem
from jiannuo.operations.channels.replying import sends

ROUTE = "im"


def has_address(item: InboxItem) -> bool:
    """Whether the connection of a message can send answers."""
    source = item.connection
    return source is not None and source.is_active and bool(source.outgoing_address)


@sends(Channel.IM, able=has_address)
def send_message(item: InboxItem, text: str, _by: Any) -> str:
    """Put the answer on its way to the messenger; the name of its connection."""
    source: Any = item.connection
    send_by_route(
        ROUTE,
        f"{source.pk}:{item.sender_address}"[:240],
        title=_("Answer to %(who)s") % {"who": item.sender_name or item.sender_address},
        text=text,
        key=f"inbox:{item.pk}:{uuid.uuid4().hex}",
    )
    return source.name


@route(ROUTE)
def address_of(to: str) -> list[str]:
    """The Apprise address for an answer, with the sender in the place of ``{sender}``."""
    key, _colon, sender = to.partition(":")
    source = Connection.objects.filter(pk=int(key), is_active=True).first()
    address = source.outgoing_address if source is not None else ""
    return [address.replace("{sender}", quote(sender, safe=""))] if address else []

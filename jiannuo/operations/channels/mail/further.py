"""A further mail about a matter that is known: who hears of it, and what it puts in front of somebody again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents.queries import keeper_of
from jiannuo.office.notices.services import notify
from jiannuo.operations.channels.mail.notices import FURTHER_MAIL
from jiannuo.operations.channels.models import InboxItem, InboxLine, MailMessage
from jiannuo.operations.channels.queries import people_with, takers
from jiannuo.operations.channels.waiting import set_due
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.desk.routing.services import holders
from jiannuo.promises.obligations.recipients import Recipients, acting, unique


def tell_of(message: MailMessage, request: ServiceRequest | None, item: InboxItem | None) -> None:
    """Tell who has the matter that its sender wrote again; of a complaint the desk hears, not who took the request."""
    keeper = keeper_of(request) if request is not None and request.is_entrusted else None
    if keeper is not None:
        people, about, url = _desk_of(keeper.specific()), keeper.number, ""
    elif request is not None and request.is_entrusted:
        people, about, url = list(people_with("complaints.handle", request.organization)), request.number, ""
    elif request is not None:
        people, about, url = responsible_for(request), request.number, ""
    elif item is not None:
        people, about, url = unique([acting(item.owner)]), str(item), item.get_absolute_url()
    else:
        return
    notify(
        people,
        FURTHER_MAIL,
        document=keeper or request,
        context={"about": about, "who": message.from_name or message.from_address, "subject": str(message)},
        url=url,
        key=f"mail:{message.pk}",
    )


def responsible_for(request: ServiceRequest) -> list[Any]:
    """Its owner or the deputy; without one the role or the unit to which it was sent, else the agents of its unit."""
    person = acting(request.owner)
    if person is not None:
        return [person]
    unit: Any = request.routed_to or request.organization
    role = request.responsible_role if request.routed_to is not None else ""
    people = unique(acting(one) for one in holders(role, unit)) if role else []
    return people or takers(unit) or Recipients().escalated_to(Role.DEPARTMENT_MANAGER, unit)


def _desk_of(complaint: Any) -> list[Any]:
    """The officer of a complaint or the deputy, else those of the complaint desk; never who is complained of."""
    officer = acting(getattr(complaint, "officer", None))
    people = [officer] if officer is not None else people_with("complaints.handle", complaint.organization)
    accused = getattr(complaint, "accused_person_id", None)
    return unique(one for one in people if one.pk != accused)


def is_unheard(request: ServiceRequest) -> bool:
    """Whether nobody in particular would read what is written to an open request."""
    return request.is_open and not request.is_entrusted and acting(request.owner) is None


def open_again(item: InboxItem, *, at: datetime | None = None) -> None:
    """A closed item about which the sender writes again is somebody's again: its owner's, else nobody's.

    From ``at`` on (now) it waits anew; an owner who has left and has no deputy answers for it no more.
    """
    if acting(item.owner) is None:
        item.owner, item.taken_at = None, None
    item.state = InboxItem.State.TAKEN if item.owner is not None else InboxItem.State.NEW
    item.closed_at, item.reason = None, ""
    item.version += 1
    set_due(item, from_=min(at or timezone.now(), timezone.now()))
    item.save(
        update_fields=[
            "state",
            "closed_at",
            "reason",
            "owner",
            "taken_at",
            "due_at",
            "next_at",
            "version",
        ]
    )
    InboxLine.objects.create(item=item, kind=InboxLine.Kind.REOPENED)

"""What waits: who has it is reminded before it is due and told when it is overdue, then those above hear of it.

When is said by the table of the channels. One index gives the items whose next instant has come; each is claimed by a
conditional update in the transaction that tells of it, so that two sweepers never tell twice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events.batches import alone
from jiannuo.office.accounts.roles import Role
from jiannuo.office.notices import NoticeKind
from jiannuo.office.notices.services import notify
from jiannuo.operations.channels import notices
from jiannuo.operations.channels.models import ChannelSetting, InboxItem, InboxLine
from jiannuo.operations.channels.queries import takers
from jiannuo.promises.obligations.journal import local_text
from jiannuo.promises.obligations.recipients import Recipients, acting

BATCH = 200
RETRY_AFTER = timedelta(minutes=5)
Kind = InboxLine.Kind
WARN, MISSED, MANAGER, LEADERS = "warn", "missed", "manager", "leaders"


@dataclass(frozen=True, slots=True)
class Step:
    """Somebody is told at ``at``: of the steps that a standstill made late together, ``missed`` speaks for ``warn``."""

    name: str
    at: datetime


def steps_of(item: InboxItem, setting: ChannelSetting | None) -> list[Step]:
    """When who is told of an item, soonest first; nothing without a due instant."""
    due = item.due_at
    if due is None or setting is None:
        return []
    offsets = {
        WARN: None if setting.warns_minutes is None else -setting.warns_minutes,
        MISSED: 0,
        MANAGER: setting.manager_minutes,
        LEADERS: setting.leaders_minutes,
    }
    steps = [
        Step(name, due + timedelta(minutes=minutes))
        for name, minutes in offsets.items()
        if minutes is not None
    ]
    return sorted(steps, key=lambda step: step.at)


def set_due(item: InboxItem, *, from_: datetime) -> None:
    """Say, without saving, by when an item that waits ``from_`` then on is to be dealt with, and who is told when."""
    setting = ChannelSetting.objects.filter(channel=item.channel).first()
    minutes = setting.waits_minutes if setting is not None else None
    item.due_at = from_ + timedelta(minutes=minutes) if minutes else None
    item.next_at = min((step.at for step in steps_of(item, setting)), default=None)


def look_again(channel: str) -> int:
    """After the table was changed: have the open items of a channel looked at again; how many."""
    rows = InboxItem.objects.filter(channel=channel, due_at__isnull=False, state__in=InboxItem.OPEN_STATES)
    return rows.update(next_at=timezone.now())


def sweep(now: datetime | None = None, *, limit: int = BATCH) -> int:
    """Tell of what waits up to ``now``; how many items were looked at, at most ``limit``.

    One that fails is logged and tried again five minutes later, so that it holds up no other.
    """
    now = now or timezone.now()
    due = InboxItem.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", "next_at")[:limit]
    found = list(due)
    settings = {one.channel: one for one in ChannelSetting.objects.all()} if found else {}
    recipients = Recipients(now)
    for pk, instant in found:
        waiting = InboxItem.objects.filter(pk=pk, next_at=instant)
        with alone(
            "Nobody could be told that inbox item %s waits; it is tried again in %s",
            pk,
            RETRY_AFTER,
            otherwise=partial(waiting.update, next_at=now + RETRY_AFTER),
        ):
            act(pk, instant, now, settings, recipients)
    return len(found)


@transaction.atomic
def act(
    pk: int, instant: datetime, now: datetime, settings: dict[str, ChannelSetting], recipients: Recipients
) -> bool:
    """Claim one item and do its steps up to ``now``; False when another sweeper was first or it was closed.

    What closes an item or opens it again changes ``next_at`` too, so that a claim proves that it still waits.
    """
    if not InboxItem.objects.filter(pk=pk, next_at=instant).update(next_at=None):
        return False
    item = InboxItem.objects.select_related("organization", "owner__deputy", "customer").get(pk=pk)
    steps = steps_of(item, settings.get(item.channel)) if item.is_open else []
    done = set(item.lines.filter(key__startswith=_key(item, "")).values_list("key", flat=True))
    passed = [step.name for step in steps if step.at <= now and _key(item, step.name) not in done]
    if WARN in passed and MISSED in passed:
        passed.remove(WARN)
    for name in passed:
        _do(item, name, now, recipients)
    following = min((step.at for step in steps if step.at > now), default=None)
    InboxItem.objects.filter(pk=pk).update(next_at=following)
    return True


def _key(item: InboxItem, step: str) -> str:
    """Names a step of an item and of its due instant: one that was opened again is due anew."""
    due = item.due_at.timestamp() if item.due_at is not None else 0
    return f"waits:{item.pk}:{due:.0f}:{step}"


def _do(item: InboxItem, step: str, now: datetime, recipients: Recipients) -> None:
    kind: NoticeKind
    if step in (WARN, MISSED):
        people = _responsible(item, now, recipients)
        kind, line = (notices.WAITS, Kind.WARNED) if step == WARN else (notices.OVERDUE, Kind.MISSED)
    else:
        role = Role.DEPARTMENT_MANAGER if step == MANAGER else Role.GENERAL_MANAGER
        people = recipients.escalated_to(role, item.organization)
        kind, line = notices.ESCALATED, Kind.ESCALATED
    names = "、".join(str(person) for person in people)
    text = _("Told: %(people)s") % {"people": names} if people else _("Nobody could be told.")
    key = _key(item, step)
    InboxLine.objects.create(item=item, kind=line, at=now, text=text, key=key)
    context = {
        "what": item.title,
        "who": item.who_is_shown or item.get_channel_display(),
        "channel": item.get_channel_display(),
        "owner": item.owner or "—",
        "organization": item.organization,
        "due": local_text(item.due_at, item.organization),
    }
    notify(people, kind, context=context, url=item.get_absolute_url(), key=key)


def _responsible(item: InboxItem, now: datetime, recipients: Recipients) -> list[Any]:
    """Who has it or the deputy, else those who may take it, else the managers."""
    person = acting(item.owner, now)
    if person is not None:
        return [person]
    return takers(item.organization, now) or recipients.escalated_to(
        Role.DEPARTMENT_MANAGER, item.organization
    )

"""The sweep: warnings, escalations and misses, each once, at a cost that follows what is due.

It asks one index for the obligations whose next instant has come. Each is claimed by a conditional update in the
transaction that does what is to be done, so two sweepers never act twice and a crash undoes both or neither.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.events.batches import alone
from jiannuo.office.accounts.roles import Role
from jiannuo.office.notices import NoticeKind
from jiannuo.office.notices.services import notify
from jiannuo.promises.obligations import notices
from jiannuo.promises.obligations.events import ObligationMissed
from jiannuo.promises.obligations.journal import local_text, note
from jiannuo.promises.obligations.models import Obligation, ObligationStep
from jiannuo.promises.obligations.recipients import Recipients, acting, unique
from jiannuo.promises.obligations.schedule import next_instant
from jiannuo.promises.obligations.words import WORDS
from jiannuo.rules import Consequence, jsonform

BATCH = 500
PORTION = 50  # read together, few enough that what was read is fresh when its turn comes
RETRY_AFTER = timedelta(minutes=5)
Kind = ObligationStep.Kind


def sweep(now: datetime | None = None, *, limit: int = BATCH) -> int:
    """Do what the obligations ask for up to ``now``; how many were acted on, at most ``limit``.

    One that fails is logged and tried again five minutes later, so that it holds up no other.
    """
    now = now or timezone.now()
    due = Obligation.objects.filter(next_at__lte=now).order_by("next_at").values_list("pk", flat=True)[:limit]
    keys = list(due)
    recipients = Recipients(now)
    acted = 0
    for start in range(0, len(keys), PORTION):
        for obligation in _read(keys[start : start + PORTION]):
            instant = obligation.next_at
            if instant is None or instant > now:
                continue
            waiting = Obligation.objects.filter(pk=obligation.pk, next_at=instant)
            with alone(
                "Obligation %s could not be swept; it is tried again in %s",
                obligation.pk,
                RETRY_AFTER,
                otherwise=partial(waiting.update, next_at=now + RETRY_AFTER),
            ):
                acted += act(obligation, instant, now, recipients)
    return acted


def _read(keys: list[int]) -> list[Obligation]:
    """The obligations with their steps and whom they concern, in order; two queries."""
    rows = Obligation.objects.filter(pk__in=keys).select_related(
        "organization", "document", "customer", "person__deputy", "unit"
    )
    return list(rows.prefetch_related("steps").order_by("next_at", "pk"))


def act(obligation: Obligation, instant: datetime, now: datetime, recipients: Recipients) -> bool:
    """Claim one obligation and do its steps up to ``now``; False when another sweeper was first.

    Whatever changes what is to be done (kept, paused, waived, cancelled) changes ``next_at`` too: a claim that succeeds
    proves that what was read is still so.
    """
    with transaction.atomic():
        if not Obligation.objects.filter(pk=obligation.pk, next_at=instant).update(next_at=None):
            return False
        steps = [step for step in obligation.steps.all() if step.done_at is None and step.at is not None]
        passed = [step for step in steps if step.at is not None and step.at <= now]
        if obligation.is_owed:
            _do(obligation, passed, now, recipients)
        for step in passed:
            step.done_at = now
            if step.repeat and step.at is not None and obligation.is_owed:
                step.done_at, step.told = None, step.told + 1
                step.at = _next_telling(step.at, step.repeat, now)
                step.save(update_fields=["at", "told"])
        done = [step.pk for step in passed if step.done_at is not None]
        ObligationStep.objects.filter(pk__in=done).update(done_at=now)
        obligation.next_at = next_instant(steps) if obligation.is_owed else None
        obligation.save(update_fields=["next_at", "state", "warned_at", "missed_at"])
    return True


def _next_telling(at: datetime, repeat: timedelta, now: datetime) -> datetime:
    """The next instant of the rhythm after ``now``: a standstill is not made up for by a burst."""
    return at + repeat * ((now - at) // repeat + 1)


def _do(obligation: Obligation, passed: list[ObligationStep], now: datetime, recipients: Recipients) -> None:
    """What the passed steps ask for. After a standstill a miss speaks for the warning that came before it."""
    kinds = {step.kind for step in passed}
    if Kind.MISS in kinds:
        _miss(obligation, now, recipients)
    elif Kind.WARN in kinds:
        _warn(obligation, now, recipients)
    for steps in _by_role(step for step in passed if step.kind == Kind.ESCALATE):
        _escalate(obligation, steps, now, recipients)


def _by_role(steps: Iterable[ObligationStep]) -> list[list[ObligationStep]]:
    """Steps of one role together: after a standstill each person is told once."""
    grouped: dict[str, list[ObligationStep]] = {}
    for step in steps:
        grouped.setdefault(step.role, []).append(step)
    return list(grouped.values())


def _warn(obligation: Obligation, now: datetime, recipients: Recipients) -> None:
    obligation.warned_at = now
    note(obligation.document, "warned", [obligation], at=now)
    _tell(obligation, notices.WARNING, _responsible(obligation, recipients, now), obligation.due_at)


def _miss(obligation: Obligation, now: datetime, recipients: Recipients) -> None:
    obligation.state = Obligation.State.MISSED
    obligation.missed_at = obligation.due_at
    note(obligation.document, "missed", [obligation], at=now, consequences=obligation.consequences)
    _tell(obligation, notices.MISSED, _responsible(obligation, recipients, now), obligation.due_at)
    publish(
        ObligationMissed(
            obligation_id=obligation.pk,
            document_id=obligation.document_id,
            metric=obligation.metric,
            at=obligation.due_at or now,
            consequences=tuple(jsonform.from_json(Consequence, one) for one in obligation.consequences),
            unit_id=obligation.unit_id,
            organization_id=obligation.organization_id,
            customer_id=obligation.customer_id,
            clause=obligation.clause,
            debtor=obligation.debtor,
            creditor=obligation.creditor,
        )
    )


def _escalate(
    obligation: Obligation, steps: list[ObligationStep], now: datetime, recipients: Recipients
) -> None:
    role, label = steps[0].role, steps[0].role_label
    people = recipients.escalated_to(role, obligation.organization)
    if not people:
        note(obligation.document, "nobody", [obligation], at=now, people=label)
        return
    names = "、".join(str(person) for person in people)
    told_before = sum(step.told for step in steps)
    if not told_before:
        note(obligation.document, "escalated", [obligation], at=now, people=f"{label} {names}", role=role)
    channels = list(dict.fromkeys(channel for step in steps for channel in step.channels))
    occasion = f"{role}:{obligation.due_at}" + (f":{told_before}" if told_before else "")
    _tell(obligation, notices.ESCALATED, people, occasion, channels)


def _responsible(obligation: Obligation, recipients: Recipients, now: datetime) -> list[Any]:
    """The person who answers for it (or the deputy) and the dispatchers of the organisation."""
    return unique(
        [acting(obligation.person, now), *recipients.holding(Role.DISPATCHER, obligation.organization)]
    ) or recipients.escalated_to(Role.DEALER_CLERK, obligation.organization)


def _tell(
    obligation: Obligation,
    kind: NoticeKind,
    people: list[Any],
    occasion: object,
    channels: Sequence[str] = (),
) -> None:
    """Tell ``people`` once for each ``occasion``, each in their own language, by these channels or by their own."""
    owed = "; ".join(one.get("text") or one["code"] for one in obligation.consequences)
    context = {
        "number": obligation.subject_label,
        "metric": WORDS.get(obligation.metric, obligation.metric),
        "promise": obligation.text,
        "title": obligation.document.title if obligation.document is not None else obligation.subject_label,
        "customer": obligation.customer or "—",
        "person": obligation.person or "—",
        "organization": obligation.organization,
        "due": local_text(obligation.due_at, obligation.organization),
        "instead": format_lazy("{}{}", _("Owed when it is missed: "), owed) if owed else "",
    }
    key = f"{kind.id}:{obligation.pk}:{occasion}"
    url = obligation.get_absolute_url() if kind.answer or obligation.document is None else ""
    notify(people, kind, document=obligation.document, context=context, key=key, url=url, channels=channels)

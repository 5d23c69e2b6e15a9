"""Writes about attempts from afar; the actions of the request call them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import override

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import Document, TimelineEntry
from jiannuo.operations.desk.remote.models import Attempt
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation

Outcome = Attempt.Outcome


def check(request: Any, data: Mapping[str, Any], *, at: datetime) -> None:
    """Raise ValidationError when an attempt cannot be written down like this."""
    outcome: Any = data.get("outcome")
    promised: datetime | None = data.get("next_answer_at")
    if not str(data.get("tried") or "").strip():
        raise ValidationError({"tried": _("Write what was tried with the customer, and what it showed.")})
    if outcome == Outcome.SOLVED and request.state == "in_progress":
        raise ValidationError(
            {
                "outcome": _(
                    "Work is under way. Cancel the work order first, or note that somebody has to come."
                )
            }
        )
    if outcome != Outcome.UNSOLVED:
        return
    if promised is None:
        raise ValidationError(
            {"next_answer_at": _("Tell the customer by when you will answer, and write it down here.")}
        )
    if promised <= at:
        raise ValidationError({"next_answer_at": _("This instant has passed. Promise one that is to come.")})


def told(data: Mapping[str, Any]) -> str:
    """The attempt in words for the timeline."""
    way = dict(Attempt.Way.choices).get(data.get("way", ""), "")
    outcome = dict(Outcome.choices).get(data.get("outcome", ""), "")
    return "\n".join((f"{way} · {outcome}", str(data.get("tried") or "").strip()))


def keep_attempt(request: Any, *, by: Any, at: datetime, data: Mapping[str, Any]) -> Attempt:
    """Write an attempt down; it has been checked."""
    unsolved = data["outcome"] == Outcome.UNSOLVED
    return Attempt.objects.create(
        request_id=request.pk,
        way=data["way"],
        tried=str(data["tried"]).strip(),
        outcome=data["outcome"],
        article=data.get("article"),
        next_answer_at=data["next_answer_at"] if unsolved else None,
        by=by,
        at=at,
    )


def tell_order(order: Document, attempts: Iterable[Attempt]) -> None:
    """Say on a work order what was tried before, so that whoever travels does not begin anew."""
    told_of = [attempt for attempt in attempts if attempt.tried]
    for attempt in told_of:
        with override(settings.LANGUAGE_CODE):
            said = told({"way": attempt.way, "outcome": attempt.outcome, "tried": attempt.tried})
            text = f"{_('Tried from afar')} · {said}"
        documents.record(
            order, TimelineEntry.Kind.CHANGE, by=attempt.by, at=attempt.at, action="diagnose", text=text
        )
    if told_of:  # a telephone that has the job already fetches it again
        Document.objects.filter(pk=order.pk).update(updated_at=timezone.now())


def promise_answer(request: Any, *, by: Any, at: datetime, due_at: datetime) -> Obligation:
    """Owe the customer the next word by the instant that was named: any contact until then keeps it."""
    with override(settings.LANGUAGE_CODE):
        when = localtime(due_at).strftime("%Y-%m-%d %H:%M")
        text = _("The customer was told to hear from us again by %(when)s.") % {"when": when}
        source = _("promised by word")
    return obligations.give_word(
        request,
        "contact",
        due_at=due_at,
        text=text,
        source=source,
        organization=request.organization,
        customer=request.customer,
        person=by,
        by=by,
        at=at,
    )

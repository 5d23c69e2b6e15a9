"""What a person promised a customer by word, outside of every clause: by when they hear from us again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from django.db import transaction

from jiannuo.office.documents.models import Document
from jiannuo.promises.commitments.engine import calendar_of
from jiannuo.promises.obligations.journal import note
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.opening import about_document, owe
from jiannuo.rules import Escalation, Limit, ObligationPlan, Point, Source, replanned
from jiannuo.rules.decision import ALWAYS

#: stands in the ledger where the clause would
BY_WORD: Final = "by-word"


@transaction.atomic
def give_word(
    document: Document,
    metric: str,
    *,
    due_at: datetime,
    text: str,
    source: str,
    organization: Any,
    customer: Any,
    person: Any,
    at: datetime,
    by: Any = None,
) -> Obligation:
    """Owe ``metric`` by ``due_at`` because ``person`` said so; ``source`` names what kind of promise it is.

    It is warned of and escalated in the way of the other promises about the document, since no clause says how.
    Whoever decides anew on the document leaves it as it is. Raises ValueError when ``due_at`` is not after ``at``.
    """
    if due_at <= at:
        raise ValueError(f"a promise given at {at} cannot be due at {due_at}")
    warn, ladder = _manner(document, metric)
    plan = ObligationPlan(
        metric=metric,
        clause=BY_WORD,
        commitment="",
        version=0,
        text=text,
        source=Source(document=source),
        calendar=ALWAYS,
        started_at=at,
        due_at=due_at,
        limit=Limit(amount=Decimal(str((due_at - at).total_seconds())) / 60, unit="minutes"),
        warn=warn,
        ladder=ladder,
    )
    plan = replace(replanned(plan, calendar_of(None, ALWAYS)), due_at=due_at)
    subject = about_document(document, organization=organization, customer=customer, person=person)
    given = Obligation.objects.filter(document_id=document.pk, clause=BY_WORD).count()
    opened = owe(subject, [plan], lambda _plan: f"{subject.key}:{BY_WORD}:{given + 1}")
    note(document, "opened", opened, at=at, by=by)
    return opened[0]


def _manner(document: Document, metric: str) -> tuple[Point | None, tuple[Escalation, ...]]:
    """How another promise about the document warns and escalates, as far as that fits a term of any length.

    One for the same thing goes first. Instants that are told as so much time after the start are left out.
    """
    rows = Obligation.objects.filter(document_id=document.pk).exclude(clause=BY_WORD).order_by("pk")
    plans = [ObligationPlan.from_json(one) for one in rows.values_list("plan", flat=True)]
    for plan in sorted(plans, key=lambda one: one.metric != metric):
        warn = plan.warn if plan.warn is not None and plan.warn.fraction is not None else None
        ladder = tuple(
            step for step in plan.ladder if step.at.anchor == "missed" or step.at.fraction is not None
        )
        if warn is not None or ladder:
            return warn, ladder
    return None, ()

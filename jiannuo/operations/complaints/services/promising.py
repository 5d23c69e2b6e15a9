"""What is promised to who complains: the clauses that ask for a complaint, and for its weight once that is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from jiannuo.operations.complaints.models import Complaint
from jiannuo.promises.commitments.services import about_the_case, decide, facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.models import Obligation
from jiannuo.rules import Decision

#: what the officer of a complaint answers for, also where the request owes it
OWN = ("response", "contact", "answer", "investigation", "report", "compensation", "closure")
BY_ASSIGNING = ("acknowledgement", "registration", "arrangement")
BY_FINDINGS = ("investigation", "diagnosis")
BY_ANSWER = ("response", "contact", "answer", "guidance", "report")


def decision_for(complaint: Complaint) -> Decision:
    """The decision on a complaint, judged at the instant at which it was received.

    Its weight counts from the moment at which the desk has weighed it, which is when it is assigned.
    """
    at = complaint.received_at
    facts = facts_for(
        unit=complaint.unit,
        customer=complaint.customer,
        kind=complaint.request_kind,
        channel=complaint.channel,
        events={"requested": at, "complained": at},
    )
    if complaint.state != Complaint.State.REGISTERED:
        facts = replace(facts, complaint_grade=complaint.weight)
    return about_the_case(decide(facts, at, complaint.organization), {at})


def owe(complaint: Complaint, *, by: Any, at: datetime, reason: str = "") -> None:
    """Owe what is promised, and what a changed weight changes; what the request behind it owes is not owed twice."""
    decision = decision_for(complaint)
    if complaint.source_id is not None:
        rows = Obligation.objects.filter(document_id=complaint.source_id)
        already = set(rows.values_list("metric", "clause"))
        decision = replace(
            decision,
            obligations=tuple(
                plan for plan in decision.obligations if (plan.metric, plan.clause) not in already
            ),
        )
    obligations.replan(
        complaint,
        decision,
        organization=complaint.organization,
        customer=complaint.customer,
        person=complaint.officer,
        at=at,
        by=by,
        reason=reason,
    )


def kept(complaint: Complaint, metrics: tuple[str, ...], *, at: datetime, by: Any) -> None:
    """Meet what the complaint and its request owe. The proof names the request, which others may see."""
    obligations.fulfil(complaint, metrics, at=at, by=by, evidence=complaint.source)

"""What is promised for a request: at intake, when its facts change, and when later events start further clocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.search.services import index_many
from jiannuo.office.documents.events import MatterRaised
from jiannuo.office.documents.matters import hand_over_words, take_up
from jiannuo.office.documents.models import Document
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.promises.commitments.services import about_the_case, decide, facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.rules import Decision

#: what a request of a kind is beside a request: the event that clauses about it start with
ALSO_HAPPENED = {"complaint": "complained", "return": "applied"}

#: what other rooms take up beside the desk
TAKEN_UP_ELSEWHERE = ("complaint", "suggestion")


def decision_for(
    request: ServiceRequest, *, events: Mapping[str, datetime] | None = None, as_of: datetime | None = None
) -> Decision:
    """The decision on a request (saved or not), judged at the instant at which it was received.

    ``events`` are what has happened since; ``as_of`` keeps to the commitments that had been published then.
    """
    facts = facts_for(
        unit=request.unit,
        customer=request.customer if request.customer_id else None,
        category=request.category,
        division=request.division_id,
        kind=request.request_kind,
        severity=request.severity,
        channel=request.channel,
        symptom=request.symptom,
        events={"requested": request.received_at, **_also(request), **(events or {})},
    )
    decision = decide(facts, request.received_at, request.organization, as_of=as_of)
    return about_the_case(decision, {request.received_at, *(events or {}).values()})


def _also(request: ServiceRequest) -> dict[str, datetime]:
    event = ALSO_HAPPENED.get(request.request_kind)
    return {event: request.received_at} if event else {}


def raise_matter(request: ServiceRequest) -> None:
    """Tell the room that takes up what this request is, where another does; what it keeps is taken off the request."""
    keeper = take_up(request, request.request_kind) if request.is_entrusted else None
    if keeper is not None:
        _entrust(request, keeper)
    elif request.request_kind in TAKEN_UP_ELSEWHERE:
        publish(MatterRaised(document_id=request.pk, matter=request.request_kind))


def _entrust(request: ServiceRequest, keeper: Document) -> None:
    """Leave on the request what the service needs: number, customer, and that it is with the independent desk."""
    hand_over_words(request, keeper)
    request.title = _("Complaint, with the independent desk")
    request.symptom_text = request.reporter_name = request.reporter_phone = ""
    request.symptom = None
    request.save(update_fields=["title", "symptom_text", "symptom", "reporter_name", "reporter_phone"])
    request.attempts.update(tried="", article=None)
    index_many(ServiceRequest, [request.pk])


def freeze(request: ServiceRequest, decision: Decision) -> None:
    """Keep the decision with the request (not saved here)."""
    request.decision = decision.to_json()
    request.decided_at = timezone.now()
    request.in_warranty = decision.in_warranty if request.unit_id else None


def owe_from(request: ServiceRequest, decision: Decision, *, by: Any, person: Any) -> None:
    """Open what the decision promises."""
    obligations.open_obligations(
        request,
        decision,
        organization=request.organization,
        customer=request.customer,
        person=person,
        by=by,
        at=request.received_at if request.is_demo else None,
    )


def decide_anew(request: ServiceRequest, *, by: Any, at: datetime, reason: str) -> None:
    """Decide again after the desk corrected the facts, by the promises that were public at intake."""
    decision = decision_for(request, as_of=request.decided_at)
    kept_since = request.decided_at
    freeze(request, decision)
    request.decided_at = kept_since or request.decided_at
    ServiceRequest.objects.filter(pk=request.pk).update(
        decision=request.decision, in_warranty=request.in_warranty, decided_at=request.decided_at
    )
    obligations.replan(
        request,
        decision,
        organization=request.organization,
        customer=request.customer,
        person=request.owner or by,
        at=at,
        by=by,
        reason=reason,
    )


def owe_since(request: ServiceRequest, events: Mapping[str, datetime], *, technician: Any) -> None:
    """Open what starts with later events (a report within a day of arrival, say); the technician answers for it."""
    decision = decision_for(request, events=events, as_of=request.decided_at)
    opened = obligations.open_obligations(
        request,
        decision,
        organization=request.organization,
        customer=request.customer,
        person=request.owner,
        at=max(events.values()),
    )
    if opened and technician is not None:
        metrics = {one.metric for one in opened}
        obligations.assign(request, technician, metrics=metrics)

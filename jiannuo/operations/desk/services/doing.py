"""What people do with a request, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.resending import digest_of
from jiannuo.kernel.search.services import index_many
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.events import RequestReplied, ServiceEnded
from jiannuo.office.documents.models import DocumentLink, TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.operations.desk import events, notices
from jiannuo.operations.desk.models import ContactWay, PushBack, ServiceRequest
from jiannuo.operations.desk.queries import ENDED_ORDERS, orders_of
from jiannuo.operations.desk.remote import services as remote
from jiannuo.operations.desk.routing.pushback import employer_of, manager_of, report
from jiannuo.operations.desk.routing.sending import STAYS, note_sending, send_again
from jiannuo.operations.desk.services.deciding import decide_anew, owe_since, raise_matter
from jiannuo.operations.desk.services.registering import register_request
from jiannuo.operations.knowledge import services as knowledge
from jiannuo.operations.workorders import remedies
from jiannuo.operations.workorders.services.promises import BY_NOTICE
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.recipients import Recipients

#: Metrics that the first word with the customer meets, and those that an answer without a visit meets as well.
BY_CONTACT = ("response", "contact")
BY_ANSWER = (*BY_CONTACT, "answer", "guidance", "diagnosis", "repair", "restore")
BY_ATTEMPT = (*BY_CONTACT, "guidance")
#: What is owed only while the request is being worked on; a report or a visit stays owed after it is closed.
WHILE_OPEN = (*BY_ANSWER, "arrangement", "arrival", "spare", "loaner", "installation", "support", "closure")


@transaction.atomic
def do(
    document: ServiceRequest,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> ServiceRequest:
    """Do an action with everything that follows from it; raises what ``documents.services.perform`` raises."""
    at = at or timezone.now()
    data = dict(data or {})
    before = document
    if name == remedies.ACTION:
        chosen, _approval = remedies.choose(
            document,
            str(data.get("remedy", "")),
            by=by,
            said=str(data.get("said", "")),
            version=version,
            at=at,
            as_system=as_system,
        )
        return chosen  # type: ignore[return-value]
    if name == "cancel":
        _refuse_while_work_goes_on(document)
    if name == "merge":
        _refuse_merge(document, data.get("into"))
    if name == "contacted":
        text = text or contact_text(data)
    if name == "diagnose":
        remote.check(document, data, at=at)
        text = text or remote.told(data)
    dealer = document.organization
    if name == "hand_back":
        data["to"], text = manager_of(dealer), f"{data['why']}: {data.get('reason', '')}"
    request = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    follow = _AFTER.get(name)
    if follow is not None:
        follow(request, by=by, at=at, data={**data, "from": dealer}, before=before)
    return request


#: What needs more than an answer on the telephone: it is looked into, graded or taken back.
NEVER_AT_ONCE = ("complaint", "suggestion", "return")


@transaction.atomic
def answer_at_once(
    *, by: Any, answer: str, article: Any = None, at: datetime | None = None, **request: Any
) -> ServiceRequest:
    """Register, answer and close in one step what could be told at once; ``article`` is what answered it.

    ``request`` is what :func:`register_request` takes, ``at`` when the answer was given (default: now).
    Raises what that raises, and ValidationError for a matter that has to be looked into, or without an answer.
    """
    if not answer.strip():
        raise ValidationError({"answer": _("Write what the customer was told.")})
    if request.get("request_kind") in NEVER_AT_ONCE:
        raise ValidationError({"answer": _("This kind of request is not closed at once. Register it.")})
    registered = register_request(
        by=by, is_routed=False, also_sent=digest_of({"answer": answer, "article": article}), **request
    )
    if registered.state != ServiceRequest.State.NEW:
        return registered  # sent twice: it was answered the first time
    do(registered, "give_answer", by=by, at=at, data={"answer": answer.strip(), "article": article})
    return do(registered, "close", by=by, at=at)


def contact_text(data: Mapping[str, Any]) -> str:
    """How and with whom the customer was contacted, in one line."""
    way = dict(ContactWay.choices).get(data.get("way", ""), "")
    parts = [str(way), str(data.get("spoken_with") or ""), str(data.get("remark") or "")]
    return " · ".join(part for part in parts if part)


def _triaged(request: ServiceRequest, *, by: Any, at: datetime, before: ServiceRequest, **_rest: Any) -> None:
    """What the desk corrected decides anew what is promised and who is responsible."""
    is_kind_new = request.request_kind != before.request_kind
    is_judged_new = is_kind_new or request.severity != before.severity
    sent = STAYS
    if is_judged_new or request.nature != before.nature:
        sent = send_again(request, by=by, owner_before=before.owner)
    if is_judged_new:
        decide_anew(request, by=by, at=at, reason=_("Kind or severity was corrected."))
    if is_kind_new:
        raise_matter(request)  # before anybody is told: of a complaint the service hears no word
    note_sending(request, sent, by=by, at=at)
    obligations.fulfil(request, "response", at=at, by=by)
    if sent.verdict is not None:
        owe_since(request, {"dispatched": at}, technician=None)
        request.obligations.open().update(organization=request.organization, person=request.owner)
        return
    person = request.owner or by
    field = obligations.FIELD_METRICS
    owed = request.obligations.open().values_list("metric", "person_id")
    theirs = {metric for metric, holder in owed if metric not in field or holder is None or holder == by.pk}
    obligations.assign(request, person, metrics=theirs, by=by)


def _contacted(
    request: ServiceRequest, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any
) -> None:
    contacted_at = data.get("contacted_at") or at
    obligations.fulfil(request, BY_CONTACT, at=contacted_at, by=by)
    for order in orders_of(request):  # what must be said before an appointment is owed by its order
        obligations.fulfil(order, BY_NOTICE, at=contacted_at, evidence=request, by=by)


def _diagnosed(
    request: ServiceRequest, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any
) -> None:
    """The customer was spoken with and guided; what was solved is answered, what was not is promised an answer."""
    attempt = remote.keep_attempt(request, by=by, at=at, data=data)
    for order in orders_of(request):
        if order.state not in ENDED_ORDERS:
            remote.tell_order(order, [attempt])
    obligations.fulfil(request, BY_ATTEMPT, at=at, by=by)
    if data["outcome"] == remote.Outcome.SOLVED:
        do(
            request,
            "give_answer",
            by=by,
            at=at,
            data={"answer": data["tried"], "article": data.get("article")},
        )
    elif data["outcome"] == remote.Outcome.UNSOLVED:
        remote.promise_answer(request, by=by, at=at, due_at=data["next_answer_at"])


def _answered(
    request: ServiceRequest, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any
) -> None:
    if data.get("article") is not None:
        knowledge.note_use(data["article"], request, by=by)
    obligations.fulfil(request, BY_ANSWER, at=at, by=by)
    left = set(WHILE_OPEN) - {"closure"}
    obligations.cancel(request, at=at, by=by, reason=_("Answered without a visit."), metrics=left)
    publish(events.RequestAnswered(request_id=request.pk, number=request.number, at=at))
    publish(RequestReplied(request_id=request.pk, answer=request.answer, at=at))
    if by is not None and not request.is_entrusted:  # else a complaint was dealt with, which its desk tells
        publish(
            ServiceEnded(
                document_id=request.pk,
                how="answered",
                at=at,
                customer_id=request.customer_id,
                organization_id=request.organization_id,
                unit_id=request.unit_id,
                person_id=by.pk,
            )
        )


def _resolved(request: ServiceRequest, *, at: datetime, **_rest: Any) -> None:
    publish(events.RequestResolved(request_id=request.pk, number=request.number, at=at))


def _closed(request: ServiceRequest, *, by: Any, at: datetime, **_rest: Any) -> None:
    obligations.fulfil(request, "closure", at=at, by=by)
    obligations.cancel(request, at=at, by=by, reason=_("The request is closed."), metrics=WHILE_OPEN)
    publish(events.RequestClosed(request_id=request.pk, number=request.number, at=at))


def _arranged(request: ServiceRequest, *, by: Any, at: datetime, **_rest: Any) -> None:
    obligations.fulfil(request, ("arrangement", *BY_CONTACT), at=at, by=by)


def _checked(
    request: ServiceRequest, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any
) -> None:
    """The check was done; what is not arranged goes to the leaders at once."""
    obligations.fulfil(request, "review", at=at, by=by)
    if data.get("result") != "not_arranged":
        return
    leaders = Recipients(at).escalated_to(Role.DEPARTMENT_MANAGER, manager_of(request.organization))
    context = {"customer": request.customer, "title": request.title, "remark": data.get("remark", "")}
    key = f"not-arranged:{request.pk}:{request.version}"
    notify(leaders, notices.NOT_ARRANGED, document=request, context=context, key=key)


def _handed_back(
    request: ServiceRequest, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any
) -> None:
    """The customer is the managing organisation's again; what was promised stays owed, by it."""
    index_many(ServiceRequest, [request.pk])  # found where it is now, and no more where it was
    request.obligations.open().update(organization=request.organization, person=None)
    said = f"{data['why']}: {data.get('reason', '')}"
    report(
        PushBack.Kind.HANDED_BACK,
        dealer=data["from"],
        document=request,
        reason=said,
        at=at,
        by=by,
        occasion=str(request.version),
        is_accepted=data["why"].accepted,
    )
    people = Recipients(at).escalated_to(Role.DISPATCHER, request.organization)
    context = {"customer": request.customer, "title": request.title, "rule": said}
    notify(
        people, notices.SENT, document=request, context=context, key=f"back:{request.pk}:{request.version}"
    )


def _turned_away(
    request: ServiceRequest, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any
) -> None:
    found = report(
        PushBack.Kind.REFERRED,
        dealer=data["dealer"],
        document=request,
        reason=str(data.get("reason", "")),
        at=at,
        by=by,
    )
    if found is None:
        text = _(
            "%(dealer)s owes this customer nothing: neither its area nor its sale, or it is reported already."
        )
        raise ValidationError({"dealer": text % {"dealer": data["dealer"]}})


def _cancelled(
    request: ServiceRequest, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any
) -> None:
    dealer = employer_of(by)
    if dealer is not None and not _gave_up_its_order(request, dealer):
        said = str(data.get("reason") or "")
        report(PushBack.Kind.CANCELLED, dealer=dealer, document=request, reason=said, at=at, by=by)
    obligations.cancel(request, at=at, by=by, reason=str(data.get("reason") or ""))
    publish(events.RequestCancelled(request_id=request.pk, number=request.number, at=at))


def _gave_up_its_order(request: ServiceRequest, dealer: Any) -> bool:
    """Whether the dealer was reported for it already, when it cancelled the order: the same customer counts once."""
    rows = PushBack.objects.filter(kind=PushBack.Kind.GIVEN_UP, organization=dealer)
    return rows.filter(document__in=[order.pk for order in orders_of(request)]).exists()


def _merged(request: ServiceRequest, *, by: Any, at: datetime, data: Mapping[str, Any], **_rest: Any) -> None:
    into: ServiceRequest = data["into"]
    documents.link(request, into, DocumentLink.Kind.DUPLICATES)
    reason = _("Merged into %(number)s.") % {"number": into.number}
    obligations.cancel(request, at=at, by=by, reason=reason)
    documents.record(
        into,
        TimelineEntry.Kind.CHANGE,
        by=by,
        at=at,
        action="merge",
        text=_("%(number)s was the same and was merged into this one: %(text)s")
        % {"number": request.number, "text": request.symptom_text},
        data={"merged": request.number},
    )
    publish(events.RequestMerged(request_id=request.pk, number=request.number, at=at, into=into.number))


_AFTER: dict[str, Any] = {
    "triage": _triaged,
    "contacted": _contacted,
    "diagnose": _diagnosed,
    "arrange": _arranged,
    "check_arrangement": _checked,
    "hand_back": _handed_back,
    "turned_away": _turned_away,
    "give_answer": _answered,
    "resolve": _resolved,
    "close": _closed,
    "cancel": _cancelled,
    "merge": _merged,
}


def _refuse_while_work_goes_on(request: ServiceRequest) -> None:
    going = [order.number for order in orders_of(request) if order.state not in ENDED_ORDERS]
    if going:
        raise ValidationError(
            _("Work is under way: %(numbers)s. Cancel or close it first.") % {"numbers": ", ".join(going)}
        )


def _refuse_merge(request: ServiceRequest, into: Any) -> None:
    """Raise ValidationError unless ``into`` is another open request of the same customer."""
    if not isinstance(into, ServiceRequest):
        raise ValidationError({"into": _("Choose the request that this one repeats.")})
    into.refresh_from_db(fields=["state", "customer"])
    if into.pk == request.pk:
        raise ValidationError({"into": _("A request cannot be merged into itself.")})
    if into.customer_id != request.customer_id:
        raise ValidationError({"into": _("%(number)s is of another customer.") % {"number": into.number}})
    if into.is_entrusted:
        raise ValidationError(
            {
                "into": _("%(number)s is with the complaint desk. Register this one as a complaint instead.")
                % {"number": into.number}
            }
        )
    if not into.is_open:
        raise ValidationError(
            {"into": _("%(number)s is “%(state)s”.") % {"number": into.number, "state": into.state_label}}
        )

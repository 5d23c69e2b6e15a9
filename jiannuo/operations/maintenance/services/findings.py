"""Findings: raised once, followed by an owner, turned into an order or a request, solved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.events import publish
from jiannuo.kernel.money import in_figures
from jiannuo.office.accounts.roles import Role
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.events import RequestAsked
from jiannuo.office.documents.models import Document, DocumentLink, TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.operations.maintenance import notices
from jiannuo.operations.maintenance.events import FindingRaised
from jiannuo.operations.maintenance.models import Finding
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import create_order
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.recipients import Recipients, acting, unique
from jiannuo.rules import Decision

#: what a solved finding keeps, by metric of the clauses
BY_SOLVING = ("response", "diagnosis", "repair", "restore")
#: what settles a finding otherwise than by its quotation
MOVING_ON = ("order_repair", "ask_customer", "reopen", "solve", "drop")
#: the event with which clauses about findings start
DISCOVERED = "discovered"


@transaction.atomic
def raise_finding(
    *,
    by: Any,
    organization: Any,
    customer: Any,
    text: str,
    unit: Any = None,
    place: str = "",
    check_text: str = "",
    value: str = "",
    severity: str = Finding.Severity.NORMAL,
    found_in: Document | None = None,
    owner: Any = None,
    at: datetime | None = None,
    is_demo: bool = False,
) -> Finding | None:
    """Write down a finding, with what the clauses owe from its discovery on; ``None`` if it is open already.

    The same check at the same unit or place is one finding until it is solved: seeing it again is noted on it.
    Raises ValidationError without words, and for a unit of another customer.
    """
    at = at or timezone.now()
    if not text.strip():
        raise ValidationError({"text": _("Write what was found.")})
    if unit is not None and unit.customer_id != customer.pk:
        raise ValidationError({"unit": _("This unit belongs to another customer.")})
    if check_text and (known := _known(customer, unit, place, check_text)) is not None:
        seen = _("Seen again: %(value)s") % {"value": value or text}
        where = f" ({found_in.number})" if found_in is not None else ""
        documents.record(known, TimelineEntry.Kind.CHANGE, by=by, at=at, text=seen + where)
        return None
    finding = Finding(
        organization=organization,
        title=" · ".join(part for part in (str(customer), check_text or text.strip()) if part)[:200],
        customer=customer,
        unit=unit,
        place=place[:200],
        text=text.strip(),
        check_text=check_text[:160],
        value=value[:120],
        severity=severity,
        found_in_id=found_in.pk if found_in is not None else None,
        found_at=at,
        owner=owner or _first_owner(organization),
        created_at=at,
        is_demo=is_demo,
    )
    documents.create_document(finding, by=by)
    obligations.happened(DISCOVERED, at=at, document=finding, unit=unit, person=finding.owner, by=by)
    people: list[Any] = [acting(finding.owner)] if finding.owner is not None else []
    context = {"what": check_text or text.strip()[:80], "customer": customer}
    notify(
        unique(people) or Recipients().escalated_to(Role.DISPATCHER, organization),
        notices.FINDING,
        document=finding,
        context=context,
        key=f"finding:{finding.pk}",
    )
    publish(FindingRaised(finding_id=finding.pk, number=finding.number, at=at))
    return finding


def _known(customer: Any, unit: Any, place: str, check_text: str) -> Finding | None:
    rows = Finding.objects.filter(
        customer=customer, unit=unit, check_text=check_text[:160], state__in=Finding.OPEN_STATES
    )
    return (rows if unit is not None else rows.filter(place=place[:200])).order_by("pk").first()


def _first_owner(organization: Any) -> Any:
    """Nobody's finding is forgotten: the dispatcher of the organisation follows it until somebody else does."""
    return next(iter(Recipients().escalated_to(Role.DISPATCHER, organization)), None)


@transaction.atomic
def do_finding(
    document: Finding,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Finding:
    """Do an action with what follows: an order is made, the customer is asked, promises are kept or end.

    Raises what ``documents.services.perform`` raises.
    """
    at, values = at or timezone.now(), dict(data or {})
    finding = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    if name == "order_repair":
        make_order([finding], by=by, at=at, work=str(values.get("work", "")))
    elif name == "ask_customer":
        _ask(finding, by=by, text=str(values["text"]))
    elif name == "entrust":
        obligations.assign(finding, finding.owner, by=by)
        context = {"what": finding.check_text or finding.text[:80], "customer": finding.customer}
        key = f"finding-owner:{finding.pk}:{finding.version}"
        notify(unique([finding.owner]), notices.FINDING_YOURS, document=finding, context=context, key=key)
    elif name == "solve":
        obligations.fulfil(finding, BY_SOLVING, at=at, evidence=finding, by=by)
    elif name in ("drop", "refuse"):
        obligations.cancel(finding, at=at, by=by, reason=finding.result)
    elif name == "reopen" and document.state == Finding.State.REFUSED:
        _owe_again(finding, at, by=by)
    if name in MOVING_ON:
        from jiannuo.operations.maintenance.services.offering import finding_moved_on

        finding_moved_on(finding, by=by, at=at)
    related = ("organization", "customer", "unit__model", "owner", "found_in")
    return Finding.objects.select_related(*related).get(pk=finding.pk)


def _owe_again(finding: Finding, at: datetime, *, by: Any) -> None:
    """What a refusal ended is owed anew."""
    again = f"again-{finding.version}"
    obligations.happened(
        DISCOVERED, at=at, document=finding, unit=finding.unit, person=finding.owner, occasion=again, by=by
    )


def make_order(
    findings: Sequence[Finding],
    *,
    by: Any,
    at: datetime,
    work: str = "",
    decision: Decision | dict[str, Any] | None = None,
) -> WorkOrder:
    """A repair order that serves findings of one unit; without ``decision`` the clauses are asked now."""
    rows = Finding.objects.select_related(
        "organization", "customer", "unit__model__category", "unit__address", "unit__customer", "unit__dealer"
    )
    found = list(rows.filter(pk__in=[one.pk for one in findings]).order_by("pk"))
    finding = found[0]
    severity = max((one.severity for one in found), key=Finding.Severity.values.index)
    site = finding.unit.address if finding.unit is not None else None
    site = site or finding.customer.addresses.first()
    person, phone = finding.customer.contacts.first(), finding.customer.phones.first()
    if not decision:
        facts = facts_for(unit=finding.unit, customer=finding.customer, kind="repair", severity=severity)
        decision = decide(facts, at, finding.organization)
    order = create_order(
        by=by,
        organization=finding.organization,
        customer=finding.customer,
        unit=finding.unit,
        sources=found,
        fault="\n".join(part for part in (*(one.text for one in found), work.strip()) if part),
        severity=severity,
        decision=decision,
        division=site.division if site is not None else None,
        address=site.detail if site is not None else "",
        latitude=site.latitude if site is not None else None,
        longitude=site.longitude if site is not None else None,
        contact_name=(person.name if person is not None else finding.customer.name)[:60],
        contact_phone=phone.number if phone is not None else "",
        at=at,
    )
    if finding.is_demo:
        WorkOrder.objects.filter(pk=order.pk).update(is_demo=True)
    return order


def _ask(finding: Finding, *, by: Any, text: str) -> None:
    """A request of kind repair at the desk, with the estimate in its words; the desk agrees it with the customer."""
    words = [finding.text, text.strip()]
    if finding.estimate is not None:
        words.append(_("Estimate: %(amount)s") % {"amount": in_figures(finding.estimate)})
    publish(
        RequestAsked(
            document_id=finding.pk,
            key=f"finding:{finding.pk}:{finding.version}",
            request_kind="repair",
            text="\n".join(word for word in words if word),
            channel="inspection",
            by_id=getattr(by, "pk", None),
        )
    )


def served_findings(order_id: int) -> list[Finding]:
    """The findings in hand that an order serves, or that a request asked for which it serves."""
    links = DocumentLink.objects
    direct = links.filter(source=order_id, kind=DocumentLink.Kind.SERVES).values_list("target_id", flat=True)
    asked = links.filter(source__in=list(direct), kind=DocumentLink.Kind.FOLLOWS)
    keys = [*direct, *asked.values_list("target_id", flat=True)]
    return list(Finding.objects.filter(pk__in=keys, state="in_hand").select_related("organization"))


def order_closed(order_id: int, *, at: datetime) -> int:
    """The work for findings is done: they are solved, with the words of the order; how many."""
    findings = served_findings(order_id)
    if not findings:
        return 0
    order = WorkOrder.objects.get(pk=order_id)
    for finding in findings:
        words = [f"{order.number}", order.work_done, order.test_result]
        do_finding(
            finding,
            "solve",
            by=None,
            at=at,
            data={"result": "；".join(word for word in words if word)},
            as_system=True,
        )
    return len(findings)


def order_cancelled(order_id: int, *, at: datetime) -> int:
    """The order for a finding was given up: the finding is open again; how many."""
    findings = [one for one in served_findings(order_id) if not _has_other_order(one, order_id)]
    for finding in findings:
        reason = _("The work order was cancelled.")
        do_finding(finding, "reopen", by=None, at=at, data={"reason": reason}, as_system=True)
    return len(findings)


def _has_other_order(finding: Finding, order_id: int) -> bool:
    """Whether something else still works on a finding: another order, or the request that asked the customer."""
    links = DocumentLink.objects.filter(target=finding.pk).exclude(source=order_id)
    return links.exclude(source__state__in=["closed", "cancelled", "answered", "merged"]).exists()


def findings_from_order(order_id: int, *, at: datetime) -> list[Finding]:
    """What a maintenance or inspection found out of order becomes findings, each once."""
    order = WorkOrder.objects.select_related("organization", "customer", "unit", "technician").get(
        pk=order_id
    )
    if order.job not in (WorkOrder.Kind.MAINTENANCE, WorkOrder.Kind.INSPECTION):
        return []
    made = []
    for check in order.checks.filter(passed=False):
        if Finding.objects.filter(found_in=order.pk, check_text=check.text[:160]).exists():
            continue
        made.append(
            raise_finding(
                by=order.technician,
                organization=order.organization,
                customer=order.customer,
                unit=order.unit,
                place=order.address,
                text=f"{check.text} {check.shown_value} {check.limits}".strip(),
                check_text=check.text,
                value=check.shown_value,
                found_in=order,
                at=at,
                is_demo=order.is_demo,
            )
        )
    return [finding for finding in made if finding is not None]


def raise_by_hand(*, by: Any, organization: Any, **fields: Any) -> Finding:
    """A finding that a person writes down. Raises PermissionDenied unless they follow findings there."""
    probe = Finding(organization=organization)
    if not (by.has_perm("findings.handle", probe) or by.has_perm("patrols.record", probe)):
        raise PermissionDenied("findings.handle")
    made = raise_finding(by=by, organization=organization, **fields)
    if made is None:
        raise ValidationError(_("This finding is open already."))
    return made

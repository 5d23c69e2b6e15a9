"""Quotations from sending to the answer: consents of the house, validity, acceptance with its order, refusal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.money import in_figures, in_words
from jiannuo.office.accounts.models import User
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.approvals import cancel_pending
from jiannuo.office.documents.models import DocumentLink
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.operations.maintenance import telling
from jiannuo.operations.maintenance.models import Finding, Quotation, QuotedFinding
from jiannuo.operations.maintenance.services.findings import do_finding, make_order
from jiannuo.operations.maintenance.services.quotations import HANDLE, OF_UNIT, recharge
from jiannuo.operations.workorders import consents
from jiannuo.operations.workorders.services import put_agreed
from jiannuo.promises.commitments.engine import published
from jiannuo.promises.commitments.services import facts_for
from jiannuo.promises.obligations import services as obligations
from jiannuo.promises.obligations.starting import what_starts
from jiannuo.rules import AnyClause, Facts, ObligationPlan, TimeClause

State = Quotation.State
#: the event with which clauses about quotations start
QUOTED = "quoted"
#: under which metrics clauses give the customer time to decide
DECISION = ("answer", "response", "approval", "acknowledgement")
#: the longest validity that may be asked for (days)
LONGEST = 366


class AnswerTooLate(Exception):
    """There is nothing to answer any more: somebody was quicker, or the time is over."""


# Sending


def validity(quotation: Quotation, at: datetime) -> ObligationPlan | None:
    """What a clause says of how long the customer has to decide on a quotation sent ``at``; ``None`` without one.

    ``quotation`` must have been read with its unit.
    """
    facts = _facts(quotation, at)
    starting = what_starts(published(quotation.organization), facts, {QUOTED}, at, _is_time_to_decide)
    plans = [plan for found in starting.plans.values() for plan in found if plan.due_at is not None]
    return max(plans, key=lambda plan: plan.due_at or at, default=None)


def _facts(quotation: Quotation, at: datetime) -> Facts:
    return facts_for(
        unit=quotation.unit,
        customer=quotation.customer,
        kind="repair",
        severity=quotation.severity,
        events={QUOTED: at},
    )


def _is_time_to_decide(_commitment: str, clause: AnyClause) -> bool:
    return isinstance(clause, TimeClause) and clause.debtor == "customer" and clause.metric in DECISION


@transaction.atomic
def do_quotation(
    document: Quotation,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> Quotation:
    """Do an action with what follows from it. Sending may wait for consents; then the draft stays a draft.

    Raises what ``documents.services.perform`` raises, and ValidationError for what cannot be sent or answered.
    """
    at, values = at or timezone.now(), dict(data or {})
    if name == "send":
        by, values = _prepared(document, values, by=by, at=at, version=version, as_system=as_system)
        if values is None:
            return _fresh(document)
    elif name == "resend":
        _require_address(values)
    elif name == "note_answer":
        values = _worded(document, values, at=at)
    quotation = documents.perform(
        document, name, by=by, data=values, version=version, at=at, as_system=as_system, text=text
    )
    quotation = _fresh(quotation)
    if name == "send":
        _sent(quotation, by=by, at=at)
    elif name == "resend":
        telling.tell_customer_of(quotation)
    elif name == "note_answer":
        obligations.fulfil(quotation, DECISION, at=at, by=by)
        _answered(quotation, by=by, at=at)
    elif name == "withdraw":
        _withdrawn(quotation, by=by, at=at, reason=str(values["reason"]))
    elif name == "expire":
        obligations.cancel(quotation, at=at, reason=_("Its time is over."))
        _refused(quotation, name="", by=None, at=at)
    return _fresh(quotation)


def _fresh(quotation: Quotation) -> Quotation:
    related = ("organization", "customer", "created_by", "sent_by", "order", *OF_UNIT)
    return Quotation.objects.select_related(*related).get(pk=quotation.pk)


def _prepared(
    document: Quotation,
    values: dict[str, Any],
    *,
    by: Any,
    at: datetime,
    version: int | None,
    as_system: bool,
) -> tuple[Any, Any]:
    """Who sends it, with what; no values while a consent is asked for. An approval sends it for who asked."""
    documents.lock(document, version=version)
    quotation = _fresh(document)
    sender = User.objects.filter(pk=values.pop("asked_by", 0)).first() or by
    if not as_system and not by.has_perm(HANDLE, quotation):
        raise PermissionDenied(HANDLE)
    asked = {key: values.get(key) for key in ("email", "phone", "valid_days", "tax_percent", "note")}
    if quotation.state != State.DRAFT:
        return sender, {**_texts(asked), "valid_until": at}  # perform says why not
    recharge(quotation)
    _check_sendable(quotation, asked)
    until, because = _valid_until(quotation, asked, at)
    if _waits_for_consent(quotation, asked, by=sender):
        return sender, None
    return sender, {**_texts(asked), "valid_until": until, "valid_because": because}


def _texts(asked: Mapping[str, Any]) -> dict[str, Any]:
    tax = asked["tax_percent"]
    return {
        "email": str(asked["email"] or ""),
        "phone": str(asked["phone"] or ""),
        "note": str(asked["note"] or ""),
        "tax_percent": Decimal(str(tax)) if tax not in (None, "") else None,
    }


def _check_sendable(quotation: Quotation, asked: Mapping[str, Any]) -> None:
    if not quotation.lines.exists():
        raise ValidationError(_("Add labour, parts or other lines first."))
    for row in quotation.quoted.select_related("finding"):
        if row.finding.state != Finding.State.OPEN:
            words = {"number": row.finding.number, "state": row.finding.state_label}
            raise ValidationError(_("%(number)s is “%(state)s” already.") % words)
    _require_address(asked)


def _require_address(asked: Mapping[str, Any]) -> None:
    if not asked.get("email") and not asked.get("phone"):
        raise ValidationError({"email": _("Enter an e-mail address or a phone number of the customer.")})


def _valid_until(quotation: Quotation, asked: Mapping[str, Any], at: datetime) -> tuple[datetime, str]:
    """Until when it is good: as a clause says, else the days asked for, to the end of the last one."""
    promised = validity(quotation, at)
    if promised is not None and promised.due_at is not None:
        return promised.due_at, promised.text
    days = asked["valid_days"]
    if days in (None, "") or not 1 <= int(days) <= LONGEST:
        raise ValidationError(
            {
                "valid_days": _("No clause says how long it is good: enter from 1 to %(most)s days.")
                % {"most": LONGEST}
            }
        )
    day = timezone.localdate(at) + timedelta(days=int(days))
    return timezone.make_aware(datetime.combine(day, time.max.replace(microsecond=0))), ""


def _waits_for_consent(quotation: Quotation, asked: Mapping[str, Any], *, by: Any) -> bool:
    """Ask for the consents that clauses want before it is sent: to prices below the list, to the sum.

    Where only the customer's is wanted, the answer gives it.
    """
    below = sum((line.below_list for line in quotation.lines.all()), Decimal("0.00"))
    for subject, amount in (("discount", below), ("quotation", quotation.total)):
        if not amount:
            continue
        missing = consents.needed(quotation, subject, amount=amount, by=by)
        if missing is None or consents.is_customers_alone(missing):
            continue
        plain = {key: str(value) for key, value in asked.items() if value not in (None, "")}
        plain["asked_by"] = str(by.pk)
        found = consents.obtain(
            quotation,
            subject,
            by=by,
            amount=amount,
            action="send",
            data=plain,
            what=f"{quotation.number} ¥{amount:,.2f}",
        )
        if found is not None:
            return True  # one after the other: what was agreed to sends it, and asks for the next
    return False


def _sent(quotation: Quotation, *, by: Any, at: datetime) -> None:
    """The findings are in hand; who promised a quotation has kept it; the customer is told."""
    for row in quotation.quoted.select_related("finding"):
        number = {"number": quotation.number}
        do_finding(row.finding, "quote", by=by, at=at, data=number, as_system=True, text=quotation.number)
        obligations.fulfil(row.finding, "quotation", at=at, evidence=quotation, by=by)
    obligations.happened(QUOTED, at=at, document=quotation, facts=_facts(quotation, at), by=by)
    telling.tell_customer_of(quotation)


# Answering


def consent_words(quotation: Quotation) -> str:
    """What a customer who accepts agrees to."""
    sum_ = quotation.customer_total
    return _("I agree to the work of quotation %(number)s and to pay %(figures)s (%(words)s) for it.") % {
        "number": quotation.number,
        "figures": in_figures(sum_),
        "words": in_words(sum_),
    }


def _worded(document: Quotation, values: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """The answer with the words agreed to. An expired quotation is refused only, or written anew."""
    if not str(values.get("name", "")).strip():
        raise ValidationError({"name": _("Enter who answered.")})
    quotation = documents.lock(document)
    over = quotation.valid_until is not None and quotation.valid_until <= at
    if quotation.state == State.SENT and values.get("accepted") and over:
        raise ValidationError(_("The time of this quotation is over. Write a new one."))
    values["name"] = str(values["name"]).strip()[:60]
    values["remark"] = str(values.get("remark") or "")[:300]
    return {**values, "consent": consent_words(quotation)}


@transaction.atomic
def answer_quotation(
    quotation: Quotation, *, accepted: bool, name: str, consents_to: bool = False, remark: str = ""
) -> Quotation:
    """The customer's own answer, on the signed link.

    Raises AnswerTooLate when it waits for none any more or its time is over, ValidationError without a name, and for an
    acceptance without the consent.
    """
    if not name.strip():
        raise ValidationError({"name": _("Enter your name.")})
    if accepted and not consents_to:
        raise ValidationError({"consents_to": _("Tick that you agree, or choose “refuse”.")})
    fresh = documents.lock(quotation)
    if fresh.state != State.SENT or fresh.is_expired:
        raise AnswerTooLate
    words = _("%(name)s, on the link") % {"name": name.strip()[:60]}
    answer = {"accepted": accepted, "name": name, "remark": remark, "way": Quotation.Way.LINK}
    said = f"{words} {remark}".strip()
    try:
        return do_quotation(fresh, "note_answer", by=None, data=answer, as_system=True, text=said)
    except ActionNotAllowed as error:  # the office was quicker
        raise AnswerTooLate from error


def _answered(quotation: Quotation, *, by: Any, at: datetime) -> None:
    if quotation.state == State.ACCEPTED:
        _accepted(quotation, by=by, at=at)
    else:
        _refused(quotation, name=quotation.answered_by, by=by, at=at)
    telling.tell_answer(quotation)


def _accepted(quotation: Quotation, *, by: Any, at: datetime) -> None:
    """The order is made with the lines as they were agreed to; the findings go on with it."""
    findings = [row.finding for row in quotation.quoted.select_related("finding")]
    lines = list(quotation.lines.select_related("component", "part", "labour"))
    order = make_order(
        findings,
        by=by,
        at=at,
        work="；".join(line.description for line in lines),
        decision=quotation.decision,
    )
    quotation.quoted.update(is_live=False)
    Quotation.objects.filter(pk=quotation.pk).update(order=order)
    documents.link(order, quotation, DocumentLink.Kind.FOLLOWS)
    put_agreed(
        order,
        lines,
        by=quotation.sent_by,
        agreed_by=quotation.answered_by,
        at=at,
        reason=_("quotation %(number)s, %(way)s")
        % {"number": quotation.number, "way": quotation.get_way_display()},
    )


def _refused(quotation: Quotation, *, name: str, by: Any, at: datetime) -> None:
    """Its findings are closed: the customer does not want them repaired, or did not answer in time."""
    quotation.quoted.update(is_live=False)
    moment = telling.moment(at)
    if name:
        result = _("%(name)s refused quotation %(number)s on %(at)s") % {
            "name": name,
            "number": quotation.number,
            "at": moment,
        }
    else:
        result = _("No answer to quotation %(number)s until %(at)s") % {
            "number": quotation.number,
            "at": moment,
        }
        telling.tell_answer(quotation)
    result = "：".join(part for part in (result, quotation.remark) if part)
    for row in quotation.quoted.select_related("finding"):
        if row.finding.state == Finding.State.IN_HAND:
            answer = {"name": name, "result": result}
            do_finding(row.finding, "refuse", by=by, at=at, data=answer, as_system=True, text=result)


def _withdrawn(quotation: Quotation, *, by: Any, at: datetime, reason: str) -> None:
    """Nobody waits for an answer any more; findings that waited for it are open again."""
    cancel_pending(quotation, by=by, reason=reason)
    obligations.cancel(quotation, at=at, by=by, reason=reason)
    quotation.quoted.update(is_live=False)
    if quotation.sent_at is None:
        return
    for row in quotation.quoted.select_related("finding"):
        if row.finding.state == Finding.State.IN_HAND:
            text = {"reason": f"{quotation.number}：{reason}"}
            do_finding(row.finding, "reopen", by=by, at=at, data=text, as_system=True)


def finding_moved_on(finding: Finding, *, by: Any, at: datetime) -> None:
    """Something else was done about a finding: its quotation is withdrawn."""
    live = QuotedFinding.objects.filter(finding=finding, is_live=True).select_related("quotation").first()
    if live is None:
        return
    quotation = Quotation.objects.select_related("organization").get(pk=live.quotation_id)
    reason = _("%(number)s is “%(state)s”.") % {"number": finding.number, "state": finding.state_label}
    do_quotation(quotation, "withdraw", by=by, at=at, data={"reason": reason}, as_system=True)


def expire(quotation: Quotation, *, at: datetime) -> bool:
    """Close a quotation whose time is over; once, whoever else looks at the same time."""
    claimed = Quotation.objects.filter(pk=quotation.pk, waits_until=quotation.waits_until)
    if quotation.waits_until is None or not claimed.update(waits_until=None):
        return False
    do_quotation(quotation, "expire", by=None, at=at, as_system=True)
    return True

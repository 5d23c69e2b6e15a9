"""Quotations while they are written: made for findings, their lines priced by the clauses, written anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import DocumentLink, TimelineEntry
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.operations.maintenance.models import Finding, Quotation, QuotationLine, QuotedFinding
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.operations.workorders.queries import totals
from jiannuo.operations.workorders.services import charge_all, from_catalogue
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.registry.products.models import Component

HANDLE = "findings.handle"
#: what is read of a unit when clauses are asked
OF_UNIT = ("unit__model__category", "unit__address", "unit__customer", "unit__dealer")
FIELDS = ("kind", "description", "component", "part", "labour", "quantity", "unit_price")
CHARGES = ("covered", "payer", "basis", "charged", "clause", "reasons")
SEVEREST_FIRST = tuple(reversed(Finding.Severity.values))
State = Quotation.State


class NotADraft(ValidationError):
    """What was sent, or is over, is not changed any more."""

    def __init__(self, quotation: Quotation) -> None:
        text = _("%(number)s is “%(state)s”: its lines do not change any more. Write a new quotation.")
        super().__init__(text % {"number": quotation.number, "state": quotation.state_label})


@transaction.atomic
def create_quotation(
    findings: Sequence[Finding],
    *,
    by: Any,
    replaces: Quotation | None = None,
    at: datetime | None = None,
    is_demo: bool = False,
) -> Quotation:
    """A draft for open findings of one unit (or of one customer's site), to which lines are added.

    Raises PermissionDenied, and ValidationError without findings, for those of different units, that are not open, or
    for which there is a quotation already.
    """
    at = at or timezone.now()
    rows = Finding.objects.select_related("organization", "customer", "unit__model")
    found = list(rows.filter(pk__in=[one.pk for one in findings]).order_by("pk"))
    _check(found)
    first = found[0]
    quotation = Quotation(
        organization=first.organization,
        customer=first.customer,
        unit=first.unit,
        severity=next(one for one in SEVEREST_FIRST if one in {finding.severity for finding in found}),
        title=_title(found),
        replaces=replaces,
        created_at=at,
        is_demo=is_demo,
    )
    if not by.has_perm(HANDLE, quotation):
        raise PermissionDenied(HANDLE)
    documents.create_document(quotation, by=by)
    QuotedFinding.objects.bulk_create(
        QuotedFinding(quotation=quotation, finding=finding) for finding in found
    )
    if replaces is not None:
        documents.link(quotation, replaces, DocumentLink.Kind.FOLLOWS)
    return quotation


def _check(findings: Sequence[Finding]) -> None:
    if not findings:
        raise ValidationError({"findings": _("Choose at least one finding.")})
    first = findings[0]
    for one in findings:
        same = (one.customer_id, one.unit_id, one.organization_id)
        if same != (first.customer_id, first.unit_id, first.organization_id):
            text = _("%(one)s and %(other)s are about different units: write a quotation for each.")
            raise ValidationError({"findings": text % {"one": first.number, "other": one.number}})
        if one.state != Finding.State.OPEN:
            text = _("%(number)s is “%(state)s” already.")
            raise ValidationError({"findings": text % {"number": one.number, "state": one.state_label}})
    known = QuotedFinding.objects.filter(finding__in=findings, is_live=True).select_related(
        "quotation", "finding"
    )
    if live := known.first():
        text = _("There is the quotation %(quotation)s for %(finding)s already.")
        words = {"quotation": live.quotation.number, "finding": live.finding.number}
        raise ValidationError({"findings": text % words})


def _title(findings: Sequence[Finding]) -> str:
    first = findings[0]
    what = first.check_text or first.text.splitlines()[0]
    more = "" if len(findings) == 1 else f" +{len(findings) - 1}"
    unit = str(first.unit.model) if first.unit is not None else ""
    return " · ".join(part for part in (str(first.customer), unit, what[:80] + more) if part)[:200]


@transaction.atomic
def save_line(
    quotation: Quotation, data: Mapping[str, Any], *, by: Any, line: QuotationLine | None = None
) -> QuotationLine:
    """Add or change a line of a draft; name and price come from the price list unless given, the clauses say who pays.

    ``data`` holds fields of the line. Raises PermissionDenied, NotADraft, ValidationError without a description or for
    a component of another model.
    """
    quotation = _draft(quotation, by)
    if line is None:
        line = QuotationLine(quotation=quotation)
    else:
        line = quotation.lines.select_related("component", "part", "labour").get(pk=line.pk)
        line.quotation = quotation
    for name in FIELDS:
        if name in data and not (data[name] is None and name in ("quantity", "unit_price")):
            setattr(line, name, data[name])
    line.code = ""
    from_catalogue(line, data)
    _price_list(line)
    _check_component(line.component, quotation)
    if not line.description:
        raise ValidationError(
            {"description": _("Say what is to be done or used, or choose it from the list.")}
        )
    line.full_clean(exclude=["quotation"])
    line.save()
    recharge(quotation)
    line.refresh_from_db()
    return line


def _price_list(line: QuotationLine) -> None:
    """Remember the price of the list, below which somebody may have to agree."""
    if line.labour is not None:
        line.list_price = line.labour.price
    else:
        line.list_price = line.part.list_price if line.part is not None else None


def _check_component(component: Component | None, quotation: Quotation) -> None:
    unit = quotation.unit
    if component is not None and (unit is None or component.model_id != unit.model_id):
        raise ValidationError({"component": _("This component does not belong to the model of the unit.")})


@transaction.atomic
def remove_line(line: QuotationLine, *, by: Any) -> None:
    """Take a line of a draft away. Raises PermissionDenied or NotADraft."""
    quotation = _draft(line.quotation, by)
    text = _("Removed: %(line)s × %(quantity)s") % {"line": line.description, "quantity": line.quantity}
    documents.record(quotation, TimelineEntry.Kind.CHANGE, by=by, text=text)
    quotation.lines.filter(pk=line.pk).delete()
    recharge(quotation)


def _draft(quotation: Quotation, by: Any) -> Quotation:
    """The draft, locked, with what clauses are asked about."""
    documents.lock(quotation)
    fresh = Quotation.objects.select_related("organization", "customer", *OF_UNIT).get(pk=quotation.pk)
    if not by.has_perm(HANDLE, fresh):
        raise PermissionDenied(HANDLE)
    if fresh.state != State.DRAFT:
        raise NotADraft(fresh)
    return fresh


def recharge(quotation: Quotation) -> None:
    """Ask the clauses anew what is covered and who pays for each line, and sum it up.

    ``quotation`` must have been read with its unit (:data:`OF_UNIT`).
    """
    order = order_to_be(quotation, timezone.now())
    lines = list(quotation.lines.select_related("component", "part", "labour"))
    priced = as_order_lines(lines, order)
    charge_all(order, priced)
    for line, one in zip(lines, priced, strict=True):
        for name in CHARGES:
            setattr(line, name, getattr(one, name))
        line.save(update_fields=CHARGES)
    sums = totals(lines)
    quotation.decision, quotation.total, quotation.customer_total = (
        order.decision,
        sums["total"],
        sums["customer"],
    )
    quotation.save(update_fields=["decision", "total", "customer_total", "updated_at"])


def order_to_be(quotation: Quotation, at: datetime) -> WorkOrder:
    """The order that would be made now: it is not saved, the clauses are asked with it."""
    unit = quotation.unit
    facts = facts_for(unit=unit, customer=quotation.customer, kind="repair", severity=quotation.severity)
    return WorkOrder(
        organization=quotation.organization,
        customer=quotation.customer,
        unit=unit,
        category=unit.model.category if unit is not None else None,
        job=WorkOrder.Kind.REPAIR,
        severity=quotation.severity,
        decision=decide(facts, at, quotation.organization).to_json(),
    )


def as_order_lines(lines: Sequence[QuotationLine], order: WorkOrder) -> list[OrderLine]:
    """The lines as they would stand on ``order``."""
    return [OrderLine(order=order, **line.as_charged()) for line in lines]


@transaction.atomic
def renew_quotation(quotation: Quotation, *, by: Any) -> Quotation:
    """Write a quotation anew: a draft with the same lines at the prices quoted; one that still waits is withdrawn.

    Raises PermissionDenied, ActionNotAllowed for a draft or one that was accepted, ValidationError where there is a
    newer one or its findings are not open any more.
    """
    from jiannuo.operations.maintenance.services.findings import do_finding
    from jiannuo.operations.maintenance.services.offering import do_quotation

    old = documents.lock(quotation)
    if not by.has_perm(HANDLE, old):
        raise PermissionDenied(HANDLE)
    if Quotation.objects.filter(replaces=old.pk).exists():
        raise ValidationError(_("There is a newer quotation already."))
    if old.state == State.SENT:
        old = do_quotation(old, "withdraw", by=by, data={"reason": _("Replaced by a new quotation.")})
    if old.state not in (State.WITHDRAWN, State.REFUSED, State.EXPIRED):
        from jiannuo.office.documents.flow import all_actions

        raise ActionNotAllowed(old, all_actions(Quotation)["withdraw"])
    findings = list(old.findings.order_by("pk"))
    for finding in findings:
        if finding.state == Finding.State.REFUSED:
            reason = _("The customer is asked anew.")
            do_finding(finding, "reopen", by=by, data={"reason": reason}, as_system=True)
    made = create_quotation(findings, by=by, replaces=old)
    Quotation.objects.filter(pk=made.pk).update(
        note=old.note, tax_percent=old.tax_percent, email=old.email, phone=old.phone
    )
    QuotationLine.objects.bulk_create(
        QuotationLine(quotation=made, list_price=line.list_price, **line.as_charged())
        for line in old.lines.select_related("component", "part", "labour")
    )
    fresh = Quotation.objects.select_related("organization", "customer", *OF_UNIT).get(pk=made.pk)
    recharge(fresh)
    return fresh

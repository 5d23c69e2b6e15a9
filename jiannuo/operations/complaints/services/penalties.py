"""The penalty table of a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from jiannuo.kernel.months import instants_of
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.complaints import notices
from jiannuo.operations.complaints.models import (
    Complaint,
    PenaltyLine,
    PenaltyRule,
    PenaltySheet,
    StationVolume,
)
from jiannuo.operations.complaints.queries import holds_in, people_with, ranking_of


@transaction.atomic
def draw_up(month: date, *, organization: Any, by: Any, is_demo: bool = False) -> PenaltySheet:
    """The table of a month that has begun, for an organisation and those below it.

    On it comes each founded complaint of a class that a rule names, decided and raised to that class by the end of the
    month, that is on no table for this class yet and whose responsibility is ours. Raises PermissionDenied, or
    ValidationError for a month to come or with a table already.
    """
    if not by.has_perm("penalties.prepare", organization):
        raise PermissionDenied("penalties.prepare")
    if month.day != 1 or month > timezone.localdate():
        raise ValidationError({"month": _("Choose this month or an earlier one.")})
    open_one = PenaltySheet.objects.filter(month=month, organization=organization, state="draft").first()
    if open_one is not None:
        raise ValidationError(
            {"month": _("%(number)s of this month is still being drawn up.") % {"number": open_one.number}}
        )
    sheet = PenaltySheet(organization=organization, month=month, title=f"{month:%Y-%m}", is_demo=is_demo)
    documents.create_document(sheet, by=by)
    rules = list(PenaltyRule.objects.filter(is_active=True))
    lines = [
        line
        for complaint in _candidates(sheet, rules)
        if (line := _line(sheet, complaint, rules)) is not None
    ]
    PenaltyLine.objects.bulk_create(lines)
    return sheet


def _candidates(sheet: PenaltySheet, rules: list[PenaltyRule]) -> list[Complaint]:
    _begin, end = instants_of(sheet.month)
    rows = Complaint.objects.filter(
        Q(organization__path__startswith=sheet.organization.path),
        is_valid=True,
        responsibility__in=Complaint.WHERE_OURS,
        grade__in={rule.grade for rule in rules},
        graded_at__lt=end,
        decided_on__lt=end,
    ).exclude(state="withdrawn")
    known = set(PenaltyLine.objects.filter(complaint__in=rows).values_list("complaint_id", "grade"))
    found = rows.select_related(
        "organization", "responsible_organization", "responsible_person__organization"
    ).order_by("pk")
    return [one for one in found if (one.pk, one.grade) not in known]


def _line(sheet: PenaltySheet, complaint: Complaint, rules: list[PenaltyRule]) -> PenaltyLine | None:
    fitting = [one for one in rules if one.grade == complaint.grade and one.weight in ("", complaint.weight)]
    if not fitting:
        return None
    rule = max(fitting, key=lambda one: (bool(one.weight), one.pk))
    person = complaint.responsible_person
    station = complaint.responsible_organization or getattr(person, "organization", None)
    station = station or complaint.organization
    if rule.payer == PenaltyRule.Payer.HEAD:
        person = _head_of(station) or person
    return PenaltyLine(
        sheet=sheet,
        complaint=complaint,
        organization=station,
        person=person,
        grade=complaint.grade,
        weight=complaint.weight,
        amount=rule.amount,
    )


def _head_of(station: Organization) -> Any:
    """Who leads a station: the manager there, else its clerk; nobody where there is none."""
    for role in ("department_manager", "dealer_clerk", "dispatcher"):
        rows = people_with("home.view", station).filter(
            role_assignments__role=role, role_assignments__organization=station
        )
        if (found := rows.first()) is not None:
            return found
    return None


@transaction.atomic
def set_line(
    line: PenaltyLine, *, by: Any, person: Any, amount: Decimal | None, struck: bool, reason: str
) -> PenaltyLine:
    """Change a line while the table is drawn up; striking it out needs a reason.

    Raises PermissionDenied or ValidationError.
    """
    sheet = documents.lock(line.sheet)
    if not by.has_perm("penalties.prepare", sheet):
        raise PermissionDenied("penalties.prepare")
    if sheet.state != PenaltySheet.State.DRAFT:
        raise ValidationError(_("The table is signed. It cannot be changed any more."))
    if struck and not reason.strip():
        raise ValidationError({"reason": _("Say why nothing is paid.")})
    line.person, line.amount, line.struck, line.reason = person, amount, struck, reason.strip()
    line.full_clean(exclude=["sheet", "complaint"])
    line.save()
    documents.record(
        sheet,
        TimelineEntry.Kind.CHANGE,
        by=by,
        action="line",
        text=f"{line.organization} · {person or ''} · {amount if not struck else _('struck out')} {line.reason}",
    )
    return line


@transaction.atomic
def collect_line(line: PenaltyLine, *, by: Any, on: date) -> PenaltyLine:
    """Finance notes that a penalty was collected. Raises PermissionDenied or ValidationError."""
    sheet = documents.lock(line.sheet)
    if not by.has_perm("penalties.collect", sheet):
        raise PermissionDenied("penalties.collect")
    if sheet.state != PenaltySheet.State.HANDED_OVER or line.struck:
        raise ValidationError(_("There is nothing to collect here."))
    if on > timezone.localdate():
        raise ValidationError({"collected_on": _("It cannot have been collected later than today.")})
    line.collected_on = on
    line.save(update_fields=["collected_on"])
    text = _("Collected: %(who)s %(amount)s") % {
        "who": line.person or line.organization,
        "amount": line.amount,
    }
    documents.record(sheet, TimelineEntry.Kind.CHANGE, by=by, action="collected", text=text)
    return line


@transaction.atomic
def do_sheet(
    document: PenaltySheet,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> PenaltySheet:
    """Do an action; a table of a time without penalties is filed and never handed over."""
    at = at or timezone.now()
    holds = holds_in(document.month, document.last_day)
    lines = list(document.lines.filter(struck=False))
    if name == "sign" and (open_ones := [one for one in lines if one.amount is None]):
        raise ValidationError(
            _("%(count)s lines have no amount yet. Enter it or strike them out.") % {"count": len(open_ones)}
        )
    if name == "hand_over" and holds:
        raise ValidationError(
            _("Penalties of this month are held: %(why)s. File the table without execution.")
            % {"why": holds[0].reason}
        )
    if name == "file" and not holds:
        raise ValidationError(_("No time without penalties touches this month. Hand the table over."))
    sheet = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "sign":
        sheet.ranking = [row.to_json() for row in ranking_of(sheet.organization, sheet.month)]
        sheet.save(update_fields=["ranking"])
    if name == "hand_over":
        total = sum((one.amount or Decimal(0) for one in lines), Decimal(0))
        context = {"count": len(lines), "amount": total}
        people = people_with("penalties.collect", sheet.organization)
        key = f"complaints.penalties:{sheet.pk}"
        notify(people, notices.PENALTIES, document=sheet, context=context, key=key)
    return sheet


@transaction.atomic
def save_volumes(month: date, quantities: Mapping[Organization, int | None], *, by: Any) -> None:
    """Keep the quantities of stations in a month; ``None`` goes back to counting the work orders."""
    if not by.has_perm("complaints.rules"):
        raise PermissionDenied("complaints.rules")
    for organization, quantity in quantities.items():
        if quantity is None:
            StationVolume.objects.filter(organization=organization, month=month).delete()
            continue
        row = StationVolume.objects.filter(organization=organization, month=month).first()
        row = row or StationVolume(organization=organization, month=month)
        row.quantity = quantity
        row.full_clean()
        row.save()

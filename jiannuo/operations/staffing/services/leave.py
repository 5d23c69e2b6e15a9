"""Asking for leave, what follows from the decision, and who stands in meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from jiannuo.office.accounts.models import User
from jiannuo.office.accounts.queries import possible_deputies
from jiannuo.office.accounts.roles import Role
from jiannuo.office.accounts.services import change_profile
from jiannuo.office.documents import approvals
from jiannuo.office.documents import services as documents
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.services import notify
from jiannuo.office.organizations.scope import paths_upwards
from jiannuo.operations.dispatch.services import assign_each
from jiannuo.operations.staffing import notices
from jiannuo.operations.staffing.models import LeaveRequest, LeaveStep
from jiannuo.operations.staffing.queries import jobs_during
from jiannuo.operations.workforce.models import Absence, Technician

#: who approves where no table says otherwise
USUAL_APPROVER = Role.DEPARTMENT_MANAGER
LONGEST = timedelta(days=366)
HALF_DAY, DAY = timedelta(hours=12), timedelta(days=1)


@transaction.atomic
def ask_leave(
    person: User,
    *,
    starts_at: datetime,
    ends_at: datetime,
    deputy: User,
    reason: str = Absence.Reason.LEAVE,
    text: str = "",
    is_demo: bool = False,
) -> LeaveRequest:
    """Ask for leave; those who approve it by the table are asked one after the other.

    Raises PermissionDenied, and ValidationError by field as :func:`check_leave`.
    """
    if not person.has_perm("workforce.own") or person.organization is None:
        raise PermissionDenied("workforce.own")
    # Two requests of one person at once would both find the time free.
    person = User.objects.select_for_update().get(pk=person.pk)
    check_leave(person, starts_at, ends_at, deputy)
    leave = LeaveRequest(
        organization=person.organization,
        title=f"{person.name} {span_text(starts_at, ends_at)}",
        person=person,
        reason=reason,
        starts_at=starts_at,
        ends_at=ends_at,
        days=days_of(starts_at, ends_at),
        deputy=deputy,
        text=text.strip(),
        is_demo=is_demo,
    )
    documents.create_document(leave, by=person, text=leave.text)
    approvals.ask(
        leave, leave.title[:200], steps_for(leave), by=person, reason=leave.text, on_approved="grant"
    )
    return leave


def check_leave(person: User, starts_at: datetime, ends_at: datetime, deputy: User) -> None:
    """Raise ValidationError for times the wrong way round, over or taken, and for a deputy who is away too."""
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("The leave must end after it begins.")})
    if ends_at - starts_at > LONGEST:
        raise ValidationError({"ends_at": _("A leave lasts a year at most. Check the dates.")})
    if ends_at <= timezone.now():
        raise ValidationError({"starts_at": _("This time is over. Let the dispatcher record it as absence.")})
    if _away(person, starts_at, ends_at):
        raise ValidationError({"starts_at": _("You are away in this time already.")})
    if deputy.pk == person.pk:
        raise ValidationError({"deputy": _("Choose somebody else as deputy.")})
    if not possible_deputies(person).filter(pk=deputy.pk).exists():
        raise ValidationError({"deputy": _("%(name)s cannot stand in for you.") % {"name": deputy}})
    if _away(deputy, starts_at, ends_at):
        raise ValidationError(
            {"deputy": _("%(name)s is away in this time too. Choose somebody else.") % {"name": deputy}}
        )
    if LeaveRequest.objects.at_some_time(starts_at, ends_at).filter(person=deputy, deputy=person).exists():
        raise ValidationError({"deputy": _("%(name)s has named you as deputy.") % {"name": deputy}})


def _away(person: User, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether somebody has leave, is recorded as absent, or has written down an absence for a part of this time."""
    if LeaveRequest.objects.at_some_time(starts_at, ends_at).filter(person=person).exists():
        return True
    if Absence.objects.filter(technician__user=person, starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
        return True
    if person.absent_from is None:
        return False
    first, last = dates_of(starts_at, ends_at)
    return person.absent_from <= last and (person.absent_until is None or person.absent_until >= first)


def days_of(starts_at: datetime, ends_at: datetime) -> Decimal:
    """How many days it counts, in halves: up to twelve hours are half a day."""
    halves = Decimal((ends_at - starts_at) / HALF_DAY).quantize(Decimal(1), ROUND_UP)
    return halves / 2


def dates_of(starts_at: datetime, ends_at: datetime) -> tuple[date, date]:
    """First and last date; one that ends at midnight ends on the day before."""
    first, last = timezone.localtime(starts_at), timezone.localtime(ends_at - timedelta(seconds=1))
    return first.date(), last.date()


def span_text(starts_at: datetime, ends_at: datetime) -> str:
    """The time in words."""
    begins, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    return f"{date_format(begins, 'Y-m-d H:i')} – {date_format(ends, 'Y-m-d H:i')}"


def steps_for(leave: LeaveRequest) -> list[str]:
    """The roles that approve it: those of the nearest organisation upwards that has a table."""
    rows = list(
        LeaveStep.objects.filter(organization__path__in=paths_upwards(leave.organization))
        .select_related("organization")
        .order_by("-organization__depth", "position", "pk")
    )
    nearest = [row for row in rows if row.organization_id == rows[0].organization_id]
    return [row.role for row in nearest if row.from_days <= leave.days] or [USUAL_APPROVER]


@transaction.atomic
def save_step(step: LeaveStep, *, by: Any) -> LeaveStep:
    """Keep a line of the table of who approves. Raises PermissionDenied, ValidationError."""
    if not by.has_perm("workforce.rules", step.organization):
        raise PermissionDenied("workforce.rules")
    step.full_clean()
    step.save()
    return step


@transaction.atomic
def remove_step(step: LeaveStep, *, by: Any) -> None:
    """Take a line out of the table of who approves."""
    if not by.has_perm("workforce.rules", step.organization):
        raise PermissionDenied("workforce.rules")
    step.delete()


@transaction.atomic
def do(
    document: LeaveRequest,
    name: str,
    *,
    by: Any,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
    at: datetime | None = None,
    as_system: bool = False,
    text: str = "",
) -> LeaveRequest:
    """Do an action with everything that follows from it; raises what ``documents.services.perform`` raises."""
    at = at or timezone.now()
    leave = documents.perform(
        document, name, by=by, data=data, version=version, at=at, as_system=as_system, text=text
    )
    if name == "grant":
        _granted(leave, at)
    elif name == "refuse":
        _tell_person(leave, leave.refusal)
    elif name == "withdraw":
        _withdrawn(leave, by, at)
    elif name == "hand_over":
        _handed_over(leave, by)
    return leave


def _granted(leave: LeaveRequest, at: datetime) -> None:
    """The absence stands in the plan, person and deputy know, and the deputy acts at once if it has begun."""
    technician = Technician.objects.filter(user=leave.person).first()
    if technician is not None:
        leave.absence = Absence.objects.create(
            technician=technician, starts_at=leave.starts_at, ends_at=leave.ends_at, reason=leave.reason
        )
        leave.save(update_fields=["absence"])
    _tell_person(leave, "")
    context = {"person": leave.person.name, "span": span_text(leave.starts_at, leave.ends_at)}
    key = f"staffing.deputy:{leave.pk}"
    notify([leave.deputy], notices.DEPUTY, document=leave, context=context, key=key)
    if leave.starts_at <= at < leave.ends_at:
        _begin(leave)


def _tell_person(leave: LeaveRequest, reason: str) -> None:
    context = {
        "state": leave.state_label,
        "span": span_text(leave.starts_at, leave.ends_at),
        "reason": reason,
    }
    key = f"staffing.decided:{leave.pk}:{leave.state}"
    notify([leave.person], notices.DECIDED, document=leave, context=context, key=key)


def _withdrawn(leave: LeaveRequest, by: Any, at: datetime) -> None:
    """What is left of the absence goes; what has passed of it stays."""
    approvals.cancel_pending(leave, by=by, reason=_("The leave was withdrawn."))
    absence = leave.absence
    if absence is not None:
        if absence.starts_at < at < absence.ends_at:
            absence.ends_at = at
            absence.save(update_fields=["ends_at"])
        elif absence.starts_at >= at:
            leave.absence = None
            leave.save(update_fields=["absence"])
            absence.delete()
    if leave.stands_in:
        _end(leave)


def _handed_over(leave: LeaveRequest, by: Any) -> None:
    """Give the deputy every job of this time that has not begun; those that cannot be given are named."""
    if not Technician.objects.filter(user=leave.deputy, active=True).exists():
        raise ValidationError(
            _("%(name)s is no technician. Give the jobs to somebody else on the dispatch board.")
            % {"name": leave.deputy}
        )
    orders = [order for order in jobs_during(leave) if by.has_perm("orders.dispatch", order)]
    if not orders:
        raise ValidationError(_("No job of this time is waiting."))
    result = assign_each(by, orders, {"technician": leave.deputy})
    lines = [_("%(count)s jobs given to %(name)s.") % {"count": result.done, "name": leave.deputy}]
    lines += [f"{row}: {reason}" for row, reason in result.errors]
    documents.record(leave, TimelineEntry.Kind.CHANGE, by=by, action="hand_over", text="\n".join(lines))


# Standing in


def stand_in(now: datetime | None = None) -> int:
    """Let deputies act for those whose leave has begun, and no longer once it is over; how many changed."""
    now = now or timezone.now()
    over = LeaveRequest.objects.filter(stands_in=True, ends_at__lte=now)
    begun = LeaveRequest.objects.filter(
        state=LeaveRequest.State.GRANTED, stands_in=False, starts_at__lte=now, ends_at__gt=now
    )
    changed = sum(_step(pk, ends=True) for pk in list(over.values_list("pk", flat=True)))
    return changed + sum(_step(pk, ends=False) for pk in list(begun.values_list("pk", flat=True)))


@transaction.atomic
def _step(pk: int, *, ends: bool) -> int:
    leave = documents.lock(LeaveRequest.objects.get(pk=pk))
    if leave.stands_in != ends:
        return 0
    if ends:
        _end(leave)
    else:
        _begin(leave)
    return 1


def _begin(leave: LeaveRequest) -> None:
    person = leave.person
    leave.before = {
        "deputy": person.deputy_id,
        "from": person.absent_from.isoformat() if person.absent_from else None,
        "until": person.absent_until.isoformat() if person.absent_until else None,
    }
    first, last = dates_of(leave.starts_at, leave.ends_at)
    try:
        change_profile(person, deputy=leave.deputy, absent_from=first, absent_until=last)
    except ValidationError:
        # The deputies have named each other meanwhile: those above are told in place of both.
        change_profile(person, deputy=None, absent_from=first, absent_until=last)
    leave.stands_in = True
    leave.save(update_fields=["stands_in", "before"])


def _end(leave: LeaveRequest) -> None:
    person, before = leave.person, leave.before
    first, last = dates_of(leave.starts_at, leave.ends_at)
    leave.stands_in = False
    leave.save(update_fields=["stands_in"])
    if (person.absent_from, person.absent_until) != (first, last):
        return  # somebody wrote down something else meanwhile; that counts
    deputy = User.objects.filter(pk=before.get("deputy"), is_active=True).first()
    values = {name: before.get(key) for name, key in (("absent_from", "from"), ("absent_until", "until"))}
    days = {name: date.fromisoformat(value) if value else None for name, value in values.items()}
    try:
        change_profile(person, deputy=deputy, **days)
    except ValidationError:
        change_profile(person, deputy=None, **days)

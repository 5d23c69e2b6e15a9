"""Demo leave, standby and windows: who is away and who stands in, who can be reached, what customers can choose."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.office.organizations.models import Organization
from jiannuo.operations.appointments.models import AppointmentRule, VisitNote
from jiannuo.operations.appointments.services import WindowTaken, book
from jiannuo.operations.appointments.windows import offers, subject_of
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.staffing.models import LeaveStep
from jiannuo.operations.staffing.services import Rota, ask_leave, plan_rota
from jiannuo.operations.workorders.models import Visit

WINDOWS = "08:30-10:30 10:30-12:00 13:00-15:00 15:00-17:30"
#: who, deputy, first day from today, how many days, what the manager said, why
LEAVES = (
    ("east.tech4", "technician", 9, 2, "approve", "回老家办事"),
    ("east.tech2", "east.tech4", 4, 1, "", "孩子家长会"),
    ("east.tech3", "east.tech2", 6, 3, "reject", "旺季，请改到下月"),
)
#: organisation, kind, people in turn, days each
ROSTERS = (
    ("EAST", "week", ("technician", "east.tech2", "east.tech4"), 7, 1),
    ("EAST", "week", ("dispatcher",), 7, 2),
    ("NORTH", "week", ("north.tech1", "north.tech2"), 7, 1),
)


def load_staffing(people: dict[str, User]) -> int:
    """Fill the rosters and ask for the leave; how many leaves."""
    head = Organization.objects.get(code="HQ")
    AppointmentRule.objects.create(
        organization=head,
        windows=WINDOWS,
        lead_minutes=240,
        days_ahead=7,
        job_minutes=90,
        travel_minutes=30,
        change_hours=4,
        remind_hours=20,
        most=24,
    )
    LeaveStep.objects.create(organization=head, role="department_manager", from_days=0, position=1)
    LeaveStep.objects.create(organization=head, role="general_manager", from_days=5, position=2)
    for who, deputy, first, days, answer, text in LEAVES:
        _leave(people, who, deputy, first, days, answer, text)
    for code, kind, names, length, rank in ROSTERS:
        rota = Rota(
            people=[people[name] for name in names],
            starts_at=_at(-1, time(18)),
            length=timedelta(days=length),
            kind=kind,
            rank=rank,
        )
        plan_rota(Organization.objects.get(code=code), rota, by=people["director"])
    _bookings(people)
    _notes(people)
    return len(LEAVES)


def _at(days: int, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=days), clock))


def _leave(
    people: dict[str, User], who: str, deputy: str, first: int, days: int, answer: str, text: str
) -> None:
    leave = ask_leave(
        people[who],
        starts_at=_at(first, time(8)),
        ends_at=_at(first + days - 1, time(18)),
        deputy=people[deputy],
        text=text if answer != "reject" else "家中装修",
        is_demo=True,
    )
    if answer:
        step = ApprovalStep.objects.get(approval__document=leave.pk, state="pending")
        decide = getattr(approvals, answer)
        decide(step, by=people["manager"], remark=text if answer == "reject" else "同意")


def _bookings(people: dict[str, User]) -> None:
    """Two customers have chosen a window already."""
    rows = ServiceRequest.objects.filter(
        state__in=("new", "triaged"), request_kind="repair", links_in__isnull=True, is_demo=True
    )
    done = 0
    for request in rows.select_related(
        "organization", "customer", "category", "unit__model__category"
    ).order_by("pk"):
        subject = subject_of(request)
        free = offers(subject)
        if len(free) < 2:
            continue
        try:
            book(subject, free[1].starts_at, free[1].ends_at, by_customer=True)
        except WindowTaken:
            continue
        done += 1
        if done == 2:
            return


def _notes(people: dict[str, User]) -> None:
    """Some visits of the past were announced as late, or had to wait for the customer."""
    past = Visit.objects.filter(arrived_at__isnull=False, appointment_from__isnull=False).order_by("pk")[:6]
    for number, visit in enumerate(past):
        if number % 2:
            VisitNote.objects.create(
                visit=visit,
                kind=VisitNote.Kind.CUSTOMER_LATE,
                at=visit.arrived_at or timezone.now(),
                by=visit.technician,
                appointment_from=visit.appointment_from,
                minutes=10 + 5 * number,
            )
        else:
            begins = visit.appointment_from or timezone.now()
            VisitNote.objects.create(
                visit=visit,
                kind=VisitNote.Kind.DELAY,
                at=begins - timedelta(minutes=25),
                by=people["dispatcher"],
                appointment_from=begins,
                expected_at=begins + timedelta(minutes=45),
                reason="前一单超时",
            )

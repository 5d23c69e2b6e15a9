"""Two dealers with one record of everything, and how to fill the addresses that lead to dealer A's.

A room that adds an address with a new part (``<int:pk>`` in a new namespace, say) names its sample here: in ``OWNED``
when it leads to a record of an organisation, in ``NEUTRAL`` when it leads to what everybody may see.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from jiannuo.kernel.calendars.models import WorkCalendar
from jiannuo.kernel.exchange.models import ImportJob
from jiannuo.kernel.files.services import store
from jiannuo.kernel.sealing import seal
from jiannuo.kernel.tables.models import ListExport
from jiannuo.office.accounts.models import ApiToken
from jiannuo.office.documents import approvals, services
from jiannuo.office.documents.models import Document
from jiannuo.office.documents.tests.makers import photo, request_at
from jiannuo.office.notices import NoticeKind
from jiannuo.office.notices.models import Notice
from jiannuo.office.notices.services import notify
from jiannuo.operations.appointments.models import AppointmentRule
from jiannuo.operations.bench.models import BenchRules, CarryIn, GoodsMove, Loan, LoanEquipment, ModelGrade
from jiannuo.operations.cards.models import CardQuarter, RegistrationCard, quarter_of
from jiannuo.operations.channels.models import Connection, Extension, MailAccount, MailMessage
from jiannuo.operations.channels.services import receive, write_down
from jiannuo.operations.complaints.models import Inspection, PenaltyLine, PenaltySheet, ScoreForm
from jiannuo.operations.complaints.services import owe_payout, register_complaint, register_suggestion
from jiannuo.operations.desk.models import HandBackReason, PushBack, RoutingRule
from jiannuo.operations.dispatch.models import GroupTrip
from jiannuo.operations.dispatch.planning.models import PlanningSettings, Proposal, ProposalItem
from jiannuo.operations.followups.defaults import fill as fill_followups
from jiannuo.operations.followups.models import (
    AddressDoubt,
    Campaign,
    CampaignEntry,
    CampaignKind,
    FollowUpKind,
    LetterVersion,
)
from jiannuo.operations.followups.models import (
    Question as ScriptQuestion,
)
from jiannuo.operations.followups.services import make_followup, write_letter
from jiannuo.operations.installations.models import GoodsNotice, Installation, InstallationUnit, Procedure
from jiannuo.operations.knowledge.models import Article, ArticleVersion, SolvedCase
from jiannuo.operations.knowledge.services import Solved, create_article, keep_cases
from jiannuo.operations.maintenance.models import (
    Checklist,
    ChecklistLine,
    DutyBook,
    DutyShift,
    InspectionReport,
    OpenItem,
    PatrolRoute,
    PlannedJob,
    Quotation,
    QuotationLine,
    QuotedFinding,
    Season,
)
from jiannuo.operations.maintenance.services import (
    PointEntry,
    create_plan,
    do_round,
    plan_round,
    raise_finding,
    save_route,
)
from jiannuo.operations.parts.models import StockLocation
from jiannuo.operations.parts.services import receive as receive_parts
from jiannuo.operations.staffing.models import LeaveRequest, LeaveStep, StandbyDuty
from jiannuo.operations.surveys.models import (
    Edition,
    InvitationRule,
    OpinionCategory,
    Question,
    Questionnaire,
)
from jiannuo.operations.surveys.services import answer_invitation, hand_in, invite
from jiannuo.operations.tasks.services import Origin, make_task
from jiannuo.operations.trips.models import BusinessTrip, TripCause, TripExpense, TripPerson, TripRules
from jiannuo.operations.workforce.models import (
    Absence,
    Certificate,
    CertificateKind,
    PatternAssignment,
    Shift,
    ShiftPattern,
    Skill,
    Technician,
)
from jiannuo.operations.workorders.models import OrderLine, WorkOrder
from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation
from jiannuo.registry.customers.models import CustomerMerge
from jiannuo.registry.products.models import SparePart
from jiannuo.testing import factories

#: Words that appear in records of dealer A only.
NAME = "甲方机密客户张"
SERIAL = "SECRET-SERIAL-A"
PHONE = "13711110000"
PERSON = "甲店机密文员"
#: Part of the name, to search for: the page may repeat it, but not the whole name.
SEARCHED = "甲方机密"


@dataclass
class World:
    """Everything that the walk needs; ``owned`` and ``neutral`` fill the parts of addresses."""

    clerk_a: Any
    clerk_b: Any
    customer: Any
    owned: dict[str, Any]
    neutral: dict[str, Any]
    secrets: tuple[str, ...]
    query: dict[str, Any]


def build_world() -> World:
    fill_followups(lambda name: apps.get_model("followups", name), timezone.now())
    head = factories.organization()
    branch = factories.organization(head)
    dealer_a = factories.organization(branch, kind="dealer", name="甲店")
    dealer_b = factories.organization(branch, kind="dealer", name="乙店")
    clerk_a = factories.person("dealer_clerk", "administrator", at=dealer_a, name=PERSON)
    clerk_b = factories.person("dealer_clerk", "administrator", at=dealer_b, name="乙店文员")
    technician = factories.person("dealer_technician", at=dealer_a, name=f"{PERSON}技师")
    customer = factories.customer(dealer_a, name=NAME, phone=f"+86{PHONE}")
    unit = factories.unit(dealer_a, of=customer, serial=SERIAL)
    request = request_at(dealer_a, by=clerk_a, customer=customer, unit=unit)
    order = services.create_document(
        WorkOrder(organization=dealer_a, customer=customer, unit=unit, title=NAME, technician=technician),
        by=clerk_a,
    )
    world = World(
        clerk_a=clerk_a,
        clerk_b=clerk_b,
        customer=factories.person("customer", at=dealer_a),
        owned={},
        neutral={},
        secrets=(NAME, SERIAL, PERSON, request.number, order.number),
        query={
            "q": SEARCHED,
            "phone": PHONE,
            "customer": customer.pk,
            "unit": unit.pk,
            "number": order.number,
        },
    )
    _fill_office(world, dealer_a, clerk_a, request, factories.person("department_manager", at=branch))
    _fill_registry(world, dealer_a, clerk_a, customer, unit)
    _fill_operations(world, dealer_a, technician, request, order)
    _fill_planning(world, dealer_a, clerk_a, order)
    _fill_complaints(world, dealer_a, customer)
    _fill_installations(world, dealer_a, customer, unit)
    _fill_cards(world, dealer_a, customer, unit)
    _fill_bench(world, dealer_a, customer, unit, order)
    _fill_stock(world, dealer_a, technician)
    _fill_trips(world, dealer_a, technician, customer, order)
    _fill_routing(world, dealer_a, customer, request)
    _fill_mail(world, dealer_a, request)
    _fill_channels(world, dealer_a, clerk_a, customer)
    _fill_followups(world, dealer_a, unit, clerk_a)
    _fill_surveys(world, dealer_a, order)
    _fill_maintenance(world, dealer_a, customer, unit, clerk_a)
    _fill_neutral(world, unit)
    return world


def _fill_office(world: World, dealer: Any, clerk: Any, request: Any, manager: Any) -> None:
    stored = store(photo(), by=clerk)
    services.attach(request, stored, by=clerk)
    approval = approvals.ask(request, f"{NAME}的审批", ["department_manager"], by=clerk)
    notify([clerk], NoticeKind("test.secret", title=NAME))
    token, _key = ApiToken.issue(clerk, NAME)
    export = ListExport.objects.create(
        owner=clerk, title=NAME, page_class="x", file_format="xlsx", language="zh-hans"
    )
    job = ImportJob.objects.create(
        importer="units", organization=dealer, by=clerk, file="x.xlsx", file_name=NAME
    )
    world.owned.update(
        {
            "documents:number": request.number,
            "documents:decide:pk": approval.steps.get().pk,
            "files:pk": stored.pk,
            "notices:pk": Notice.objects.get().pk,
            "organizations:pk": dealer.pk,
            "accounts:pk": clerk.pk,
            "accounts:assignment": clerk.role_assignments.first().pk,
            "accounts:token_revoke:pk": token.pk,
            "tables:pk": export.pk,
            "exchange:pk": job.pk,
        }
    )


def _fill_registry(world: World, dealer: Any, clerk: Any, customer: Any, unit: Any) -> None:
    other = factories.customer(dealer, name=f"{NAME}二")
    merge = CustomerMerge.objects.create(winner=other, loser=factories.customer(dealer), by=clerk)
    world.owned.update(
        {
            "customers:pk": customer.pk,
            "customers:other": other.pk,
            "customers:undo_merge:pk": merge.pk,
            "installedbase:pk": unit.pk,
            "api:customers:pk": customer.pk,
            "api:units:pk": unit.pk,
        }
    )


def _fill_operations(world: World, dealer: Any, person: Any, request: Any, order: Any) -> None:
    now = timezone.now()
    technician = Technician.objects.create(user=person, organization=dealer)
    span = {"technician": technician, "starts_at": now, "ends_at": now + timedelta(hours=8)}
    line = OrderLine.objects.create(
        order=order, kind="other", description=NAME, quantity=1, unit_price=Decimal(1)
    )
    obligation = Obligation.objects.create(
        organization=dealer,
        document=request,
        clause="c",
        metric="arrival",
        text=NAME,
        started_at=now,
        due_at=now,
    )
    task = make_task(
        "apology", Origin(dealer, request, obligation, request.customer), key="secret", text=NAME
    )
    assert task is not None
    world.owned.update(
        {
            **_knowledge(dealer, order, NAME),
            "tasks:number": task.number,
            "api:task:number": task.number,
            "desk:number": request.number,
            "workorders:number": order.number,
            "workorders:pk": line.pk,
            "dispatch:number": order.number,
            "appointments:number": order.number,
            "dispatch:pk": GroupTrip.objects.create(
                organization=dealer, day=now.date(), technician=person, vehicle=NAME
            ).pk,
            "field:number": order.number,
            "obligations:pk": obligation.pk,
            **dict.fromkeys(
                ("obligations:event_day:pk", "obligations:event_off:pk", "api:announcedevent:pk"),
                AnnouncedEvent.objects.create(
                    key=NAME,
                    event="season_opened",
                    on=now.date(),
                    organization=dealer,
                    occasion=NAME,
                    note=NAME,
                ).pk,
            ),
            "api:obligation:pk": obligation.pk,
            "obligations:number": request.number,
            "printing:pk": order.pk,
            "workforce:pk": technician.pk,
            **_weeks(dealer, technician),
            **_staffing(dealer, person),
            "workforce:skill_remove:pk": Skill.objects.create(
                technician=technician, category=factories.category()
            ).pk,
            "workforce:shift_remove:pk": Shift.objects.create(**span).pk,
            "workforce:absence_remove:pk": Absence.objects.create(**span, reason=Absence.Reason.values[0]).pk,
            "api:request:number": request.number,
            "api:order:number": order.number,
            "api:order:line": line.pk,
        }
    )


def _fill_planning(world: World, dealer: Any, clerk: Any, order: Any) -> None:
    """A proposal with an order in it, and the settings of dealer A."""
    proposal = Proposal.objects.create(
        organization=dealer, first_day=timezone.localdate(), by=clerk, state="ready", message=NAME
    )
    item = ProposalItem.objects.create(
        proposal=proposal, order=order, order_version=1, minutes=60, minutes_source="setting"
    )
    settings = PlanningSettings.objects.create(organization=dealer)
    world.owned.update({"planning:pk": proposal.pk, "planning:item": item.pk, "planning:row": settings.pk})
    world.owned.update({"api:plan:pk": proposal.pk, "api:plan:number": order.number})
    world.neutral["api:plan:step"] = "lock"
    world.neutral.update({"planning:step": "lock", "planning:step:step": "stop", "planning:table": "costs"})


def _weeks(dealer: Any, technician: Technician) -> dict[str, Any]:
    """A pattern of dealer A that the technician works, and a certificate."""
    pattern = ShiftPattern.objects.create(organization=dealer, name=NAME)
    kind = CertificateKind.objects.create(name="电工证")
    certificate = Certificate.objects.create(technician=technician, kind=kind, number="D-1")
    assignment = PatternAssignment.objects.create(
        technician=technician, pattern=pattern, first=timezone.localdate()
    )
    return {
        "workforce:pattern_edit:pk": pattern.pk,
        "workforce:assignment_end:pk": assignment.pk,
        "workforce:certificate_edit:pk": certificate.pk,
        "workforce:certificate_remove:pk": certificate.pk,
    }


def _staffing(dealer: Any, person: Any) -> dict[str, Any]:
    """A leave, a standby duty and the tables of dealer A."""
    now = timezone.now()
    deputy = factories.person("dealer_clerk", at=dealer)
    span = {"starts_at": now + timedelta(days=3), "ends_at": now + timedelta(days=4)}
    leave = services.create_document(
        LeaveRequest(
            organization=dealer, title=NAME, person=person, deputy=deputy, days=1, text=NAME, **span
        ),
        by=person,
    )
    rule = AppointmentRule.objects.create(
        organization=dealer,
        windows="08:00-10:00",
        lead_minutes=0,
        days_ahead=1,
        job_minutes=60,
        travel_minutes=30,
        change_hours=2,
        remind_hours=24,
        most=9,
    )
    return {
        "staffing:number": leave.number,
        "api:leave:number": leave.number,
        "staffing:duty_remove:pk": StandbyDuty.objects.create(organization=dealer, person=person, **span).pk,
        "staffing:step_remove:pk": LeaveStep.objects.create(
            organization=dealer, role="department_manager"
        ).pk,
        "appointments:pk": rule.pk,
    }


def _fill_channels(world: World, dealer: Any, clerk: Any, customer: Any) -> None:
    """What came in at dealer A, a call, and a telephone system."""
    item = receive(
        channel="email", key="secret", organization=dealer, subject=NAME, text=NAME, customer=customer
    )
    call = write_down(by=clerk, organization=dealer, number=PHONE, caller_name=NAME, note=NAME)
    source = Connection(organization=dealer, name=NAME, kind="telephone")
    source.new_secret()
    source.save()
    extension = Extension.objects.create(connection=source, number="801", person=clerk)
    world.owned.update(
        {
            "channels:item:pk": item.pk,
            "channels:item_action:pk": item.pk,
            "channels:call:pk": call.pk,
            "channels:call_edit:pk": call.pk,
            "channels:recording:pk": call.pk,
            "api:inboxitem:pk": item.pk,
            "api:call:pk": call.pk,
            "channels:connection:pk": source.pk,
            "channels:connection_step:pk": source.pk,
            "channels:extension_new:pk": source.pk,
            "channels:extension": extension.pk,
        }
    )
    world.neutral.update(
        {
            "channels:name": "take",
            "channels:step": "off",
            "channels:channel": "hotline",
            "api:code": source.code,
            "api:call_id": "none",
        }
    )


def _fill_complaints(world: World, dealer: Any, customer: Any) -> None:
    """Records of the complaint desk at dealer A; there its clerk sees published penalties and suggestions only."""
    complaint = register_complaint(by=None, organization=dealer, customer=customer, text=f"{NAME}的投诉")
    payout = owe_payout(
        complaint,
        "compensation",
        Decimal(1),
        customer=customer,
        payee=NAME,
        by=None,
        at=timezone.now(),
    )
    assert payout is not None
    sheet = services.create_document(
        PenaltySheet(
            organization=dealer, month=timezone.localdate().replace(day=1), title=NAME, state="published"
        ),
        by=None,
    )
    line = PenaltyLine.objects.create(
        sheet=sheet, complaint=complaint, organization=dealer, grade="repeat", weight="minor", reason=NAME
    )
    score_form = ScoreForm.objects.create(name="检查", state="in_use")
    inspection = Inspection(
        organization=dealer,
        title=NAME,
        form=score_form,
        visited_at=timezone.now(),
        inspector=factories.person("complaint_supervisor", at=dealer),
        published_at=timezone.now(),
        state="published",
    )
    services.create_document(inspection, by=None)
    suggestion = register_suggestion(by=None, organization=dealer, customer=customer, text=NAME)
    world.owned.update(
        {
            "complaints:number": complaint.number,
            "complaints:sheet:number": sheet.number,
            "complaints:suggestion:number": suggestion.number,
            "complaints:payout:number": payout.number,
            "complaints:inspection:number": inspection.number,
            "complaints:inspection_score:number": inspection.number,
            "complaints:inspection_follow:number": inspection.number,
            "api:inspection:number": inspection.number,
            "complaints:line_edit:pk": line.pk,
            "complaints:line_collect:pk": line.pk,
            "api:complaint:number": complaint.number,
            "api:suggestion:number": suggestion.number,
            "api:penalty:number": sheet.number,
            "api:payout:number": payout.number,
        }
    )
    world.neutral.update({"complaints:table": "matters", "complaints:setting_edit:pk": 1})
    world.neutral.update({"complaints:kind": "complaint"})
    world.neutral.update(
        {f"complaints:{name}:pk": score_form.pk for name in ("score_form", "score_form_version")}
    )
    world.secrets = (*world.secrets, complaint.number, payout.number, sheet.number, suggestion.number)
    world.secrets = (*world.secrets, inspection.number)


def _fill_installations(world: World, dealer: Any, customer: Any, unit: Any) -> None:
    """An installation project of dealer A, and what was missing in its crates."""
    procedure = Procedure.objects.create(name="安装", needs_trial=False)
    fields = {"customer": customer, "category": unit.model.category, "title": NAME}
    project = services.create_document(Installation(organization=dealer, unit=unit, **fields), by=None)
    InstallationUnit.objects.create(installation=project, unit=unit)
    notice = services.create_document(
        GoodsNotice(organization=dealer, project=project, supplier="供货方", text=NAME, **fields), by=None
    )
    world.owned.update(
        {
            "installations:detail:number": project.number,
            "installations:step:number": project.number,
            "installations:notice:number": notice.number,
            "field:project:number": project.number,
            "field:send_project:number": project.number,
            "api:installation:number": project.number,
            "api:goodsnotice:number": notice.number,
        }
    )
    world.neutral.update(
        {
            "installations:procedure:pk": procedure.pk,
            "installations:step:name": "packing-rest",
            "api:installation-record:name": "packing-rest",
        }
    )
    world.secrets = (*world.secrets, project.number, notice.number)


def _fill_cards(world: World, dealer: Any, customer: Any, unit: Any) -> None:
    """A recognised registration card of dealer A, and the quarter in which it counts."""
    today = timezone.localdate()
    card = services.create_document(
        RegistrationCard(
            organization=dealer,
            title=NAME,
            received_at=timezone.now(),
            quarter=quarter_of(today),
            model=unit.model,
            unit=unit,
            serial=unit.serial,
            sold_on=today,
            customer_name=NAME,
            customer=customer,
        ),
        by=None,
    )
    quarter = CardQuarter.objects.create(
        organization=dealer, quarter=card.quarter, category=unit.model.category, cards=1
    )
    world.owned.update(
        {"cards:number": card.number, "cards:quarter:pk": quarter.pk, "api:card:number": card.number}
    )
    world.secrets = (*world.secrets, card.number)


def _fill_maintenance(world: World, dealer: Any, customer: Any, unit: Any, clerk: Any) -> None:
    """A plan with a due job, a route with a round, a finding, a report and a duty log of dealer A."""
    now, today = timezone.now(), timezone.localdate()
    checklist = Checklist.objects.create(organization=dealer, name=NAME)
    line = ChecklistLine.objects.create(checklist=checklist, text=NAME)
    plan = create_plan(
        by=None,
        organization=dealer,
        customer=customer,
        title=NAME,
        units=[unit],
        rhythm="calendar",
        every_amount=1,
        every_unit="months",
        starts_on=today,
        work=NAME,
    )
    job = PlannedJob.objects.create(
        plan=plan,
        organization=dealer,
        customer=customer,
        unit=unit,
        key=NAME,
        opens_on=today,
        due_on=today,
    )
    route = PatrolRoute(
        organization=dealer,
        customer=customer,
        name=NAME,
        weekdays="0123456",
        starts_on=today,
        checklist=checklist,
    )
    save_route(route, [PointEntry(place=NAME)], by=None)
    planned = plan_round(route)
    assert planned is not None
    walked = do_round(planned, "start", by=None, as_system=True)
    finding = raise_finding(by=None, organization=dealer, customer=customer, unit=unit, text=NAME)
    assert finding is not None
    quotation = services.create_document(
        Quotation(organization=dealer, customer=customer, unit=unit, title=NAME), by=clerk
    )
    QuotedFinding.objects.create(quotation=quotation, finding=finding)
    priced = QuotationLine.objects.create(quotation=quotation, kind="other", description=NAME, unit_price=1)
    report = services.create_document(
        InspectionReport(
            organization=dealer, customer=customer, title=NAME, inspected_on=today, summary=NAME
        ),
        by=clerk,
    )
    book = DutyBook.objects.create(organization=dealer, name=NAME, shifts=NAME)
    shift = services.create_document(
        DutyShift(organization=dealer, title=NAME, book=book, shift_name=NAME, person=clerk, began_at=now),
        by=clerk,
    )
    item = OpenItem.objects.create(book=book, text=NAME, raised_in=shift, raised_by=clerk)
    season = Season.objects.first() or Season.objects.create(name="x", begins="06-01", ends="08-31")
    point = route.points.get()
    rounds = ("round", "walk", "walk_point", "walk_skip", "walk_step")
    shifts = ("shift", "entry_new", "item_new", "item_close", "accept")
    quoted = ("quotation", "quotation_again", "quotation_line_new", "quotation_line", "quotation_line_remove")
    books = ("book", "book_edit", "begin")
    lists = ("checklist", "checklist_edit", "line_new")
    world.owned.update(
        {
            "maintenance:plan:number": plan.number,
            "maintenance:plan_edit:number": plan.number,
            "maintenance:job_order:pk": job.pk,
            "maintenance:job_skip:pk": job.pk,
            **{
                f"maintenance:{name}:pk": route.pk for name in ("route", "route_edit", "point_new", "special")
            },
            **{f"maintenance:{name}:pk": point.pk for name in ("point", "point_remove", "point_move")},
            **{f"maintenance:{name}:number": walked.number for name in rounds},
            "field:key": f"{route.pk}-{walked.day:%Y%m%d}",
            **{f"field:{name}:key": f"log-{book.pk}" for name in ("log", "send_log")},
            "maintenance:point": walked.points.get().pk,
            "maintenance:unit:pk": unit.pk,
            "maintenance:finding:number": finding.number,
            "maintenance:quotation_new:number": finding.number,
            **{f"maintenance:{name}:number": quotation.number for name in quoted},
            "maintenance:quotation_line:pk": priced.pk,
            "maintenance:quotation_line_remove:pk": priced.pk,
            "api:quotation:number": quotation.number,
            "maintenance:report:number": report.number,
            "maintenance:report_edit:number": report.number,
            **{f"maintenance:{name}:pk": book.pk for name in books},
            **{f"maintenance:{name}:number": shift.number for name in shifts},
            "maintenance:item": item.pk,
            **{f"maintenance:{name}:pk": checklist.pk for name in lists},
            "maintenance:line_edit:pk": line.pk,
            "maintenance:line_remove:pk": line.pk,
            "api:maintenanceplan:number": plan.number,
            "api:plannedjob:pk": job.pk,
            "api:patrolround:number": walked.number,
            "api:finding:number": finding.number,
            "api:inspectionreport:number": report.number,
            "api:point": walked.points.get().pk,
            "api:dutylog:pk": book.pk,
            "api:dutyshift:number": shift.number,
            "api:item": item.pk,
        }
    )
    world.neutral.update(
        {
            "maintenance:rhythm": "calendar",
            "maintenance:way": "up",
            "maintenance:adopt:pk": 1,
            "maintenance:step": "finish",
            "maintenance:season_edit:pk": season.pk,
        }
    )
    numbers = (plan.number, walked.number, finding.number, quotation.number, report.number, shift.number)
    world.secrets = (*world.secrets, *numbers)


def _fill_bench(world: World, dealer: Any, customer: Any, unit: Any, order: Any) -> None:
    """Goods in the house of dealer A, a loaner that it lent, its rules and the line of its book."""
    now = timezone.now()
    receipt = services.create_document(
        CarryIn(
            organization=dealer,
            order=order,
            customer=customer,
            unit=unit,
            what=NAME,
            serial=SERIAL,
            brought_name=NAME,
            condition=NAME,
            title=NAME,
        ),
        by=None,
    )
    piece = LoanEquipment.objects.create(organization=dealer, model=unit.model, serial=f"{SERIAL}-LOAN")
    loan = services.create_document(
        Loan(
            organization=dealer,
            equipment=piece,
            customer=customer,
            reason=NAME,
            due_back_at=now + timedelta(days=7),
            condition_out=NAME,
            signed_by=NAME,
            title=NAME,
        ),
        by=None,
    )
    rules = BenchRules.objects.create(organization=dealer, storage_text=NAME)
    GoodsMove.objects.create(
        organization=dealer, direction="in", reason="taken_in", carry_in=receipt, what=NAME, serial=SERIAL
    )
    grade = ModelGrade.objects.create(model=unit.model, grade=5)
    world.owned.update(
        {
            "bench:number": receipt.number,
            "bench:loan:number": loan.number,
            "bench:take_back:number": loan.number,
            "bench:equipment:pk": piece.pk,
            "field:piece": f"L{piece.pk}",
            "bench:equipment_edit:pk": piece.pk,
            "bench:rules_edit:pk": rules.pk,
            "api:carryin:number": receipt.number,
            "api:loan:number": loan.number,
        }
    )
    world.neutral.update({"bench:grade_edit:pk": grade.pk, "bench:grade_remove:pk": grade.pk})
    world.secrets = (*world.secrets, receipt.number, loan.number)


def _fill_stock(world: World, dealer: Any, technician: Any) -> None:
    """A van of dealer A with a part in it."""
    van = StockLocation.objects.create(
        organization=dealer, kind="van", name=f"{PERSON}的车", person=technician
    )
    part = SparePart.objects.create(code="PART-A", name="压缩机")
    keeper = factories.person("storekeeper", at=dealer)
    entry = receive_parts(van, part, 3, by=keeper, note=NAME)
    world.owned.update(
        {
            "parts:pk": van.pk,
            "parts:reverse:pk": entry.pk,
            "api:stock:pk": van.balances.get().pk,
            "api:stockplace:pk": van.pk,
            "api:stockentry:pk": entry.pk,
        }
    )


def _fill_trips(world: World, dealer: Any, person: Any, customer: Any, order: Any) -> None:
    """A business trip of dealer A with an expense, and its rules."""
    cause, _new = TripCause.objects.get_or_create(code="service", defaults={"name": "售后服务"})
    today = timezone.localdate()
    trip = services.create_document(
        BusinessTrip(
            organization=dealer,
            cause=cause,
            title=NAME,
            place=NAME,
            purpose=NAME,
            starts_on=today,
            ends_on=today,
        ),
        by=None,
    )
    trip.orders.add(order)
    trip.customers.add(customer)
    line = TripPerson.objects.create(trip=trip, person=person)
    expense = TripExpense.objects.create(
        trip=trip,
        traveller=line,
        kind="transport",
        spent_on=today,
        amount=1,
        text=NAME,
        no_receipt=NAME,
        by=person,
    )
    rules = TripRules.objects.create(organization=dealer)
    world.owned.update(
        {
            "trips:number": trip.number,
            "trips:expense_remove:pk": expense.pk,
            "trips:row_edit:pk": rules.pk,
            "trips:row_remove:pk": rules.pk,
            "api:trip:number": trip.number,
        }
    )
    world.neutral.update({"trips:table": "rules"})
    world.secrets = (*world.secrets, trip.number)


def _fill_routing(world: World, dealer: Any, customer: Any, request: Any) -> None:
    """A routing rule of dealer A, and a customer whom it turned away."""
    rule = RoutingRule.objects.create(organization=dealer, to_organization=dealer, name=NAME)
    push_back = PushBack.objects.create(
        organization=dealer,
        document_id=request.pk,
        customer=customer,
        kind="declined",
        owed="area",
        at=timezone.now(),
        month=timezone.localdate().replace(day=1),
        key=NAME,
    )
    reason, _created = HandBackReason.objects.get_or_create(code="staff", defaults={"name": "人手不足"})
    world.owned.update(
        {
            "desk:rule_edit:pk": rule.pk,
            "desk:rule_move:pk": rule.pk,
            "api:routingrule:pk": rule.pk,
            "desk:pushback_decide:pk": push_back.pk,
        }
    )
    world.neutral.update({"desk:way": "up", "desk:reason_edit:pk": reason.pk})


def _fill_mail(world: World, dealer: Any, request: Any) -> None:
    """A mailbox of dealer A with a mail about its request, and one that was ignored."""
    account = MailAccount.objects.create(
        organization=dealer,
        name=NAME,
        imap_host="127.0.0.1",
        imap_port=1,
        user=NAME,
        from_address="secret-a@example.com",
        sealed_password=seal("x"),
    )
    mail = MailMessage.objects.create(
        account=account, key="a", state="taken_in", document=request, from_name=NAME, subject=NAME, text=NAME
    )
    ignored = MailMessage.objects.create(
        account=account, key="b", state="ignored", reason="bulk", from_name=NAME, subject=NAME
    )
    world.owned.update(
        {
            "mail:pk": mail.pk,
            "api:mail:pk": mail.pk,
            "mail:take_in:pk": ignored.pk,
            "mail:account:pk": account.pk,
            "mail:account_test:pk": account.pk,
            "mail:account_read:pk": account.pk,
            "mail:number": request.number,
        }
    )
    world.secrets = (*world.secrets, account.from_address)


def _fill_followups(world: World, dealer: Any, unit: Any, manager: Any) -> None:
    """A follow-up, a letter that came back and a campaign with one customer at dealer A."""
    now, customer = timezone.now(), unit.customer
    kind, campaign_kind = FollowUpKind.objects.all()[0], CampaignKind.objects.all()[0]
    followup = make_followup(kind, customer, by=None, due_at=now + timedelta(days=1), unit=unit, purpose=NAME)
    version = LetterVersion.objects.all()[0]
    letter = write_letter(version, customer, by=None, as_system=True)
    doubt = AddressDoubt.objects.create(customer=customer, letter=letter, since=timezone.localdate())
    campaign = services.create_document(
        Campaign(
            organization=dealer,
            campaign_kind=campaign_kind,
            title=NAME,
            text=NAME,
            takes_place_at=now + timedelta(days=30),
        ),
        by=manager,
    )
    entry = CampaignEntry.objects.create(campaign=campaign, customer=customer, unit=unit, organization=dealer)
    question = ScriptQuestion.objects.all()[0]
    world.owned.update(
        {
            "followups:number": followup.number,
            "followups:letter:number": letter.number,
            "followups:doubt_clear:pk": doubt.pk,
            "followups:entry:pk": entry.pk,
            **{f"followups:{name}:number": campaign.number for name in CAMPAIGN_PAGES},
            "api:followup:number": followup.number,
            "api:letter:number": letter.number,
            "api:campaign:number": campaign.number,
        }
    )
    world.neutral.update(
        {
            "followups:pk": question.pk,
            "followups:table": "kinds",
            "followups:change": "up",
            "followups:setting_edit:pk": kind.pk,
        }
    )
    world.secrets = (*world.secrets, followup.number, letter.number, campaign.number)


#: addresses of the room of follow-ups that lead to a campaign
CAMPAIGN_PAGES = (
    "campaign",
    "campaign_edit",
    "audience",
    "entries",
    "write_letters",
    "print_letters",
    "addresses",
)


def _fill_surveys(world: World, dealer: Any, order: Any) -> None:
    """A questionnaire of dealer A with an invitation that was answered with an opinion, and its tables."""
    questionnaire = Questionnaire.objects.create(organization=dealer, code="secret-survey", name=NAME)
    edition = Edition.objects.create(questionnaire=questionnaire, number=1, state="published")
    draft = Edition.objects.create(questionnaire=questionnaire, number=2)
    asked = Question.objects.create(edition=draft, code="overall", text=NAME)
    score = Question.objects.create(edition=edition, code="overall", text=NAME, is_overall=True)
    say = Question.objects.create(edition=edition, code="say", kind="text", text=NAME, required=False)
    rule = InvitationRule.objects.create(organization=dealer, questionnaire=questionnaire)
    invitation = invite(order, edition, customer=order.customer, at=timezone.now())
    assert invitation is not None
    answer = answer_invitation(invitation, {score.code: 5, say.code: NAME})
    month = timezone.localdate()
    report = hand_in(
        questionnaire, organization=dealer, first=month, last=month, by=world.clerk_a, remark=NAME
    )
    world.owned.update(
        {
            "surveys:number": answer.number,
            "surveys:report:number": report.number,
            "api:surveyreport:number": report.number,
            "surveys:call:pk": invitation.pk,
            "surveys:opinion:pk": answer.opinions.get().pk,
            "surveys:code": questionnaire.code,
            "surveys:rule_edit:pk": rule.pk,
            "surveys:part_edit:pk": asked.pk,
            "surveys:part_remove:pk": asked.pk,
            "api:surveyanswer:number": answer.number,
        }
    )
    category = OpinionCategory.objects.create(code="sample", name="sample")
    world.neutral.update({"surveys:part": "questions", "surveys:category_edit:pk": category.pk})
    world.secrets = (*world.secrets, answer.number)


def _knowledge(dealer: Any, order: Any, title: str) -> dict[str, Any]:
    """A published article of dealer A, the case of an order, and a word list that is everybody's."""
    values = {
        "title": title,
        "question": title,
        "answer": title,
        "audiences": ["staff", "dealers", "customers"],
    }
    writer = factories.person("dealer_clerk", at=dealer, name=f"{PERSON}作者")
    article = create_article("faq", values, organization=dealer, by=writer)
    article.published, article.draft = article.draft, None
    ArticleVersion.objects.filter(pk=article.published.pk).update(published_at=timezone.now())
    Article.objects.filter(pk=article.pk).update(published=article.published, draft=None)
    Document.objects.filter(pk=article.pk).update(state="published")
    keep_cases([Solved(order.pk, dealer.pk, timezone.now(), fault=title)])
    return {
        "knowledge:number": article.number,
        "knowledge:case:pk": SolvedCase.objects.get().pk,
        "api:article:number": article.number,
    }


def _fill_neutral(world: World, unit: Any) -> None:
    WorkCalendar.objects.get_or_create(code="office", defaults={"name": "office"})
    product = unit.model
    world.neutral.update(
        {
            "documents:name": "cancel",
            "documents:decision": "approve",
            "files:size": "small",
            "printing:form_id": "F13",
            "regions:code": "0",
            "calendars:code": "office",
            "commitments:code": "none",
            "commitments:number": 1,
            "commitments:review:number": "CR-none",
            "commitments:name": "about",
            "commitments:kind": "time",
            "commitments:index": 0,
            "commitments:how": "up",
            "commitments:clause": "none",
            "exchange:importer": "units",
            "field:step": "accept",
            "knowledge:edition": 1,
            "knowledge:group": 1,
            "knowledge:kind": "faq",
            "portal:number": "KB-none",
            "portal:label": unit.label_code,
            "portal:token": "no-such-token",
            "portal:pk": "00000000-0000-0000-0000-000000000000",
            "customers:name": "phones",
            "customers:tab": "documents",
            "customers:form": "json",
            "products:pk": product.pk,
            "products:model": product.pk,
            "products:below": product.category_id,
            "products:category": product.category_id,
            "products:kind": "symptom",
            "api:name": "cancel",
            "api:rest": "nothing",
            "api:models:pk": product.pk,
            "accounts:key": "x",
            "accounts:uidb36": "1",
        }
    )


@dataclass(frozen=True)
class Route:
    """One address of the system."""

    path: str
    name: str
    parts: tuple[str, ...]

    @property
    def room(self) -> str:
        return (
            self.name.split(":")[0]
            if ":" in self.name
            else ("accounts" if self.path.startswith("accounts/") else "")
        )

    def _keys(self, part: str) -> list[str]:
        last = self.name.split(":")[-1]
        # The names of API routes begin with the name of the record: "order-detail".
        return [
            f"{self.room}:{last}:{part}",
            f"{self.room}:{last.split('-')[0]}:{part}",
            f"{self.room}:{part}",
        ]

    def fill(self, world: World) -> dict[str, Any]:
        """Values for the parts of the address; raises LookupError that says what to add."""
        values = {}
        for part in self.parts:
            for samples in (world.owned, world.neutral):
                found = [samples[key] for key in self._keys(part) if key in samples]
                if found and part not in values:
                    values[part] = found[0]
            if part not in values:
                raise LookupError(
                    f"{self.name} ({self.path}): give a sample “{self._keys(part)[-1]}” in tests/samples.py"
                )
        return values

    def is_owned(self, world: World) -> bool:
        """Whether the address leads to a record of dealer A."""
        return any(key in world.owned for part in self.parts for key in self._keys(part))


def routes() -> list[Route]:
    """Every address, with the API's."""
    return _walk(get_resolver(), "", ())


def _walk(resolver: URLResolver, prefix: str, spaces: tuple[str, ...]) -> list[Route]:
    found = []
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLPattern):
            parts = tuple(entry.pattern.converters) or tuple(entry.pattern.regex.groupindex)
            found.append(Route(path, ":".join([*spaces, entry.name or "?"]), parts))
        else:
            found += _walk(entry, path, (*spaces, entry.namespace) if entry.namespace else spaces)
    return found

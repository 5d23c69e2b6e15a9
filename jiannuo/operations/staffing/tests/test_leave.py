"""Leave from the question to the return, who stands in meanwhile, standby, and the workload."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.accounts.models import User
from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import ApprovalStep
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.models import Notice
from jiannuo.operations.desk.services.registering import register_request
from jiannuo.operations.staffing.models import LeaveRequest, LeaveStep, StandbyDuty
from jiannuo.operations.staffing.queries import clashes, colleagues_away, reachable, shares_of
from jiannuo.operations.staffing.services import Rota, ask_leave, do, plan_rota, remove_duty, stand_in
from jiannuo.operations.staffing.services.leave import days_of
from jiannuo.operations.staffing.workload import workload
from jiannuo.operations.workforce.models import Absence, Shift
from jiannuo.operations.workforce.services import add_absence
from jiannuo.operations.workorders.services import do as do_order
from jiannuo.operations.workorders.tests.scene import tomorrow
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.queries import mine
from jiannuo.testing import factories


def ask(firm, person=None, **changes) -> LeaveRequest:
    values = {
        "starts_at": tomorrow(8),
        "ends_at": tomorrow(8) + timedelta(days=2, hours=10),
        "deputy": firm.colleague,
        **changes,
    }
    return ask_leave(person or firm.technician, **values)


def decide(leave, by, answer=approvals.approve, **data):
    answer(ApprovalStep.objects.get(approval__document=leave.pk, state="pending"), by=by, **data)
    return LeaveRequest.objects.get(pk=leave.pk)


def test_granted_leave_becomes_an_absence_and_person_and_deputy_know(firm):
    leave = ask(firm)
    assert leave.state == "asked"
    assert not Absence.objects.exists()

    leave = decide(leave, firm.manager)

    assert leave.state == "granted"
    absence = firm.technician.technician.absences.get()
    assert (absence.starts_at, absence.ends_at) == (leave.starts_at, leave.ends_at)
    told = dict(Notice.objects.filter(document_id=leave.pk).values_list("person", "kind"))
    assert told[firm.technician.pk] == "staffing.decided"
    assert told[firm.colleague.pk] == "staffing.deputy"


def test_refused_leave_says_why(firm, django_capture_on_commit_callbacks):
    leave = ask(firm)

    with django_capture_on_commit_callbacks(execute=True):
        decide(leave, firm.manager, approvals.reject, remark="旺季缺人")

    leave.refresh_from_db()
    assert (leave.state, leave.refusal) == ("refused", "旺季缺人")
    assert not Absence.objects.exists()


def test_long_leave_asks_further_roles_by_the_table(firm):
    boss = factories.person("general_manager", at=firm.head)
    LeaveStep.objects.create(organization=firm.head, role="department_manager", from_days=0, position=1)
    LeaveStep.objects.create(organization=firm.head, role="general_manager", from_days=3, position=2)

    short = ask(firm, ends_at=tomorrow(12))
    assert decide(short, firm.manager).state == "granted"
    long = ask(
        firm,
        person=firm.colleague,
        deputy=firm.technician,
        starts_at=tomorrow(8) + timedelta(days=5),
        ends_at=tomorrow(8) + timedelta(days=9),
    )
    assert decide(long, firm.manager).state == "asked"
    assert decide(long, boss).state == "granted"


def test_nobody_grants_their_own_leave(firm):
    leave = ask(firm)

    for person in (firm.technician, firm.colleague, firm.stranger, firm.dispatcher):
        with pytest.raises(PermissionDenied):
            decide(leave, person)
    with pytest.raises(PermissionDenied):
        do(leave, "grant", by=firm.manager)


REFUSED = [
    ({"ends_at": timedelta(hours=-1)}, "ends_at"),
    ({"ends_at": timedelta(0)}, "ends_at"),
    ({"ends_at": timedelta(days=400)}, "ends_at"),
    ({"starts_at": timedelta(days=-20), "ends_at": timedelta(days=-19)}, "starts_at"),
    ({"deputy": "technician"}, "deputy"),
    ({"deputy": "stranger"}, "deputy"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED)
def test_impossible_leave_is_refused(firm, change, field):
    values = {
        name: getattr(firm, value) if isinstance(value, str) else tomorrow(8) + value
        for name, value in change.items()
    }

    with pytest.raises(ValidationError) as refused:
        ask(firm, **values)
    assert field in refused.value.message_dict
    assert not LeaveRequest.objects.exists()


def test_a_deputy_who_is_away_too_is_refused(firm):
    add_absence(firm.colleague.technician, tomorrow(12), tomorrow(15), "training", by=firm.dispatcher)

    with pytest.raises(ValidationError, match=firm.colleague.name):
        ask(firm)


def test_two_on_leave_do_not_stand_in_for_each_other(firm):
    ask(firm, person=firm.colleague, deputy=firm.dispatcher)

    with pytest.raises(ValidationError):
        ask(firm)
    with pytest.raises(ValidationError, match="已经请假"):
        ask(firm, person=firm.colleague, deputy=firm.manager)


def test_the_deputy_acts_while_the_leave_runs_and_what_was_before_comes_back(firm):
    User.objects.filter(pk=firm.technician.pk).update(deputy=firm.manager)
    leave = decide(ask(firm), firm.manager)
    person = firm.technician
    owed = Obligation.objects.create(
        organization=firm.dealer,
        clause="c",
        metric="arrival",
        text="到场",
        person=person,
        started_at=timezone.now(),
        due_at=timezone.now() + timedelta(days=1),
    )

    assert stand_in() == 0
    assert stand_in(leave.starts_at + timedelta(minutes=1)) == 1
    assert stand_in(leave.starts_at + timedelta(minutes=2)) == 0

    person.refresh_from_db()
    assert person.deputy == firm.colleague
    assert person.acting(timezone.localdate(leave.starts_at)) == firm.colleague
    User.objects.filter(pk=person.pk).update(absent_from=timezone.localdate())
    assert owed in mine(firm.colleague)
    share = shares_of(firm.colleague)[0]
    assert (share.person, share.obligations) == (person, [owed])
    User.objects.filter(pk=person.pk).update(absent_from=timezone.localdate(leave.starts_at))

    assert stand_in(leave.ends_at) == 1
    person.refresh_from_db()
    assert (person.deputy, person.absent_from, person.absent_until) == (firm.manager, None, None)


def test_leave_that_has_begun_when_it_is_granted_counts_at_once(firm):
    leave = decide(ask(firm, starts_at=timezone.now() - timedelta(hours=1)), firm.manager)

    assert leave.stands_in
    leave = do(leave, "withdraw", by=firm.technician, data={"reason": "提前回来"})
    firm.technician.refresh_from_db()
    assert firm.technician.absent_from is None
    assert firm.technician.technician.absences.get().ends_at <= timezone.now()


def test_withdrawing_takes_the_question_and_the_absence_back(firm):
    asked = ask(firm)
    do(asked, "withdraw", by=firm.technician, data={"reason": "不去了"})
    assert not ApprovalStep.objects.filter(approval__state="pending").exists()

    granted = decide(ask(firm), firm.manager)
    with pytest.raises(PermissionDenied):
        do(granted, "withdraw", by=firm.colleague, data={"reason": "x"})
    do(granted, "withdraw", by=firm.technician, data={"reason": "不去了"})
    assert not Absence.objects.exists()
    granted.refresh_from_db()
    with pytest.raises(ActionNotAllowed):
        do(granted, "withdraw", by=firm.technician, data={"reason": "x"})


def appointed(firm, technician=None, **data):
    return firm.step(
        firm.order_in("ready"),
        "assign",
        technician=technician or firm.technician,
        **{"appointment_from": tomorrow(9), "appointment_to": tomorrow(11), "agreed_with": "张伟", **data},
    )


def test_clashing_appointments_and_colleagues_away_are_shown(firm):
    order = appointed(firm)
    appointed(firm, appointment_from=tomorrow(9) + timedelta(days=5), appointment_to=None)
    third = factories.person("dealer_clerk", at=firm.dealer)
    ask(firm, person=third, deputy=firm.dispatcher)
    leave = ask(firm)

    assert [visit.order.number for visit in clashes(leave)] == [order.number]
    assert [row[0] for row in colleagues_away(leave)] == [third]


def test_the_jobs_of_the_leave_are_given_to_the_deputy_with_their_appointments(firm):
    inside, outside = (
        appointed(firm),
        appointed(firm, appointment_from=tomorrow(9) + timedelta(days=5), appointment_to=None),
    )
    begun = do_order(do_order(appointed(firm), "accept", by=firm.technician), "set_out", by=firm.technician)
    leave = decide(ask(firm), firm.manager)

    do(leave, "hand_over", by=firm.dispatcher)

    for order in (inside, outside, begun):
        order.refresh_from_db()
    assert inside.technician == firm.colleague
    assert inside.visits.last().appointment_from == tomorrow(9)
    assert outside.technician == firm.technician
    assert begun.technician == firm.technician
    with pytest.raises(ValidationError):
        do(leave, "hand_over", by=firm.dispatcher)
    with pytest.raises(PermissionDenied):
        do(leave, "hand_over", by=firm.technician)


def test_half_days_are_counted():
    begins = datetime(2026, 11, 23, 8, tzinfo=timezone.get_current_timezone())

    assert days_of(begins, begins + timedelta(hours=4)) == Decimal("0.5")
    assert days_of(begins, begins + timedelta(hours=13)) == Decimal(1)
    assert days_of(begins, begins + timedelta(days=2, hours=10)) == Decimal("2.5")


def test_pages_of_leave(firm, client, django_assert_max_num_queries):
    client.force_login(firm.technician)
    form = {
        "reason": "leave",
        "starts_at": tomorrow(8).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": tomorrow(18).strftime("%Y-%m-%dT%H:%M"),
        "deputy": firm.colleague.pk,
    }
    new = reverse("staffing:leave_new")
    assert client.get(new).status_code == 200
    assert client.post(new, {**form, "ends_at": form["starts_at"]}).status_code == 422
    assert client.post(new, form).status_code == 302
    leave = LeaveRequest.objects.get()
    for person, budget, status in (
        (firm.technician, 25, 200),
        (firm.colleague, 25, 200),
        (firm.dispatcher, 25, 200),
        (firm.stranger, 25, 404),
    ):
        client.force_login(person)
        with django_assert_max_num_queries(budget):
            assert client.get(reverse("staffing:leave", args=[leave.number])).status_code == status
    assert client.get(reverse("staffing:leaves")).status_code == 403
    client.force_login(firm.technician)
    with django_assert_max_num_queries(25):
        assert client.get(reverse("staffing:mine")).status_code == 200
    withdraw = reverse("documents:action", args=[leave.number, "withdraw"])
    assert client.post(withdraw, {"reason": "不去了", "version": 1}).status_code in (200, 204, 302)
    leave.refresh_from_db()
    assert leave.state == "withdrawn"
    client.force_login(firm.manager)
    steps = reverse("staffing:steps")
    line = {"organization": firm.dealer.pk, "role": "department_manager", "from_days": "0", "position": 1}
    assert client.post(steps, line).status_code == 302
    assert client.post(steps, line).status_code == 422
    assert client.post(steps, {**line, "organization": firm.other_dealer.pk}).status_code == 422
    assert client.post(reverse("staffing:step_remove", args=[LeaveStep.objects.get().pk])).status_code == 302
    with django_assert_max_num_queries(12):
        assert client.get(reverse("staffing:leaves"), {"when": "coming"}).status_code == 200


# Standby


def rota(firm, **changes):
    values = {
        "people": [firm.technician, firm.colleague],
        "starts_at": timezone.now() - timedelta(hours=1),
        "length": timedelta(days=7),
        **changes,
    }
    return Rota(**values)


def test_people_take_turns_and_the_desk_sees_who_can_be_reached(firm, client):
    duties = plan_rota(firm.dealer, rota(firm, turns=2), by=firm.dispatcher)

    assert [duty.person for duty in duties] == [firm.technician, firm.colleague] * 2
    assert [duty.person for duty in reachable(firm.dealer)] == [firm.technician]
    assert reachable(firm.other_dealer) == []
    client.force_login(firm.dispatcher)
    assert firm.technician.name in client.get(reverse("staffing:standby_now")).content.decode()


def test_of_two_on_standby_the_first_is_named_first_and_above_counts_where_nobody_is(firm):
    plan_rota(firm.dealer, rota(firm, people=[firm.technician], rank=2), by=firm.dispatcher)
    plan_rota(firm.dealer, rota(firm, people=[firm.colleague], rank=1), by=firm.dispatcher)
    boss = factories.person("general_manager", at=firm.head)
    plan_rota(firm.head, rota(firm, people=[boss]), by=boss)

    assert [duty.person for duty in reachable(firm.dealer)] == [firm.colleague, firm.technician]
    assert [duty.person for duty in reachable(firm.other_dealer)] == [boss]


REFUSED_ROTAS = [
    ({"people": []}, "people"),
    ({"length": timedelta(0)}, "ends_at"),
    ({"length": timedelta(days=40)}, "ends_at"),
    ({"starts_at": timedelta(days=-9)}, "starts_at"),
    ({"turns": 40}, "turns"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED_ROTAS)
def test_an_impossible_rota_is_refused(firm, change, field):
    if "starts_at" in change:
        change = {"starts_at": timezone.now() + change["starts_at"]}

    with pytest.raises(ValidationError) as refused:
        plan_rota(firm.dealer, rota(firm, **change), by=firm.dispatcher)
    assert field in refused.value.message_dict


def test_who_is_away_or_has_another_duty_gets_none(firm):
    add_absence(firm.colleague.technician, tomorrow(8), tomorrow(18), "leave", by=firm.dispatcher)
    with pytest.raises(ValidationError, match=firm.colleague.name):
        plan_rota(firm.dealer, rota(firm, people=[firm.colleague]), by=firm.dispatcher)
    duty = plan_rota(firm.dealer, rota(firm, people=[firm.technician]), by=firm.dispatcher)[0]
    with pytest.raises(ValidationError, match=firm.technician.name):
        plan_rota(firm.dealer, rota(firm, people=[firm.technician]), by=firm.dispatcher)
    with pytest.raises(PermissionDenied):
        plan_rota(firm.other_dealer, rota(firm), by=firm.dispatcher)
    with pytest.raises(PermissionDenied):
        remove_duty(duty, by=firm.technician)
    remove_duty(duty, by=firm.dispatcher)
    assert not StandbyDuty.objects.exists()


@pytest.mark.parametrize(("severity", "told"), [("critical", 1), ("normal", 0)])
def test_an_emergency_is_told_to_whoever_is_on_standby(
    firm, severity, told, django_capture_on_commit_callbacks
):
    plan_rota(firm.dealer, rota(firm), by=firm.dispatcher)

    with django_capture_on_commit_callbacks(execute=True):
        register_request(
            by=firm.dispatcher,
            organization=firm.dealer,
            customer=firm.customer,
            symptom_text="漏电冒烟",
            channel="hotline",
            severity=severity,
        )

    assert Notice.objects.filter(kind="staffing.emergency", person=firm.technician).count() == told


def test_pages_of_the_roster(firm, client, django_assert_max_num_queries):
    client.force_login(firm.dispatcher)
    form = {
        "organization": firm.dealer.pk,
        "kind": "holiday",
        "people": [firm.technician.pk],
        "starts_at": tomorrow(8).strftime("%Y-%m-%dT%H:%M"),
        "ends_at": (tomorrow(8) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M"),
        "turns": 1,
        "rank": 1,
    }
    new = reverse("staffing:duty_new")
    assert client.get(new).status_code == 200
    assert client.post(new, {**form, "ends_at": form["starts_at"]}).status_code == 422
    assert client.post(new, form).status_code == 302
    with django_assert_max_num_queries(12):
        assert client.get(reverse("staffing:standby"), {"when": "coming"}).status_code == 200
    duty = StandbyDuty.objects.get()
    assert client.get(reverse("staffing:duty_remove", args=[duty.pk])).status_code == 200
    assert client.post(reverse("staffing:duty_remove", args=[duty.pk])).status_code == 302


# Workload


def test_the_workload_counts_shift_without_lunch_and_absence_against_what_is_planned(
    firm, client, django_assert_max_num_queries
):
    technician = firm.technician.technician
    day = tomorrow(8)
    Shift.objects.create(
        technician=technician,
        starts_at=day,
        ends_at=tomorrow(17),
        break_from=tomorrow(12),
        break_to=tomorrow(13),
    )
    Absence.objects.create(
        technician=technician, starts_at=tomorrow(15), ends_at=tomorrow(17), reason="training"
    )
    appointed(firm)
    monday = day.date() - timedelta(days=day.weekday())

    load = workload([technician], monday)[0]

    own = load.days[day.weekday()]
    assert (own.shift_minutes, own.planned_minutes, own.visits) == (360, 60, 1)
    assert (load.open_orders, load.today, load.late) == (1, 0, 0)
    client.force_login(firm.dispatcher)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("staffing:workload"), {"week": monday.isoformat()})
    assert page.status_code == 200
    assert firm.stranger.name not in page.content.decode()
    client.force_login(firm.technician)
    assert client.get(reverse("staffing:workload")).status_code == 403

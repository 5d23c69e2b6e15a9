"""Trips from the plan to the settlement: approvals, money, the feedback form, refusals."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from jiannuo.kernel.files.access import may_read
from jiannuo.office.documents import approvals
from jiannuo.office.documents.models import Approval
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.models import Notice
from jiannuo.operations.trips.balances import balances_of
from jiannuo.operations.trips.models import BusinessTrip, ExpenseLimit, TripCause, TripRules, TripStep
from jiannuo.operations.trips.services import (
    change_trip,
    do,
    remind_due,
    remove_expense,
    remove_row,
    save_cause,
    save_row,
    write_feedback,
)
from jiannuo.operations.trips.tests.acting import TEXTS, decide, photo, plan, spend, trip_in
from jiannuo.testing import factories


def test_a_trip_from_the_plan_to_the_settlement(firm):
    trip = plan(firm, people=(firm.technician, firm.colleague), orders=(firm.order(),))
    assert (trip.state, trip.number[:3]) == ("planned", "BT-")
    assert list(trip.customers.all()) == [firm.customer]
    assert list(trip.units.all()) == [firm.unit]

    trip = decide(do(trip, "submit", by=firm.dispatcher), firm.manager)
    assert trip.state == "approved"
    trip = do(trip, "advance", by=firm.finance, data={"person": firm.technician, "amount": Decimal(500)})
    trip = do(trip, "set_out", by=firm.technician, data={"starts_on": trip.starts_on})
    spend(firm, trip, "120.50")
    spend(firm, trip, "300", kind="lodging", paid_by="company")
    spend(firm, trip, "80", person=firm.colleague, kind="meals")
    trip = do(trip, "come_back", by=firm.technician, data={"ends_on": trip.ends_on})
    write_feedback(trip, by=firm.technician, **TEXTS)
    trip = do(trip, "hand_in", by=firm.technician)
    asked = Approval.objects.get(document=trip.pk, state="pending")
    assert asked.amount == Decimal("500.50")
    trip = do(decide(trip, firm.manager), "settle", by=firm.finance)

    assert trip.state == "settled"
    due = {one.traveller.person_id: (one.spent, one.paid_directly, one.due) for one in balances_of(trip)}
    assert due[firm.technician.pk] == (Decimal("120.50"), Decimal(300), Decimal("-379.50"))
    assert due[firm.colleague.pk] == (Decimal(80), Decimal(0), Decimal(80))
    assert trip.people.get(person=firm.technician).paid_out == Decimal("-379.50")
    told = Notice.objects.filter(document_id=trip.pk, kind="trips.decided", person=firm.colleague)
    assert told.count() == 3


def test_who_travels_alone_plans_for_themselves_and_nobody_else(firm):
    own = plan(firm, by=firm.technician)
    assert own.created_by == firm.technician

    for people in ((firm.colleague,), (firm.technician, firm.colleague)):
        with pytest.raises(PermissionDenied):
            plan(firm, by=firm.technician, people=people)
    with pytest.raises(PermissionDenied):
        plan(firm, by=firm.stranger, people=(firm.stranger,))


REFUSED = [
    ({"people": ()}, "people"),
    ({"ends_on": timedelta(days=-9)}, "ends_on"),
    ({"ends_on": timedelta(days=400)}, "ends_on"),
    ({"payer": "customer"}, "payer_order"),
    ({"payer": "supplier", "payer_name": " "}, "payer_name"),
    ({"estimate": Decimal(-1)}, "__all__"),
]


@pytest.mark.parametrize(("change", "field"), REFUSED)
def test_impossible_trips_are_refused(firm, change, field):
    today = timezone.localdate()
    values = {
        name: today + value if isinstance(value, timedelta) else value for name, value in change.items()
    }

    with pytest.raises(ValidationError) as refused:
        plan(firm, **values)

    assert field in refused.value.message_dict


def test_who_pays_is_kept_with_its_order_or_supplier(firm):
    order = firm.order()
    charged = plan(firm, payer="customer", payer_order=order)
    borne = plan(firm, payer="supplier", payer_name="示范压缩机厂")

    assert list(charged.orders.all()) == [order]
    assert borne.payer_name == "示范压缩机厂"


def test_an_approval_that_is_refused_gives_the_trip_back(firm, django_capture_on_commit_callbacks):
    trip = trip_in(firm, "asked")
    with django_capture_on_commit_callbacks(execute=True):
        decide(trip, firm.manager, approvals.reject, remark="先电话指导")
    trip.refresh_from_db()
    assert (trip.state, trip.refusal) == ("planned", "先电话指导")

    claimed = trip_in(firm, "claimed")
    with django_capture_on_commit_callbacks(execute=True):
        decide(claimed, firm.manager, approvals.send_back, remark="住宿发票不清楚")
    claimed.refresh_from_db()
    assert (claimed.state, claimed.refusal) == ("returned", "住宿发票不清楚")


def test_the_table_says_who_approves_from_which_amount_on(firm):
    boss = factories.person("general_manager", at=firm.head)
    for role, amount, position in (("department_manager", 0, 1), ("general_manager", 3000, 2)):
        row = TripStep(organization=firm.head, role=role, from_amount=amount, position=position)
        save_row(row, by=boss)

    cheap = decide(do(plan(firm, estimate=Decimal(2999)), "submit", by=firm.dispatcher), firm.manager)
    dear = decide(do(plan(firm, estimate=Decimal(3000)), "submit", by=firm.dispatcher), firm.manager)

    assert (cheap.state, dear.state) == ("approved", "asked")
    assert decide(dear, boss).state == "approved"


def test_a_plan_is_changed_only_before_it_is_asked_for(firm):
    from jiannuo.operations.trips.services import TripPlan

    trip = plan(firm)
    values = {
        name: getattr(trip, name) for name in ("organization", "cause", "starts_on", "ends_on", "purpose")
    }
    other = TripPlan(**values, people=(firm.colleague,), place="无锡")

    changed = change_trip(trip, other, by=firm.dispatcher)
    assert (changed.place, [one.person for one in changed.people.all()]) == ("无锡", [firm.colleague])

    asked = do(changed, "submit", by=firm.dispatcher)
    with pytest.raises(ValidationError):
        change_trip(asked, other, by=firm.dispatcher)
    anew = do(asked, "plan_anew", by=firm.dispatcher, data={"reason": "改期"})
    assert anew.state == "planned"
    assert not Approval.objects.filter(document=trip.pk, state="pending").exists()
    with pytest.raises(PermissionDenied):
        change_trip(anew, other, by=firm.technician)  # no longer travels


LINES = [
    ({"receipt": None}, "receipt"),
    ({"amount": Decimal(0)}, "amount"),
    ({"amount": Decimal(-5)}, "amount"),
    ({"spent_on": "tomorrow"}, "spent_on"),
    ({"person": "stranger"}, "person"),
    ({"kind": "gifts"}, "kind"),
]


@pytest.mark.parametrize(("change", "field"), LINES)
def test_impossible_expenses_are_refused(firm, change, field):
    trip = trip_in(firm, "under_way")
    values = dict(change)
    if values.get("spent_on"):
        values["spent_on"] = timezone.localdate() + timedelta(days=1)
    if values.get("person"):
        values["person"] = firm.stranger

    with pytest.raises(ValidationError) as refused:
        spend(firm, trip, **values)

    assert field in refused.value.message_dict


def test_a_receipt_is_wanted_or_the_reason_why_there_is_none(firm):
    trip = trip_in(firm, "under_way")
    told = spend(firm, trip, receipt=None, no_receipt="公交投币，无票")
    shown = spend(firm, trip)

    assert told.receipt is None
    assert shown.receipt is not None
    assert may_read(shown.receipt, firm.manager)
    assert may_read(shown.receipt, firm.finance)
    assert not may_read(shown.receipt, firm.stranger)
    assert not may_read(shown.receipt, firm.colleague)


@pytest.mark.parametrize(
    ("per", "amounts", "over"),
    [("day", ("200", "150"), False), ("day", ("200", "150.01"), True), ("trip", ("351",), True)],
)
def test_an_amount_above_the_limit_of_the_table_needs_a_reason(firm, per, amounts, over):
    row = ExpenseLimit(organization=firm.head, kind="lodging", per=per, amount=Decimal(350))
    save_row(row, by=factories.person("general_manager", at=firm.head))
    trip = trip_in(firm, "under_way")
    *first, last = amounts
    for amount in first:
        spend(firm, trip, amount, kind="lodging")

    if over:
        with pytest.raises(ValidationError) as refused:
            spend(firm, trip, last, kind="lodging")
        assert "over_reason" in refused.value.message_dict
    line = spend(firm, trip, last, kind="lodging", over_reason="展会期间涨价")

    assert line.over_limit == over


def test_expenses_belong_between_approval_and_settlement(firm):
    for state in ("planned", "asked", "claimed", "settled"):
        with pytest.raises(ValidationError):
            spend(firm, trip_in(firm, state))
    trip = trip_in(firm, "under_way")
    line = spend(firm, trip)
    with pytest.raises(PermissionDenied):
        remove_expense(line, by=firm.colleague)
    remove_expense(line, by=firm.technician)
    assert not trip.expenses.exists()


def test_nobody_gives_back_more_than_they_were_given(firm):
    trip = trip_in(firm, "approved")
    data = {"person": firm.technician, "amount": Decimal(300)}
    trip = do(trip, "advance", by=firm.finance, data=data)

    with pytest.raises(ValidationError):
        do(trip, "advance", by=firm.finance, data={**data, "way": "back", "amount": Decimal("300.01")})
    with pytest.raises(PermissionDenied):
        do(trip, "advance", by=firm.manager, data=data)
    with pytest.raises(ValidationError):
        do(trip, "advance", by=firm.finance, data={**data, "person": firm.colleague})
    with pytest.raises(ValidationError):  # an advance is still out
        do(trip, "cancel", by=firm.dispatcher, data={"reason": "客户取消"})
    trip = do(trip, "advance", by=firm.finance, data={**data, "way": "back"})
    assert do(trip, "cancel", by=firm.dispatcher, data={"reason": "客户取消"}).state == "cancelled"


def test_expenses_are_settled_only_with_the_feedback_form_unless_the_table_says_otherwise(firm):
    trip = trip_in(firm, "returned")
    with pytest.raises(ValidationError):
        do(trip, "hand_in", by=firm.technician)

    save_row(TripRules(organization=firm.dealer, feedback_first=False), by=firm.manager)
    assert do(trip, "hand_in", by=firm.technician).state == "claimed"


def test_a_missing_feedback_form_is_asked_for_until_it_is_there(firm):
    trip = trip_in(firm, "under_way")  # of yesterday: due today, asked for from tomorrow on
    morning = timezone.localtime(trip.remind_at)
    assert (morning.date(), morning.hour) == (trip.ends_on + timedelta(days=2), 9)
    assert remind_due(trip.remind_at - timedelta(minutes=1)) == 0

    assert remind_due(trip.remind_at) == 1
    assert remind_due(trip.remind_at) == 0
    told = set(Notice.objects.filter(kind="trips.feedback").values_list("person", flat=True))
    assert told == {firm.technician.pk, firm.dispatcher.pk}
    assert remind_due(trip.remind_at + timedelta(days=2)) == 1

    write_feedback(trip, by=firm.technician, **TEXTS)
    assert remind_due(trip.remind_at + timedelta(days=9)) == 0


def test_the_feedback_form_wants_its_fields_and_a_trip_that_began(firm):
    with pytest.raises(ValidationError):
        write_feedback(trip_in(firm, "approved"), by=firm.technician, **TEXTS)
    trip = trip_in(firm, "under_way")
    with pytest.raises(ValidationError) as refused:
        write_feedback(trip, by=firm.technician, **{**TEXTS, "opinion": " "})
    assert "opinion" in refused.value.message_dict
    with pytest.raises(PermissionDenied):
        write_feedback(trip, by=firm.colleague, **TEXTS)


def test_steps_are_done_in_their_order_by_those_who_take_part(firm):
    trip = trip_in(firm, "approved")
    for name, by, error in (
        ("approve", firm.manager, PermissionDenied),
        ("set_out", firm.colleague, PermissionDenied),
        ("set_out", firm.stranger, PermissionDenied),
        ("hand_in", firm.technician, ActionNotAllowed),
        ("settle", firm.finance, ActionNotAllowed),
    ):
        with pytest.raises(error):
            do(trip, name, by=by, data={"starts_on": trip.starts_on} if name == "set_out" else {})


def test_a_trip_is_seen_by_who_takes_part_and_by_those_who_see_trips_there(firm):
    trip = plan(firm)
    seen = {
        name: BusinessTrip.objects.visible_to(getattr(firm, name)).filter(pk=trip.pk).exists()
        for name in ("technician", "dispatcher", "manager", "finance", "colleague", "stranger")
    }
    assert seen == {
        "technician": True,
        "dispatcher": True,
        "manager": True,
        "finance": True,
        "colleague": False,
        "stranger": False,
    }


def test_managers_alone_keep_the_tables(firm):
    cause = TripCause.objects.get(code="misuse")
    cause.name = "使用不当"
    assert save_cause(cause, by=firm.manager).name == "使用不当"
    row = save_row(TripRules(organization=firm.dealer, remind_days=3), by=firm.manager)
    for person in (firm.dispatcher, firm.technician, firm.finance):
        with pytest.raises(PermissionDenied):
            save_cause(cause, by=person)
        with pytest.raises(PermissionDenied):
            save_row(row, by=person)
    with pytest.raises(PermissionDenied):  # not at another house
        save_row(TripRules(organization=firm.other_dealer), by=firm.manager)
    with pytest.raises(ValidationError):
        save_row(TripRules(organization=firm.dealer, remind_days=0), by=firm.manager)
    TripCause.objects.exclude(pk=cause.pk).update(active=False)
    cause.active = False
    with pytest.raises(ValidationError):
        save_cause(cause, by=firm.manager)
    remove_row(row, by=firm.manager)
    assert not TripRules.objects.exists()


def test_a_receipt_that_is_no_picture_is_refused(firm):
    from django.core.files.uploadedfile import SimpleUploadedFile

    trip = trip_in(firm, "under_way")
    with pytest.raises(ValidationError):
        spend(firm, trip, receipt=SimpleUploadedFile("receipt.png", b"no picture at all"))
    assert spend(firm, trip, receipt=photo()).receipt is not None

"""A job divided among several orders: its promises, fees and end are those of the whole."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.services import StaleDocument, create_document
from jiannuo.office.notices.models import Delivery
from jiannuo.operations.desk.models import ServiceRequest
from jiannuo.operations.workorders import shares
from jiannuo.operations.workorders.events import ShareCompleted, WorkOrderCompleted
from jiannuo.operations.workorders.history import history_of
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.queries import sources_of, totals
from jiannuo.operations.workorders.services import (
    CannotSplit,
    Portion,
    add_line,
    remove_line,
    split_order,
    tell_of_times,
)
from jiannuo.operations.workorders.services.visits import open_visit
from jiannuo.operations.workorders.tests import scene
from jiannuo.operations.workorders.tests.test_promises import promised
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.models import Obligation
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db

PACK = """
code: TRAVEL
name: 上门收费承诺
kind: maker
clauses:
  - id: travel-fee
    kind: charge
    text: 上门费每次{per_text}八十元。
    source: {{document: 上门收费承诺, article: "1"}}
    items: [travel]
    basis: fixed
    amount: 80
    per: {per}
    applies: always
"""


@pytest.fixture
def request_of(firm):
    def make(**limits):
        made = create_document(
            ServiceRequest(
                organization=firm.dealer,
                customer=firm.customer,
                unit=firm.unit,
                symptom_text="不制冷",
                received_at=timezone.now(),
                state="triaged",
            ),
            by=firm.dispatcher,
        )
        promised(made, **limits)
        return made

    return make


def portions(*purposes: str, minutes: int = 60) -> list[Portion]:
    """One after the other, from nine o'clock tomorrow."""
    return [
        Portion(purpose, scene.tomorrow(9) + timedelta(minutes=minutes * place), minutes)
        for place, purpose in enumerate(purposes)
    ]


def divide(firm, order, *purposes, **more):
    return split_order(order, portions(*(purposes or ("拆旧机", "装新机"))), by=firm.dispatcher, **more)


def lead(firm, order, *steps, technician=None):
    """The order through steps by its technician (the usual one unless told)."""
    person = technician or firm.technician
    for name in steps:
        office = name in ("assign", "review", "close", "cancel")
        data = {"technician": person} if name == "assign" else {}
        order = firm.step(order, name, by=firm.dispatcher if office else person, **data)
    return order


TO_DONE = ("assign", "accept", "set_out", "arrive", "complete")
TO_CLOSED = (*TO_DONE, "sign", "review", "close")


def states():
    return dict(Obligation.objects.values_list("metric", "state"))


# Dividing


def test_each_part_is_an_order_of_its_own_for_the_same_request(firm, request_of):
    request = request_of(repair=24)
    order = firm.order(sources=[request], severity="major", contact_name="张伟")

    first, second = divide(firm, order, "拆旧机", "装新机")

    assert first.pk == order.pk
    assert (first.fault, second.fault) == ("拆旧机\n不制冷", "装新机\n不制冷")
    assert "装新机" in second.title
    for name in ("customer", "unit", "severity", "contact_name", "decision", "certificates", "category"):
        assert getattr(second, name) == getattr(first, name)
    assert [one.number for one in sources_of(second)] == [request.number]
    assert second.state == "ready"
    assert second.due_at == first.due_at
    assert {key: str(one) for key, one in shares.standings([first.pk, second.pk]).items()} == {
        first.pk: "1/2",
        second.pk: "2/2",
    }
    assert first.timeline.filter(text__contains=second.number).exists()


def test_the_checklist_of_the_machine_and_the_planned_lines_stay_with_the_first(firm):
    order = firm.order()
    add_line(
        order, {"kind": "travel", "description": "上门费", "unit_price": Decimal(80)}, by=firm.dispatcher
    )

    first, second = divide(firm, order)

    assert first.checks.count() == 2
    assert first.lines.count() == 1
    assert not second.checks.exists()
    assert not second.lines.exists()


def test_a_part_can_be_divided_again_and_all_belong_together(firm):
    first, second = divide(firm, firm.order())

    second, third = divide(firm, second, "装主机", "装外机")

    assert second.fault == "装主机\n不制冷"
    assert shares.keys_of(first.pk) == [first.pk, second.pk, third.pk]
    assert str(shares.standings([third.pk])[third.pk]) == "3/3"


def test_refusals_say_what_to_do_and_change_nothing(firm):
    order = firm.order()
    stranger = factories.person("dispatcher", at=firm.other_dealer)
    with pytest.raises(PermissionDenied):
        split_order(order, portions("拆", "装"), by=stranger)
    with pytest.raises(PermissionDenied):
        split_order(order, portions("拆", "装"), by=firm.technician)
    with pytest.raises(StaleDocument):
        divide(firm, order, version=order.version + 1)
    with pytest.raises(ValidationError, match=order.number):
        divide(firm, order, " ", "装新机")  # nothing left for the first
    with pytest.raises(ValidationError):
        split_order(order, portions("全部"), by=firm.dispatcher)
    with pytest.raises(ValidationError):
        divide(firm, order, *("份" for _n in range(9)))
    with pytest.raises(ValidationError):
        split_order(order, portions("拆", "装", minutes=3), by=firm.dispatcher)
    past = [Portion(purpose, timezone.now() - timedelta(hours=3), 60) for purpose in ("拆", "装")]
    with pytest.raises(ValidationError):
        split_order(order, past, by=firm.dispatcher)
    assert WorkOrder.objects.count() == 1


@pytest.mark.parametrize("state", ["travelling", "on_site", "waiting", "bench", "completed", "cancelled"])
def test_what_was_begun_or_is_over_cannot_be_divided(firm, state):
    order = firm.order_in(state)

    with pytest.raises(CannotSplit) as refused:
        divide(firm, order)

    assert order.number in str(refused.value)


def test_neither_can_an_order_of_the_bench_nor_what_is_left_after_a_first_visit(firm):
    on_bench = firm.order_in("bench")
    on_bench = firm.step(on_bench, "pause")
    on_bench = firm.step(on_bench, "resume")
    again = firm.step(firm.order_in("on_site"), "need_second_visit")
    assert (on_bench.state, again.state) == ("accepted", "ready")

    for order in (on_bench, again):
        with pytest.raises(CannotSplit):
            divide(firm, order)


def test_where_nobody_was_at_home_nothing_was_begun(firm):
    order = firm.step(firm.order_in("on_site"), "customer_absent")

    assert len(divide(firm, order)) == 2


# The life of the parts


def test_arrival_is_kept_by_the_first_and_the_repair_by_the_last(firm, request_of):
    first, second = divide(firm, firm.order(sources=[request_of(arrival=8, repair=24)]))

    lead(firm, second, "assign", "accept", "set_out", "arrive", technician=firm.colleague)
    assert states() == {"arrival": "met", "repair": "open"}

    lead(firm, second, "complete", technician=firm.colleague)
    assert states()["repair"] == "open"

    lead(firm, first, *TO_DONE)
    kept = Obligation.objects.get(metric="repair")
    assert (kept.state, kept.evidence_id) == ("met", first.pk)


def test_completed_is_announced_once_for_the_whole(firm, monkeypatch):
    told = []
    name = "jiannuo.operations.workorders.services.sharing.publish"
    monkeypatch.setattr(name, told.append)
    first, second = divide(firm, firm.order())

    lead(firm, second, *TO_DONE, technician=firm.colleague)
    assert [type(one) for one in told] == [ShareCompleted]
    told.clear()
    lead(firm, first, *TO_DONE)

    assert [(type(one), one.order_id, one.leads) for one in told] == [
        (WorkOrderCompleted, first.pk, True),
        (WorkOrderCompleted, second.pk, False),
    ]


def test_a_part_that_is_given_up_leaves_the_others(firm, request_of):
    first, second = divide(firm, firm.order(sources=[request_of(repair=24)]))

    firm.step(first, "cancel")

    second.refresh_from_db()
    assert second.state == "ready"
    assert not shares.standings([second.pk])  # nothing beside it is left
    lead(firm, second, *TO_DONE)
    assert states()["repair"] == "met"


def test_when_the_last_part_to_do_is_given_up_the_whole_is_done(firm, request_of):
    first, second = divide(firm, firm.order(sources=[request_of(repair=24)]))
    first = lead(firm, first, *TO_DONE)
    assert states()["repair"] == "open"

    firm.step(second, "cancel")

    kept = Obligation.objects.get(metric="repair")
    assert (kept.state, kept.met_at) == ("met", first.visits.get().ended_at)


def test_the_request_is_resolved_when_the_last_part_is_closed(
    firm, request_of, django_capture_on_commit_callbacks
):
    request = request_of()
    with django_capture_on_commit_callbacks(execute=True):
        first, second = divide(firm, firm.order(sources=[request]))
    with django_capture_on_commit_callbacks(execute=True):
        lead(firm, first, *TO_CLOSED)
    request.refresh_from_db()
    assert request.state == "in_progress"

    with django_capture_on_commit_callbacks(execute=True):
        lead(firm, second, *TO_CLOSED)

    request.refresh_from_db()
    assert request.state == "resolved"


def test_the_request_is_the_desks_again_when_all_parts_are_given_up(
    firm, request_of, django_capture_on_commit_callbacks
):
    request = request_of(repair=24)
    with django_capture_on_commit_callbacks(execute=True):
        first, second = divide(firm, firm.order(sources=[request]))
    with django_capture_on_commit_callbacks(execute=True):
        firm.step(first, "cancel")
    request.refresh_from_db()
    assert request.state == "in_progress"

    with django_capture_on_commit_callbacks(execute=True):
        firm.step(second, "cancel")

    request.refresh_from_db()
    assert (request.state, states()["repair"]) == ("triaged", "open")


def test_whoever_does_the_first_part_still_to_do_answers_for_the_promise(firm, request_of):
    first, second = divide(firm, firm.order(sources=[request_of(repair=24)]))

    def answers():
        return Obligation.objects.get(metric="repair").person

    lead(firm, second, "assign", technician=firm.colleague)
    assert answers() is None
    first = lead(firm, first, "assign")
    assert answers() == firm.technician
    lead(firm, first, "accept", "set_out", "arrive", "complete")
    assert answers() == firm.colleague


def test_the_clock_stands_still_as_long_as_one_part_waits(firm, request_of):
    first, second = divide(firm, firm.order(sources=[request_of(repair=24)]))
    first = lead(firm, first, "assign", "accept", "pause")
    second = lead(firm, second, "assign", "accept", "pause", technician=firm.colleague)

    lead(firm, second, "resume", technician=firm.colleague)
    assert Obligation.objects.get().is_paused

    lead(firm, first, "resume")
    assert not Obligation.objects.get().is_paused


def test_the_fault_counts_once_in_the_history_of_the_unit(firm):
    first, second = divide(firm, firm.order())
    lead(firm, first, *TO_DONE)
    lead(firm, second, *TO_DONE, technician=firm.colleague)

    assert history_of(firm.unit, at=timezone.now()).consecutive_faults == 1


def test_the_doubled_job_is_asked_after_once(firm, request_of, django_capture_on_commit_callbacks):
    from jiannuo.operations.surveys import subscribers

    asked = []
    with pytest.MonkeyPatch.context() as patch, django_capture_on_commit_callbacks(execute=True):
        patch.setattr(subscribers, "invite_for_order", lambda key, *_rest, **_more: asked.append(key))
        first, second = divide(firm, firm.order())
        lead(firm, first, *TO_CLOSED)
        lead(firm, second, *TO_CLOSED, technician=firm.colleague)

    assert sorted(asked) == sorted(
        [second.pk, first.pk]
    )  # when the last signed, and when the whole was closed


# Fees


def travel(order, by):
    return add_line(order, {"kind": "travel", "description": "上门费", "unit_price": Decimal(80)}, by=by)


def sums(*orders):
    return [totals(list(order.lines.all()))["customer"] for order in orders]


def test_the_journey_is_asked_once(firm):
    first, second = divide(firm, firm.order())
    line = travel(first, firm.dispatcher)
    other = travel(second, firm.dispatcher)

    assert sums(first, second) == [Decimal(80), Decimal(0)]
    assert other.reasons[0] == {"code": "order.asked_once", "params": {"number": first.number}} | {
        key: value for key, value in other.reasons[0].items() if key not in ("code", "params")
    }

    remove_line(line, by=firm.dispatcher)
    lead(firm, second, *TO_DONE)  # reckoned anew at the end
    assert sums(second) == [Decimal(80)]


def test_what_was_asked_with_a_part_that_is_given_up_is_asked_with_another(firm):
    first, second = divide(firm, firm.order())
    travel(first, firm.dispatcher)
    travel(second, firm.dispatcher)

    firm.step(first, "cancel")

    assert sums(second) == [Decimal(80)]


@pytest.mark.parametrize(("per", "asked"), [("order", [80, 0]), ("visit", [80, 80])])
def test_the_clause_decides_whether_each_visit_is_asked(firm, per, asked):
    load_pack(PACK.format(per=per, per_text=""), by=None)
    first, second = divide(firm, firm.order())

    travel(first, firm.dispatcher)
    travel(second, firm.dispatcher)

    assert sums(first, second) == [Decimal(one) for one in asked]


# Telling


def test_the_customer_is_told_once_of_all_times(firm, django_capture_on_commit_callbacks):
    order = firm.order(contact_phone="13812340678")
    with django_capture_on_commit_callbacks(execute=True):
        parts = divide(firm, order)
        lead(firm, parts[0], "assign")
        tell_of_times(parts, by=firm.dispatcher)

    entries = order.timeline.filter(kind="message")
    assert entries.count() + Delivery.objects.filter(key__startswith="divided").count() >= 1
    texts = " ".join(
        [*entries.values_list("text", flat=True), *Delivery.objects.values_list("text", flat=True)]
    )
    assert texts.count("拆旧机") == texts.count("装新机") >= 1


def test_who_gets_a_part_later_comes_at_the_time_that_was_told(firm):
    parts = divide(firm, firm.order())
    tell_of_times(parts, by=firm.dispatcher)

    second = lead(firm, parts[1], "assign", technician=firm.colleague)

    visit = open_visit(second)
    assert (visit.appointment_from, visit.agreed_at) == (scene.tomorrow(10), None)


# Pages


def test_page_and_list_lead_to_the_other_parts(firm, client, django_assert_max_num_queries):
    first, second = divide(firm, firm.order())
    alone = firm.order()
    client.force_login(firm.dispatcher)

    with django_assert_max_num_queries(25):
        page = client.get(reverse("workorders:detail", args=[first.number])).content.decode()
    card = reverse("workorders:parts", args=[first.number])
    assert card in page
    shown = client.get(card).content.decode()
    assert second.number in shown
    assert "1/2" in shown
    with django_assert_max_num_queries(12):
        rows = client.get(reverse("workorders:list")).content.decode()
    assert f"whole={second.number}" in rows
    filtered = client.get(reverse("workorders:list"), {"whole": second.number}).content.decode()
    assert first.number in filtered
    assert alone.number not in filtered


def test_the_page_names_no_part_of_another_organisation(firm, client):
    first, second = divide(firm, firm.order())
    WorkOrder.objects.filter(pk=second.pk).update(organization=firm.other_dealer)
    client.force_login(firm.dispatcher)

    shown = client.get(reverse("workorders:parts", args=[first.number])).content.decode()

    assert first.number in shown
    assert second.number not in shown


def test_the_technician_reads_on_the_job_what_it_is_for(firm, client):
    parts = divide(firm, firm.order())
    second = lead(firm, parts[1], "assign", technician=firm.colleague)
    client.force_login(firm.colleague)

    page = client.get(reverse("field:job", args=[second.number])).content.decode()

    assert "装新机" in page

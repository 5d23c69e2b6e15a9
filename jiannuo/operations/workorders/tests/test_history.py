"""What clauses ask about earlier service: the history of a unit, counted at an instant in one query."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from jiannuo.office.documents.models import Document
from jiannuo.office.documents.services import link
from jiannuo.operations.workorders.history import history_of
from jiannuo.operations.workorders.models import OrderCheck, OrderWait, Visit, WorkOrder
from jiannuo.promises.commitments.facts import facts_for
from jiannuo.registry.installedbase import services as installedbase
from jiannuo.registry.products.models import Component, FaultCode
from jiannuo.testing import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=SHANGHAI)


def day(text: str) -> datetime:
    """``11-03`` is that day of 2026 at nine o'clock, ``11-03 15`` at three in the afternoon."""
    month_day, _space, hour = text.partition(" ")
    month, day_of_month = map(int, month_day.split("-"))
    return datetime(2026, month, day_of_month, int(hour or 9), tzinfo=SHANGHAI)


class File:
    """A unit whose service one writes down line by line."""

    def __init__(self, firm) -> None:
        self.firm, self.unit = firm, firm.unit
        self.cooling = FaultCode.objects.get(code="S1")
        self.noise = FaultCode.objects.add_root({"kind": "symptom", "code": "S2", "name": "异响"})

    def order(
        self, began: str, ended: str = "", *, job="repair", symptom=None, cause="C1", **more
    ) -> WorkOrder:
        """A job of the unit; finished when ``ended`` is given."""
        values = {"customer": self.firm.customer, "unit": self.unit, **more}
        order = self.firm.order(at=day(began), job=job, symptom=symptom or self.cooling, **values)
        change = {"cause": FaultCode.objects.get(code=cause)}
        if ended:
            self.visit(order, began, ended, Visit.Result.DONE)
            change["state"] = "closed"
        WorkOrder.objects.filter(pk=order.pk).update(**change)
        return order

    def visit(self, order: WorkOrder, began: str, ended: str, result: str) -> None:
        Visit.objects.create(
            order=order,
            sequence=order.visits.count() + 1,
            technician=self.firm.technician,
            arrived_at=day(began),
            ended_at=day(ended),
            result=result,
        )

    def wait(self, order: WorkOrder, reason: str, began: str, ended: str = "") -> None:
        OrderWait.objects.create(
            order=order, waiting_for=reason, from_at=day(began), to_at=day(ended) if ended else None
        )

    def history(self, at: datetime = NOW, **asked):
        return history_of(self.unit, at=at, **{"symptom": self.cooling, **asked})


@pytest.fixture
def file(firm) -> File:
    return File(firm)


def test_it_takes_one_query_however_much_there_is(file, django_assert_num_queries):
    for number in range(1, 9):
        order = file.order(f"10-0{number}", f"10-0{number} 15")
        file.wait(order, "waiting_parts", f"10-0{number} 10", f"10-0{number} 12")
    installedbase.replace_component(file.unit, file.firm.filter, on=date(2026, 10, 3))
    with django_assert_num_queries(1):
        found = file.history()
    assert found.same_symptom_repairs == found.consecutive_faults == 8


def test_a_unit_without_service_has_a_history_of_nothing(file):
    found = file.history()
    assert (found.same_symptom_repairs, found.consecutive_faults, found.unsolved_services) == (0, 0, 0)
    assert (found.days_under_repair, found.days_waiting_parts, found.replacements) == (0, 0, 0)


def test_without_a_symptom_nobody_knows_what_the_same_fault_is(file):
    file.order("11-01", "11-01 15")
    found = file.history(symptom=None)
    assert found.same_symptom_repairs is None
    assert found.unsolved_services is None
    assert found.days_under_repair == 1


# Repairs of the same fault

COOLING, NOISE = "S1", "S2"


@pytest.mark.parametrize(
    ("orders", "repairs"),
    [
        ([("11-01", "11-02", {})], 1),
        ([("11-01", "11-02", {}), ("11-05", "11-05 15", {})], 2),
        ([("11-01", "11-02", {"symptom": NOISE})], 0),
        ([("11-01", "11-02", {"cause": "C2"})], 0),  # got wet: the warranty excludes it
        ([("11-01", "11-02", {"job": "inspection"})], 0),
        ([("11-01", "11-02", {"job": "installation"})], 0),
        ([("11-01", "", {})], 0),  # still under repair
        ([("11-01", "11-25", {})], 0),  # finished after the instant that is asked for
        ([("11-21", "11-22", {})], 0),  # made after it
    ],
    ids=[
        "one",
        "two",
        "another fault",
        "excluded cause",
        "inspection",
        "installation",
        "not finished",
        "finished later",
        "made later",
    ],
)
def test_repairs_of_the_same_fault(file, orders, repairs):
    for began, ended, more in orders:
        symptom = FaultCode.objects.get(code=more.pop("symptom", COOLING))
        file.order(began, ended, symptom=symptom, **more)
    assert file.history().same_symptom_repairs == repairs


def test_cancelled_orders_count_for_nothing(file):
    order = file.order("11-01")
    file.wait(order, "waiting_parts", "11-02", "11-05")
    WorkOrder.objects.filter(pk=order.pk).update(state="cancelled")
    found = file.history()
    assert (found.same_symptom_repairs, found.consecutive_faults) == (0, 0)
    assert (found.days_under_repair, found.days_waiting_parts) == (0, 0)


def test_a_code_below_the_symptom_is_the_same_fault(file):
    narrower = FaultCode.objects.add_child(
        file.cooling, {"kind": "symptom", "code": "S11", "name": "只吹风不制冷"}
    )
    file.order("11-01", "11-01 15", symptom=narrower)
    assert file.history().same_symptom_repairs == 1
    assert file.history(symptom=narrower).same_symptom_repairs == 1
    assert file.history(symptom=file.noise).same_symptom_repairs == 0


def test_two_orders_for_one_request_are_one_repair_and_one_fault(file):
    request = Document.objects.create(
        organization=file.firm.dealer, number="SR-1", kind="document", state="draft"
    )
    for began in ("11-01", "11-03"):
        link(file.order(began, f"{began} 15"), request)
    found = file.history()
    assert (found.same_symptom_repairs, found.consecutive_faults) == (1, 1)


def test_repairs_for_an_earlier_owner_count(file):
    file.order("11-01", "11-01 15")
    buyer = factories.customer(file.firm.dealer)
    installedbase.change_owner(file.unit, buyer, by=None, on=date(2026, 11, 5))
    file.unit.refresh_from_db()
    file.order("11-08", "11-08 15", customer=buyer)
    assert file.history().same_symptom_repairs == 2


def test_a_unit_given_in_exchange_starts_afresh(file):
    file.order("11-01", "11-01 15")
    file.order("11-05", "11-05 15")
    fresh = factories.unit(file.firm.dealer, of=file.firm.customer, model=file.unit.model)
    found = history_of(fresh, at=NOW, symptom=file.cooling, fault=True)
    assert (found.same_symptom_repairs, found.consecutive_faults) == (0, 1)


def test_a_repair_by_a_new_part_is_a_repair_of_the_same_fault(file):
    for began, serial in (("11-01", "K1"), ("11-05", "K2")):
        order = file.order(began, f"{began} 15")
        installedbase.replace_component(
            file.unit, file.firm.compressor, new_serial=serial, on=day(began).date(), document=order
        )
    assert file.history().same_symptom_repairs == 2


# The run of faults


def test_the_fault_reported_now_is_the_last_of_the_run(file):
    file.order("10-10", "10-10 15", symptom=file.noise)
    assert file.history(fault=True).consecutive_faults == 2
    assert file.history(fault=False).consecutive_faults == 1


def test_an_inspection_that_found_the_unit_in_order_ends_the_run(file):
    file.order("10-10", "10-10 15")
    file.order("10-20", "10-20 15", job="inspection")
    assert file.history(fault=True).consecutive_faults == 1


def test_an_inspection_that_found_something_does_not(file):
    file.order("10-10", "10-10 15")
    inspection = file.order("10-20", "10-20 15", job="maintenance")
    OrderCheck.objects.filter(order=inspection).update(passed=False)
    assert inspection.checks.exists()
    assert file.history(fault=True).consecutive_faults == 2


def test_an_open_repair_is_a_fault_but_no_finished_inspection_is_none(file):
    file.order("11-10")
    file.order("11-12", job="inspection")
    assert file.history(fault=True).consecutive_faults == 2


# Days


@pytest.mark.parametrize(
    ("spans", "days"),
    [
        ([("11-01", "11-01 15")], 1),
        ([("11-01", "11-02")], 1),
        ([("11-01", "11-02 10")], 2),
        ([("11-01", "11-03"), ("11-02", "11-04")], 3),  # overlap: the first to the fourth
        ([("11-01", "11-01 12"), ("11-01 10", "11-01 15")], 1),
        ([("11-01", "11-05"), ("11-02", "11-03")], 4),  # one within the other
        ([("11-01", "11-01 12"), ("11-05", "11-05 12")], 2),
        ([("11-18", "")], 2),  # still there: up to now
    ],
)
def test_days_under_repair(file, spans, days):
    for began, ended in spans:
        file.order(began, ended)
    assert file.history().days_under_repair == days


def test_days_waiting_for_the_customer_are_not_under_repair(file):
    order = file.order("11-01", "11-10")
    file.wait(order, "waiting_customer", "11-02", "11-08")
    file.wait(order, "waiting_parts", "11-08", "11-09 12")
    found = file.history()
    assert found.days_under_repair == 3
    assert found.days_waiting_parts == 2


def test_waiting_for_the_customer_in_one_order_does_not_stop_the_other(file):
    waiting = file.order("11-01", "11-10")
    file.wait(waiting, "waiting_customer", "11-01", "11-10")
    file.order("11-04", "11-06")
    assert file.history().days_under_repair == 2


def test_two_orders_that_wait_for_parts_together_wait_once(file):
    for began in ("11-01", "11-02"):
        file.wait(file.order(began), "waiting_parts", "11-03", "11-06")
    assert file.history().days_waiting_parts == 3


def test_a_wait_that_goes_on_counts_up_to_the_instant(file):
    order = file.order("11-01")
    file.wait(order, "waiting_parts", "11-10")
    assert file.history().days_waiting_parts == 10
    assert file.history(at=day("11-12")).days_waiting_parts == 2


# Replaced components


def test_replacements_of_the_component_and_the_day_from_which_its_term_runs(file):
    for serial, on in (("K1", date(2026, 5, 2)), ("K2", date(2026, 9, 9))):
        installedbase.replace_component(file.unit, file.firm.compressor, new_serial=serial, on=on)
    installedbase.replace_component(file.unit, file.firm.filter, on=date(2026, 10, 1))

    found = file.history(component="compressor")

    assert found.replacements == 2
    assert file.history().replacements == 3
    assert file.history(component="compressor", at=day("06-01")).replacements == 1
    assert found.replaced == {"compressor": date(2026, 9, 9), "filter": date(2026, 10, 1)}
    facts = facts_for(unit=file.unit, component="compressor", at=NOW)
    assert facts.dates["component_replaced"] == date(2026, 9, 9)
    assert "component_replaced" not in facts_for(unit=file.unit, at=NOW).dates


def test_a_replaced_assembly_renews_what_is_in_it_and_not_what_holds_it(file):
    motor = Component.objects.add_child(
        file.firm.filter,
        {"model": file.unit.model, "code": "motor", "name": "电机", "code_path": "filter/motor"},
    )
    installedbase.replace_component(file.unit, file.firm.filter, on=date(2026, 9, 1))
    inside = facts_for(unit=file.unit, component="filter/motor", at=NOW)
    assert inside.dates["component_replaced"] == date(2026, 9, 1)

    installedbase.replace_component(file.unit, motor, on=date(2026, 10, 1))
    around = facts_for(unit=file.unit, component="filter", at=NOW)
    assert around.dates["component_replaced"] == date(2026, 9, 1)
    assert file.history(component="filter").replacements == 2


def test_a_part_that_the_customer_broke_is_no_replacement_but_has_its_own_term(file):
    order = file.order("11-01", "11-01 15", cause="C2")
    installedbase.replace_component(file.unit, file.firm.filter, on=date(2026, 11, 1), document=order)
    found = file.history(component="filter")
    assert found.replacements == 0
    assert found.replaced == {"filter": date(2026, 11, 1)}


# Services that did not solve it


def test_services_that_did_not_solve_the_fault(file):
    file.order("10-01", "10-01 15")
    order = file.order("11-01")
    file.visit(order, "11-01", "11-01 15", Visit.Result.SECOND_VISIT)
    file.visit(order, "11-03", "11-03 10", Visit.Result.CUSTOMER_ABSENT)
    file.visit(order, "11-05", "11-05 15", Visit.Result.SECOND_VISIT)
    file.visit(file.order("11-02", symptom=file.noise), "11-02", "11-02 15", Visit.Result.SECOND_VISIT)
    assert file.history().unsolved_services == 3
    assert file.history(at=day("11-04")).unsolved_services == 2


def test_waits_are_kept_from_the_pause_to_going_on(firm):
    order = firm.order_in("waiting")
    order = firm.step(order, "resume")
    wait = order.waits.get()
    assert wait.waiting_for == "waiting_parts"
    assert wait.to_at - wait.from_at < timedelta(minutes=1)

    order = firm.step(order, "arrive")
    order = firm.step(order, "customer_absent")
    assert order.waits.get(to_at__isnull=True).waiting_for == "waiting_customer"
    order = firm.step(order, "assign")
    assert not order.waits.filter(to_at__isnull=True).exists()


def test_facts_of_a_unit_count_its_history_by_themselves(file):
    file.order("11-01", "11-01 15")
    facts = facts_for(unit=file.unit, kind="repair", symptom=file.cooling, events={"requested": NOW})
    assert (facts.same_symptom_repairs, facts.consecutive_faults) == (1, 2)
    assert facts.symptom == "S1"
    assert facts.usage == "household"

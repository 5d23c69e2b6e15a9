"""Duties that recur: opened in time, once, without drift, whatever stood still meanwhile."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from jiannuo.promises.obligations import duties, services
from jiannuo.promises.obligations.duties import open_due
from jiannuo.promises.obligations.happening import happened, plan_units
from jiannuo.promises.obligations.models import Obligation, RecurringDuty
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.services import update_unit

from .clauses import cover, promise, recurring
from .test_happening import Firm

OFFICE = {
    "weekly": {day: ["09:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")},
    "observes_holidays": True,
}
QUARTERLY = {"amount": 3, "unit": "months"}


def at(month: int, day: int, hour: int = 2, year: int = 2026) -> datetime:
    """An instant in UTC; 16 o'clock is midnight in China."""
    return datetime(year, month, day, hour, tzinfo=UTC)


def last_days() -> list[date]:
    """The last day of each occurrence so far, in China."""
    rows = Obligation.objects.exclude(state="cancelled").order_by("due_at").values_list("due_at", flat=True)
    return [(due_at + timedelta(hours=8) - timedelta(seconds=1)).date() for due_at in rows]


@pytest.fixture
def firm(db) -> Firm:
    return Firm()


def test_the_first_occurrence_is_owed_from_the_event_and_the_next_when_its_window_opens(firm):
    promise(recurring("inspection", every=QUARTERLY))
    plan_units(at(3, 12))
    duty = RecurringDuty.objects.get()
    assert (duty.anchor, duty.event, duty.next_index) == (date(2026, 3, 10), "accepted", 2)
    assert last_days() == [date(2026, 6, 10)]

    assert open_due(duty.next_opens_at - timedelta(seconds=1)) == 0
    assert open_due(duty.next_opens_at) == 1

    assert last_days() == [date(2026, 6, 10), date(2026, 9, 10)]
    second = Obligation.objects.order_by("due_at").last()
    assert (second.metric, second.duty, second.plan["occurrence"]) == ("inspection", duty, 2)
    assert second.customer == firm.customer


def test_the_end_of_a_month_does_not_drift(firm):
    promise(recurring("inspection", every={"amount": 1, "unit": "months"}))
    InstalledUnit.objects.update(
        accepted_on=date(2026, 1, 31), installed_on=date(2026, 1, 30), invoiced_on=None
    )
    plan_units(at(2, 1))
    for month in range(2, 9):
        open_due(at(month, 28, 20))
    assert last_days()[:5] == [
        date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)
    ]  # fmt: skip


def test_a_stop_of_weeks_loses_nothing_and_doubles_nothing(firm):
    promise(recurring("phone_call", every={"amount": 1, "unit": "weeks"}))
    plan_units(at(3, 12))

    open_due(at(4, 20))
    open_due(at(4, 20))
    sweep(at(4, 20))

    days = last_days()
    assert days == [date(2026, 3, 17) + timedelta(weeks=n) for n in range(6)]
    states = list(Obligation.objects.order_by("due_at").values_list("state", flat=True))
    assert states == ["missed"] * 5 + ["open"]


def test_opened_day_by_day_or_after_a_stop_the_ledger_is_the_same(firm):
    promise(recurring("phone_call", every={"amount": 10, "unit": "days"}, warn={"fraction": "0.5"}))
    plan_units(at(3, 12))
    for day in range(60):
        open_due(at(3, 12) + timedelta(days=day))
    daily = list(Obligation.objects.order_by("due_at").values_list("due_at", "warn_at", "started_at"))
    Obligation.objects.update(duty=None)
    Obligation.objects.all().delete()
    RecurringDuty.objects.all().delete()

    InstalledUnit.objects.update(to_plan=True)
    plan_units(at(3, 12))
    open_due(at(3, 12) + timedelta(days=59))

    assert list(Obligation.objects.order_by("due_at").values_list("due_at", "warn_at", "started_at")) == daily
    assert len(daily) == 7


def test_every_occurrence_is_opened_before_its_warning(firm):
    promise(recurring("inspection", every=QUARTERLY, warn={"anchor": "before_due", "amount": "10080"}))
    plan_units(at(3, 12))
    for week in range(60):
        open_due(at(3, 12) + timedelta(weeks=week))
        sweep(at(3, 12) + timedelta(weeks=week))

    over = Obligation.objects.filter(due_at__lt=at(3, 12) + timedelta(weeks=59))
    assert over.count() == 4
    assert all(one.warned_at is not None and one.warned_at < one.due_at for one in over)


def test_seasons_come_every_year(firm):
    seasons = [{"begins": "04-01", "ends": "05-15"}, {"begins": "10-01", "ends": "11-15"}]
    promise(recurring("maintenance", seasons=seasons))
    plan_units(at(3, 12))
    assert last_days() == []
    for month in range(3, 15):
        open_due(at(3, 12) + timedelta(days=30 * (month - 2)))
    assert last_days() == [date(2026, 5, 15), date(2026, 11, 15)]


@pytest.mark.parametrize(("roll", "last"), [(False, date(2026, 5, 1)), (True, date(2026, 5, 6))])
def test_a_last_day_on_a_holiday_moves_to_the_next_working_day_where_the_clause_says_so(firm, roll, last):
    """Labour Day 2026 is kept from 1 to 5 May."""
    promise(
        recurring(
            "phone_call", every={"amount": 52, "unit": "days"}, count=1, roll_forward=roll, calendar="office"
        ),
        calendars={"office": OFFICE},
    )
    plan_units(at(3, 11))
    assert last_days() == [last]


def test_calls_after_the_event_in_their_windows(firm):
    offsets = [{"from_day": 3, "to_day": 7}, {"from_day": 8, "to_day": 14}]
    promise(recurring("phone_call", offsets=offsets))
    plan_units(at(3, 11))
    assert last_days() == []

    open_due(at(3, 13))
    assert last_days() == [date(2026, 3, 17)]
    open_due(at(3, 30))

    assert last_days() == [date(2026, 3, 17), date(2026, 3, 24)]
    assert RecurringDuty.objects.get().ended_at is not None


@pytest.mark.parametrize(
    ("terms", "number"),
    [({"count": 3}, 3), ({"lasts": {"amount": 1, "unit": "years"}}, 4), ({"while_covered": True}, 8)],
)
def test_it_ends_with_its_number_its_span_or_the_cover(firm, terms, number):
    promise(cover(2), recurring("inspection", every=QUARTERLY, **terms))
    plan_units(at(3, 12))
    for quarter in range(16):
        open_due(at(3, 12) + timedelta(days=91 * quarter))

    assert Obligation.objects.count() == number
    assert RecurringDuty.objects.get().next_opens_at is None


def test_with_the_contract_ends_what_recurs(case):
    promise(
        recurring("inspection", begins="contract_signed", every={"amount": 1, "unit": "months"}), code="L02"
    )
    contract = case.request(title="合同")
    signed = datetime.now(UTC)
    happened("contract_signed", at=signed, document=contract)
    assert Obligation.objects.open().count() == 1

    assert services.ended(document=contract, at=signed, reason="合同到期") == 1

    assert not Obligation.objects.open().exists()
    duty = RecurringDuty.objects.get()
    assert (duty.end_reason, duty.next_opens_at) == ("合同到期", None)
    assert open_due(signed + timedelta(days=400)) == 0


# What was done


def test_a_visit_counts_for_the_period_in_which_it_lies(firm):
    promise(recurring("visit", every=QUARTERLY))
    plan_units(at(3, 12))

    [first] = services.fulfil(None, "visit", unit=firm.unit, at=at(5, 1))
    assert services.fulfil(None, "visit", unit=firm.unit, at=at(5, 2)) == []
    open_due(at(6, 12))
    [second] = services.fulfil(None, "visit", unit=firm.unit, at=at(6, 20))

    assert [one.state for one in (first, second)] == ["met", "met"]
    assert first.due_at < second.due_at


def test_a_visit_a_little_early_counts_for_its_period_when_the_one_before_was_kept(firm):
    promise(recurring("visit", every=QUARTERLY, tolerance=10))
    plan_units(at(3, 12))
    services.fulfil(None, "visit", unit=firm.unit, at=at(5, 1))

    assert services.fulfil(None, "visit", unit=firm.unit, at=at(5, 25)) == []
    [early] = services.fulfil(None, "visit", unit=firm.unit, at=at(6, 5))

    assert (early.state, early.plan["occurrence"]) == ("met", 2)


def test_a_late_visit_meets_the_oldest_miss_once_its_own_period_is_kept(firm):
    promise(recurring("visit", every={"amount": 1, "unit": "months"}))
    plan_units(at(3, 12))
    open_due(at(5, 12))
    sweep(at(5, 12))

    [own] = services.fulfil(None, "visit", unit=firm.unit, at=at(5, 13))
    [caught_up] = services.fulfil(None, "visit", unit=firm.unit, at=at(5, 20))

    assert (own.state, own.plan["occurrence"]) == ("met", 3)
    assert (caught_up.state, caught_up.plan["occurrence"]) == ("met_late", 1)


def test_news_that_comes_late_still_shows_that_it_was_kept(firm):
    promise(recurring("visit", every={"amount": 1, "unit": "months"}))
    plan_units(at(3, 12))
    open_due(at(5, 12))
    sweep(at(5, 12))

    [first] = services.fulfil(None, "visit", unit=firm.unit, at=at(3, 20))

    assert (first.state, first.plan["occurrence"]) == ("met", 1)


def test_what_was_done_for_another_unit_meets_nothing(firm):
    promise(recurring("visit", every=QUARTERLY))
    other = firm.registered()
    plan_units(at(3, 12))

    services.fulfil(None, "visit", unit=other, at=at(4, 1))

    assert list(Obligation.objects.filter(state="met").values_list("unit", flat=True)) == [other.pk]


def test_the_order_that_did_it_is_the_evidence(case):
    promise(recurring("maintenance", begins="installed", every=QUARTERLY), code="L02")
    InstalledUnit.objects.update(created_at=at(1, 1))
    plan_units(at(3, 12))
    order = case.request()

    [kept] = services.fulfil(order, "maintenance", unit=case.unit, at=at(4, 1), by=case.agent)

    assert kept.evidence_id == order.pk
    assert [proof.document_id for proof in kept.proofs.all()] == [order.pk]


# Changes


def test_a_moved_anchor_is_followed_and_a_period_that_was_kept_is_not_owed_again(firm):
    promise(recurring("visit", every=QUARTERLY))
    plan_units(at(3, 12))
    services.fulfil(None, "visit", unit=firm.unit, at=at(5, 1))

    update_unit(firm.unit, by=firm.agent, version=None, accepted_on=date(2026, 3, 20))
    plan_units(at(5, 10))
    open_due(at(6, 22))

    assert last_days() == [date(2026, 6, 10), date(2026, 9, 20)]
    assert RecurringDuty.objects.get().anchor == date(2026, 3, 20)


def test_a_moved_anchor_takes_the_open_occurrence_along(firm):
    promise(recurring("visit", every=QUARTERLY))
    plan_units(at(3, 12))

    update_unit(firm.unit, by=firm.agent, version=None, accepted_on=date(2026, 3, 20))
    plan_units(at(4, 1))

    assert last_days() == [date(2026, 6, 20)]


# Several at once, and failures


@pytest.mark.django_db(transaction=True)
def test_jobs_at_the_same_time_open_each_occurrence_once():
    firm = Firm()
    units = [firm.registered() for _n in range(5)]
    promise(recurring("phone_call", every={"amount": 1, "unit": "weeks"}))
    plan_units(at(3, 12))
    barrier = threading.Barrier(3)
    failures: list[BaseException] = []

    def run():
        barrier.wait()
        try:
            open_due(at(4, 20))
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    assert Obligation.objects.count() == 6 * (len(units) + 1)
    assert Obligation.objects.values("duty", "due_at").distinct().count() == 6 * (len(units) + 1)


def test_one_that_fails_is_tried_again_and_holds_up_no_other(firm, monkeypatch, caplog):
    promise(recurring("phone_call", every={"amount": 1, "unit": "weeks"}))
    firm.registered()
    plan_units(at(3, 12))
    broken = RecurringDuty.objects.order_by("pk").first()
    real = duties._advance

    def fail(duty, now):
        if duty.pk == broken.pk:
            raise RuntimeError("no paper")
        real(duty, now)

    monkeypatch.setattr(duties, "_advance", fail)
    now = at(3, 18)
    assert open_due(now) == 2
    assert Obligation.objects.count() == 3
    broken.refresh_from_db()
    assert broken.next_opens_at == now + duties.RETRY_AFTER

    monkeypatch.setattr(duties, "_advance", real)
    open_due(now + duties.RETRY_AFTER)
    assert Obligation.objects.count() == 4


def test_looking_costs_one_query_when_nothing_opens(firm, django_assert_num_queries):
    promise(recurring("phone_call", every={"amount": 1, "unit": "weeks"}))
    plan_units(at(3, 12))
    with django_assert_num_queries(1):
        open_due(at(3, 12))

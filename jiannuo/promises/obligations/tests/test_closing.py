"""Days, weeks, months, quarters and years that close for organisations."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from jiannuo.promises.obligations.closing import close_periods
from jiannuo.promises.obligations.models import ClosedPeriod, Obligation
from jiannuo.testing import factories

from .clauses import promise, within


def at(month: int, day: int, hour: int = 2, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, tzinfo=UTC)


class Firms:
    """A head office with a branch and two dealers."""

    def __init__(self) -> None:
        self.office = factories.organization()
        self.branch = factories.organization(self.office)
        self.dealers = [factories.organization(self.branch, kind="dealer") for _n in range(2)]


@pytest.fixture
def firms(db) -> Firms:
    return Firms()


def test_every_dealer_owes_its_report_when_the_month_has_closed(firms):
    promise(within("report", 5, "days", "month_closed", debtor="dealer", creditor="manufacturer"))

    assert close_periods(at(1, 31, 15)) == 0
    assert close_periods(at(1, 31, 16)) == 2

    reports = list(Obligation.objects.order_by("organization__path"))
    assert [one.organization for one in reports] == firms.dealers
    assert {(one.event, one.due_at) for one in reports} == {("month_closed", at(2, 5, 16))}


def test_each_month_is_closed_once_and_those_of_a_standstill_later(firms):
    promise(within("report", 5, "days", "month_closed", debtor="dealer", creditor="manufacturer"))
    close_periods(at(2, 1))
    assert close_periods(at(2, 2)) == 0

    assert close_periods(at(5, 10)) == 2 * 3

    starts = Obligation.objects.filter(organization=firms.dealers[0]).order_by("started_at")
    ends = [at(1, 31, 16), at(2, 28, 16), at(3, 31, 16), at(4, 30, 16)]
    # counted from the last day, which the first instant of the next does not belong to
    assert [one.started_at for one in starts] == [end - timedelta(microseconds=1) for end in ends]


@pytest.mark.parametrize(
    ("event", "number"),
    [("day_closed", 90), ("week_closed", 13), ("month_closed", 3), ("quarter_closed", 1), ("year_closed", 0)],
)
def test_every_length_of_a_period(firms, event, number):
    promise(within("report", 5, "days", event))
    close_periods(at(4, 1))
    assert Obligation.objects.count() == number
    assert set(Obligation.objects.values_list("organization", flat=True)) <= {firms.office.pk}


def test_each_word_for_a_debtor_names_its_kind_of_organisation(firms):
    promise(
        within("report", 5, "days", "month_closed", debtor="department", creditor="manufacturer"),
        within("settlement", 9, "days", "month_closed", debtor="manufacturer", creditor="dealer"),
    )
    close_periods(at(2, 1))
    found = Obligation.objects.values_list("metric", "organization")
    assert set(found) == {
        ("report", firms.office.pk),
        ("report", firms.branch.pk),
        ("settlement", firms.office.pk),
    }


def test_the_promise_of_a_branch_binds_only_what_lies_below_it(firms):
    other = factories.organization(firms.office)
    factories.organization(other, kind="dealer")
    clause = within("report", 5, "days", "month_closed", debtor="dealer", creditor="manufacturer")
    promise(clause, organization=firms.branch)
    close_periods(at(2, 1))
    assert set(Obligation.objects.values_list("organization", flat=True)) == {one.pk for one in firms.dealers}


def test_a_month_that_closed_before_the_promise_was_made_is_not_owed(firms):
    promise(within("report", 5, "days", "month_closed"))
    assert close_periods(at(1, 20)) == 0
    assert not ClosedPeriod.objects.exists()


def test_an_organisation_in_another_zone_closes_its_months_by_its_own_clock(firms):
    firms.office.time_zone = "Europe/Berlin"
    firms.office.save()
    promise(within("report", 5, "days", "month_closed"))
    assert close_periods(at(1, 31, 22)) == 0
    assert close_periods(at(1, 31, 23)) == 1


@pytest.mark.django_db(transaction=True)
def test_jobs_at_the_same_time_close_each_period_once():
    Firms()
    promise(within("report", 5, "days", "month_closed", debtor="dealer", creditor="manufacturer"))
    barrier = threading.Barrier(3)
    closed: list[int] = []
    failures: list[BaseException] = []

    def run():
        barrier.wait()
        try:
            closed.append(close_periods(at(4, 1)))
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
    assert sum(closed) == 6
    assert Obligation.objects.count() == 6

"""What starts with an event, for every debtor and creditor."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.promises.obligations import happening, services
from jiannuo.promises.obligations.happening import (
    bring_about,
    happened,
    plan_unit,
    plan_units,
    spread_versions,
)
from jiannuo.promises.obligations.models import Obligation, RecurringDuty
from jiannuo.promises.obligations.opening import Subject
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.registry.installedbase.models import InstalledUnit
from jiannuo.registry.installedbase.services import change_owner, change_status, update_unit
from jiannuo.testing import factories

from .clauses import ACCEPTED, PUBLIC, promise, recurring, within
from .conftest import START

NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


class Firm:
    """A branch, a dealer below it, a customer, and a unit that was accepted in March."""

    def __init__(self) -> None:
        self.office = factories.organization()
        self.branch = factories.organization(self.office)
        self.dealer = factories.organization(self.branch, kind="dealer")
        self.agent = factories.person("service_agent", at=self.branch)
        self.manager = factories.person("general_manager", at=self.office)
        self.customer = factories.customer(self.branch)
        self.unit = self.registered()

    def registered(self, **fields) -> InstalledUnit:
        values = {"accepted_on": ACCEPTED, "dealer": self.dealer, "created_at": PUBLIC, **fields}
        return factories.unit(self.branch, of=self.customer, **values)


@pytest.fixture
def firm(db) -> Firm:
    return Firm()


def owed(**filters) -> dict[str, Obligation]:
    return {one.metric: one for one in Obligation.objects.filter(**filters)}


# Units


def test_the_file_of_a_unit_starts_what_is_owed_without_any_document(firm):
    promise(within("visit", 6, "months", "accepted"), within("repair", 4, "hours", "requested"))

    plan_units(NOW)

    visit = Obligation.objects.get()
    assert (visit.metric, visit.event, visit.document, visit.unit) == ("visit", "accepted", None, firm.unit)
    assert visit.due_at == datetime(2026, 9, 10, 16, tzinfo=UTC)
    assert (visit.customer, visit.organization) == (firm.customer, firm.branch)
    assert visit.product_path == "appliance/air-conditioner"
    assert InstalledUnit.objects.get().to_plan is False


def test_debtor_and_creditor_are_those_of_the_clause(firm):
    promise(
        within("registration", 30, "days", "sold", debtor="dealer", creditor="manufacturer"),
        within("acceptance", 90, "days", "accepted", debtor="customer", creditor="provider"),
    )

    plan_units(datetime(2026, 3, 2, tzinfo=UTC))

    found = owed()
    assert found["registration"].organization == firm.dealer
    assert (found["registration"].debtor, found["registration"].creditor) == ("dealer", "manufacturer")
    assert str(firm.customer) in found["acceptance"].debtor_label


def test_promises_between_other_parties_do_not_compete(firm):
    promise(
        within("notice", 10, "days", "accepted"),
        within("notice", 20, "days", "accepted", id="notice-back", debtor="customer", creditor="provider"),
    )

    plan_units(NOW)

    assert sorted(Obligation.objects.values_list("clause", flat=True)) == ["notice", "notice-back"]


def test_planning_twice_changes_nothing(firm):
    promise(
        within("visit", 6, "months", "accepted"),
        recurring("inspection", every={"amount": 3, "unit": "months"}),
    )
    plan_units(NOW)
    before = list(Obligation.objects.values_list("pk", flat=True))

    InstalledUnit.objects.update(to_plan=True)
    plan_units(NOW + timedelta(days=1))

    assert list(Obligation.objects.values_list("pk", flat=True)) == before
    assert RecurringDuty.objects.count() == 1


def test_what_was_due_before_the_unit_was_in_the_file_is_not_owed_after_the_fact(firm):
    promise(within("visit", 10, "days", "accepted"))
    firm.registered(created_at=NOW)

    plan_units(NOW)

    assert [one.unit for one in Obligation.objects.all()] == [firm.unit]


def test_nothing_is_lost_when_nobody_planned_for_a_week(firm):
    promise(within("visit", 3, "days", "accepted"))

    plan_units(datetime(2026, 3, 20, tzinfo=UTC))
    sweep(datetime(2026, 3, 20, tzinfo=UTC))

    assert Obligation.objects.get().state == "missed"


def test_a_new_promise_reaches_units_that_were_registered_before(firm):
    plan_units(NOW)
    assert not InstalledUnit.objects.filter(to_plan=True).exists()
    promise(within("visit", 6, "months", "accepted"))

    assert spread_versions() == 1
    assert spread_versions() == 0
    plan_units(NOW)

    assert Obligation.objects.count() == 1


def test_a_promise_of_another_organisation_does_not_reach_them(firm):
    plan_units(NOW)
    promise(within("visit", 6, "months", "accepted"), organization=factories.organization(firm.office))

    spread_versions()
    plan_units(NOW)

    assert not Obligation.objects.exists()


def test_corrected_dates_are_planned_anew_and_what_was_met_stays(firm):
    promise(within("visit", 6, "months", "accepted"), within("training", 1, "months", "accepted"))
    plan_units(NOW)
    services.fulfil(None, "training", unit=firm.unit, at=NOW)

    update_unit(firm.unit, by=firm.agent, version=None, accepted_on=date(2026, 3, 20))
    plan_units(NOW + timedelta(hours=1))

    rows = set(Obligation.objects.values_list("metric", "state", "due_at"))
    assert rows == {
        ("training", "met", datetime(2026, 4, 10, 16, tzinfo=UTC)),
        ("visit", "cancelled", datetime(2026, 9, 10, 16, tzinfo=UTC)),
        ("visit", "open", datetime(2026, 9, 20, 16, tzinfo=UTC)),
    }


def test_a_miss_that_never_was_one_is_taken_back_with_the_date(firm):
    promise(within("visit", 15, "days", "accepted"))
    plan_units(NOW)
    sweep(NOW)
    assert Obligation.objects.get().state == "missed"

    update_unit(firm.unit, by=firm.agent, version=None, accepted_on=date(2026, 3, 30))
    plan_units(NOW)

    assert set(Obligation.objects.values_list("state", flat=True)) == {"cancelled", "open"}


def test_a_date_that_is_taken_away_ends_what_it_started(firm):
    promise(
        within("visit", 6, "months", "accepted"),
        recurring("inspection", every={"amount": 3, "unit": "months"}),
    )
    plan_units(NOW)

    update_unit(firm.unit, by=firm.agent, version=None, accepted_on=None)
    plan_units(NOW)

    assert not Obligation.objects.open().exists()
    assert RecurringDuty.objects.get().ended_at == NOW


def test_the_new_owner_is_owed_what_is_still_to_come(firm):
    promise(
        within("visit", 6, "months", "accepted"),
        recurring("inspection", every={"amount": 3, "unit": "months"}),
    )
    plan_units(NOW)
    other = factories.customer(firm.branch)

    change_owner(firm.unit, other, by=firm.agent, on=date(2026, 3, 30))
    plan_units(NOW)

    assert set(Obligation.objects.open().values_list("customer", flat=True)) == {other.pk}
    assert RecurringDuty.objects.get().customer == other


def test_another_branch_that_serves_it_owes_from_then_on(firm):
    promise(within("visit", 6, "months", "accepted"))
    plan_units(NOW)
    elsewhere = factories.organization(firm.office)

    update_unit(firm.unit, by=firm.agent, version=None, organization=elsewhere)
    plan_units(NOW)

    assert Obligation.objects.get().organization == elsewhere


def test_a_scrapped_unit_is_owed_nothing_more(firm):
    promise(
        within("visit", 6, "months", "accepted"),
        recurring("inspection", every={"amount": 3, "unit": "months"}),
    )
    plan_units(NOW)

    change_status(firm.unit, "scrapped", by=firm.agent)
    plan_units(NOW)

    assert not Obligation.objects.open().exists()
    assert not RecurringDuty.objects.filter(ended_at=None).exists()


def test_one_unit_that_cannot_be_planned_holds_up_no_other(firm, monkeypatch):
    promise(within("visit", 6, "months", "accepted"))
    other = firm.registered()
    real = happening.plan_unit
    monkeypatch.setattr(
        happening, "plan_unit", lambda unit, now: 1 / 0 if unit.pk == firm.unit.pk else real(unit, now=now)
    )

    plan_units(NOW)

    assert Obligation.objects.get().unit == other
    assert InstalledUnit.objects.get(pk=firm.unit.pk).to_plan is True


def test_without_promises_about_units_looking_costs_two_queries(firm, django_assert_num_queries):
    with django_assert_num_queries(2):
        plan_units(NOW)
    assert not InstalledUnit.objects.filter(to_plan=True).exists()


# Any event


@pytest.mark.parametrize(
    ("event", "metric"),
    [
        ("complained", "answer"),
        ("ordered", "quotation"),
        ("part_issued", "part_return"),
        ("contract_signed", "plan"),
        ("returned", "refund"),
    ],
)
def test_any_event_of_a_document_starts_what_names_it(case, event, metric):
    promise(within(metric, 3, "days", event), code="L02")
    request = case.request(unit=case.unit)

    opened = happened(event, at=START, document=request)

    assert [(one.metric, one.event, one.document_id) for one in opened] == [(metric, event, request.pk)]
    assert opened[0].unit == case.unit
    assert TimelineEntry.objects.filter(document_id=request.pk, action="opened").count() == 1
    assert happened(event, at=START, document=request) == []


def test_the_same_thing_that_happens_again_is_told_apart_by_its_occasion(firm):
    promise(within("part_return", 7, "days", "part_issued"))

    happened("part_issued", at=NOW, unit=firm.unit, occasion="issue 1")
    happened("part_issued", at=NOW, unit=firm.unit, occasion="issue 1")
    happened("part_issued", at=NOW, unit=firm.unit, occasion="issue 2")

    assert Obligation.objects.count() == 2


def test_what_happened_to_an_organisation_needs_no_other_subject(firm):
    promise(within("report", 5, "days", "discovered"))

    happened("discovered", at=NOW, organization=firm.branch)

    report = Obligation.objects.get()
    assert (report.organization, report.unit, report.document) == (firm.branch, None, None)
    assert report.subject_label == str(firm.branch)


def test_what_no_clause_can_start_with_is_refused(firm):
    with pytest.raises(ValueError, match="no clause can start"):
        happened("sneezed", at=NOW, unit=firm.unit)
    with pytest.raises(ValueError, match="give the document"):
        happened("discovered", at=NOW)


def test_zone_and_division_of_the_site_are_kept_for_reports(firm):
    promise(
        within("answer", 2, "days", "complained", when=[{"fact": "zone", "any_of": ["城区"]}], id="in-town"),
        zones={"城区": ["3301"], "省内": ["33"]},
    )
    subject = Subject(organization=firm.branch, customer=firm.customer, division_code="330106")
    [answer] = bring_about("complained", subject, at=NOW)

    assert (answer.division_code, answer.zone) == ("330106", "城区")


@pytest.mark.django_db(transaction=True)
def test_an_event_told_by_several_at_once_is_owed_once():
    firm = Firm()
    promise(
        within("part_return", 7, "days", "part_issued"),
        recurring("inspection", begins="part_issued", every={"amount": 1, "unit": "months"}),
    )
    barrier = threading.Barrier(4)
    failures: list[BaseException] = []

    def tell():
        barrier.wait()
        try:
            unit = InstalledUnit.objects.select_related("organization", "model__category").get(
                pk=firm.unit.pk
            )
            happened("part_issued", at=datetime.now(UTC), unit=unit)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=tell) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert not failures
    assert Obligation.objects.filter(metric="part_return").count() == 1
    assert RecurringDuty.objects.count() == 1
    assert Obligation.objects.filter(metric="inspection").count() == 1


def test_a_unit_is_planned_with_few_queries(firm, django_assert_max_num_queries):
    promise(within("visit", 6, "months", "accepted"))
    unit = InstalledUnit.objects.select_related("organization", "model__category", "customer", "dealer").get()
    plan_unit(unit, now=NOW)
    with django_assert_max_num_queries(12):
        plan_unit(unit, now=NOW)

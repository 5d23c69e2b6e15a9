"""Announced events: agreements on file, contracts, seasons, deliveries to come; with the figures of pack P03."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from pathlib import Path

import pytest
from auditlog.models import LogEntry
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.organizations import services as organizations
from jiannuo.promises.commitments.models import CommitmentVersion
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.agreements import (
    ask_new_promises,
    follow_agreements,
    let_contracts_end,
)
from jiannuo.promises.obligations.closing import close_periods
from jiannuo.promises.obligations.duties import open_due
from jiannuo.promises.obligations.happening import plan_unit
from jiannuo.promises.obligations.models import AnnouncedEvent, Obligation, RecurringDuty
from jiannuo.promises.obligations.services import announce, call_off_event, change_day
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.testing import factories

from .clauses import PUBLIC, promise, recurring, within

_moments = count(1)
SAMPLES = Path(settings.BASE_DIR) / "packs" / "samples"


def at(month: int, day: int, hour: int = 10, year: int = 2026) -> datetime:
    return timezone.make_aware(datetime(year, month, day, hour))


def load(name: str, organization, **blanks: str) -> None:
    version = load_pack(SAMPLES / name, by=None, organization=organization, parameters=blanks)
    # Processes keep what was published by key and instant; tests reuse keys.
    published_at = PUBLIC + timedelta(seconds=next(_moments))
    CommitmentVersion.objects.filter(pk=version.pk).update(published_at=published_at)


class Firm:
    """A maker with two dealers; one has an agreement of 2026 on file."""

    def __init__(self) -> None:
        self.head = factories.organization()
        self.dealer = factories.organization(self.head, kind="dealer")
        self.other = factories.organization(self.head, kind="dealer")
        self.manager = factories.person("general_manager", at=self.head)
        self.agent = factories.person("service_agent", at=self.head)
        self.clerk = factories.person("dealer_clerk", at=self.dealer)
        self.customer = factories.customer(self.head)
        self.unit = factories.unit(self.head, of=self.customer)

    def agreement(self, begins: date | None, ends: date | None = None, number: str = "JN-1") -> None:
        self.dealer = organizations.change(
            self.dealer,
            by=self.manager,
            agreement_number=number,
            agreement_from=begins,
            agreement_to=ends,
        )

    def owed(self, metric: str, organization=None) -> dict[str, str]:
        """States by the last day of what is owed."""
        rows = Obligation.objects.filter(metric=metric, organization=organization or self.dealer)
        return {f"{timezone.localtime(one.due_at):%m-%d %H}": one.state for one in rows.order_by("due_at")}


@pytest.fixture
def firm(db) -> Firm:
    return Firm()


@pytest.fixture
def maker(firm) -> Firm:
    """The maker of electric vehicles, with its letter to dealers."""
    load("p03-electric-vehicle-agreement.yaml", firm.head, report_day="8")
    return firm


# The agreement on file


def test_the_agreement_on_file_opens_the_dealers_monthly_survey(maker):
    maker.agreement(date(2026, 1, 1), date(2026, 12, 31))

    follow_agreements(at(1, 1))
    open_due(at(3, 1))

    assert maker.owed("survey") == {"02-01 00": "open", "03-01 00": "open", "04-01 00": "open"}
    assert maker.owed("assessment") == {"02-01 00": "open", "03-01 00": "open", "04-01 00": "open"}
    assert maker.owed("statement") == {"04-01 00": "open"}
    assert maker.owed("survey", maker.other) == {}
    survey = RecurringDuty.objects.get(action="survey")
    assert (survey.anchor, survey.product_path) == (date(2026, 1, 1), "vehicle/electric")


def test_followed_again_it_opens_nothing_twice(maker):
    maker.agreement(date(2026, 1, 1), date(2026, 12, 31))
    assert follow_agreements(at(1, 1)) == 1
    before = Obligation.objects.count()

    assert [follow_agreements(at(1, 1, 11)), follow_agreements(at(1, 20))] == [0, 0]
    ask_new_promises(at(1, 20))

    assert Obligation.objects.count() == before
    assert RecurringDuty.objects.count() == 3
    assert set(AnnouncedEvent.objects.values_list("event", flat=True)) == {
        "contract_signed",
        "contract_ended",
    }


def test_an_agreement_entered_late_owes_nothing_after_the_fact(maker):
    maker.agreement(date(2025, 1, 1))
    follow_agreements(at(6, 15))
    assert maker.owed("survey") == {"07-01 00": "open"}


def test_what_recurs_ends_with_the_agreement_and_a_miss_stays_owed(maker):
    maker.agreement(date(2026, 1, 1), date(2026, 5, 31))
    follow_agreements(at(1, 1))
    open_due(at(5, 15))

    assert let_contracts_end(at(5, 31, 23)) == 0
    assert let_contracts_end(at(6, 1, 0)) == 1
    sweep(at(6, 2))
    open_due(at(9, 1))

    surveys = maker.owed("survey")
    assert surveys == {f"0{month}-01 00": "missed" for month in (2, 3, 4, 5, 6)}
    # half a quarter is not settled under an agreement that is over
    assert maker.owed("statement") == {"04-01 00": "missed", "07-01 00": "cancelled"}
    assert not RecurringDuty.objects.filter(ended_at__isnull=True).exists()
    assert let_contracts_end(at(6, 2)) == 0


def test_a_renewed_agreement_goes_on_without_a_gap_or_a_double(maker):
    maker.agreement(date(2026, 1, 1), date(2026, 3, 31))
    follow_agreements(at(1, 1))
    maker.agreement(date(2026, 4, 1), date(2026, 12, 31), number="JN-2")
    follow_agreements(at(3, 20))
    open_due(at(4, 1, 0))
    let_contracts_end(at(4, 1, 0))
    open_due(at(5, 10))

    states = Obligation.objects.filter(metric="survey").exclude(state="cancelled").order_by("due_at")
    ends = [f"{timezone.localtime(one.due_at):%m-%d}" for one in states]
    assert ends == ["02-01", "03-01", "04-01", "05-01", "06-01"]


def test_an_agreement_that_replaces_another_ends_it_the_day_before(maker):
    maker.agreement(date(2026, 1, 1), date(2026, 12, 31))
    follow_agreements(at(1, 1))
    maker.agreement(date(2026, 7, 1), date(2027, 6, 30), number="JN-2")
    follow_agreements(at(6, 1))
    ended = AnnouncedEvent.objects.get(event="contract_ended", occasion="JN-1")
    assert ended.on == date(2026, 6, 30)
    assert follow_agreements(at(6, 2)) == 0


def test_an_agreement_taken_out_of_the_file_ends_at_once(maker):
    maker.agreement(date(2026, 1, 1), date(2026, 12, 31))
    follow_agreements(at(1, 1))
    maker.agreement(None, None, number="")
    follow_agreements(at(1, 10))
    assert set(maker.owed("survey").values()) == {"cancelled"}
    assert not RecurringDuty.objects.filter(ended_at__isnull=True).exists()


def test_an_agreement_that_is_prolonged_goes_on(maker):
    maker.agreement(date(2026, 1, 1), date(2026, 1, 31))
    follow_agreements(at(1, 1))
    let_contracts_end(at(2, 1, 1))
    maker.agreement(date(2026, 1, 1), date(2026, 12, 31))
    follow_agreements(at(2, 5))
    assert maker.owed("survey")["03-01 00"] == "open"


def test_a_letter_published_later_is_asked_about_agreements_on_file(firm):
    firm.agreement(date(2026, 1, 1))
    follow_agreements(at(1, 1))
    assert not RecurringDuty.objects.exists()

    version = load_pack(SAMPLES / "p03-electric-vehicle-agreement.yaml", by=None, organization=firm.head)
    CommitmentVersion.objects.filter(pk=version.pk).update(published_at=at(2, 10, 8))
    assert ask_new_promises(at(2, 10)) == 1
    assert ask_new_promises(at(2, 11)) == 0

    assert firm.owed("survey") == {"03-01 00": "open"}


def test_only_what_is_promised_between_the_partners_starts_with_their_agreement(firm):
    promise(
        recurring("visit", "contract_signed", every={"amount": "1", "unit": "months"}),
        within("plan", 5, "days", "contract_signed", debtor="supplier", creditor="manufacturer"),
        within("report", 5, "days", "contract_signed", debtor="dealer", creditor="manufacturer"),
    )
    firm.agreement(date(2026, 6, 1))
    follow_agreements(at(6, 1))
    assert list(Obligation.objects.values_list("metric", flat=True)) == ["report"]
    assert not RecurringDuty.objects.exists()


def test_the_maker_and_the_dealer_settle_each_month_by_the_figures_of_the_letter(maker):
    """The dealer reports by the 8th, the maker tells its assessment within five days (P03, 四之3, 八之3)."""
    CommitmentVersion.objects.update(published_at=at(2, 1))
    close_periods(at(3, 1, 1))
    assert maker.owed("report") == {"03-09 00": "open"}
    assert maker.owed("review", maker.head) == {"03-06 00": "open"}
    assert Obligation.objects.filter(metric="report", organization=maker.other).exists()


# What people announce


def test_the_same_told_twice_is_one_and_another_day_moves_it(firm):
    promise(
        within(
            "plan", 30, "days", "requested", before="season_opened", debtor="dealer", creditor="manufacturer"
        )
    )
    first = {"on": date(2026, 6, 1), "organization": firm.dealer, "by": firm.manager, "now": at(3, 2)}

    row, is_new = announce("season_opened", **first)
    again, is_new_again = announce("season_opened", **first)

    assert (is_new, is_new_again, again) == (True, False, row)
    plan = Obligation.objects.get()
    assert plan.metric == "plan"
    due = plan.due_at
    announce("season_opened", **{**first, "on": date(2026, 6, 11)})
    plan.refresh_from_db()
    assert (plan.due_at - due).days == 10
    assert Obligation.objects.count() == 1
    # another year is another season
    announce("season_opened", **{**first, "on": date(2027, 6, 1)})
    assert Obligation.objects.count() == 2


def test_a_season_announced_at_the_head_office_is_every_dealers(firm):
    load("p13-farm-machinery-dealers.yaml", firm.head)
    on = {"on": date(2026, 6, 1), "organization": firm.head, "by": firm.manager}
    row, _new = announce("season_opened", **on, now=at(3, 2))

    plans = Obligation.objects.filter(metric="plan")
    assert {one.organization for one in plans} == {firm.dealer, firm.other}
    assert {(one.debtor, one.due_at) for one in plans} == {("dealer", at(5, 3, 0))}
    announce("season_opened", **{**on, "on": date(2026, 6, 11)}, now=at(3, 3))
    assert {one.due_at for one in plans.all()} == {at(5, 13, 0)}
    assert plans.count() == 2
    call_off_event(row, reason="不开季", by=firm.manager, now=at(3, 4))
    assert {one.state for one in plans.all()} == {"cancelled"}


def test_what_is_called_off_is_owed_no_longer_and_may_be_announced_anew(firm):
    promise(
        within(
            "plan", 30, "days", "requested", before="season_opened", debtor="dealer", creditor="manufacturer"
        )
    )
    told = {"on": date(2026, 6, 1), "organization": firm.dealer, "by": firm.manager, "now": at(3, 2)}
    row, _new = announce("season_opened", **told)
    with pytest.raises(ValidationError):
        call_off_event(row, reason=" ", by=firm.manager)

    call_off_event(row, reason="今年不开作业季", by=firm.manager, now=at(3, 3))
    call_off_event(row, reason="again", by=firm.manager, now=at(3, 4))

    assert Obligation.objects.get().state == "cancelled"
    row.refresh_from_db()
    assert (row.reason, row.state) == ("今年不开作业季", "called_off")
    with pytest.raises(ValidationError):
        change_day(row, date(2026, 7, 1), by=firm.manager)
    announce("season_opened", **{**told, "now": at(3, 5)})
    assert Obligation.objects.filter(state="open").count() == 1
    assert LogEntry.objects.get_for_object(row).count() >= 2


def test_a_contract_of_a_customer_asks_its_own_commitment_only(firm):
    load("p04-generic-service-contract.yaml", firm.head)
    promise(within("answer", 2, "days", "contract_signed"), code="L02")
    announce(
        "contract_signed",
        on=date(2026, 3, 2),
        organization=firm.head,
        customer=firm.customer,
        commitment=CommitmentVersion.objects.get(commitment__code="P04").commitment,
        matter="first_instalment",
        by=firm.manager,
        now=at(3, 2),
    )
    owed = list(Obligation.objects.values_list("version__commitment__code", "metric", "customer"))
    assert owed
    assert {(code, customer) for code, _metric, customer in owed} == {("P04", firm.customer.pk)}
    assert "payment" in {metric for _code, metric, _customer in owed}


def test_the_second_payment_is_due_before_the_contract_ends(firm):
    load("p05-passbook-printers.yaml", firm.head)
    about = {
        "organization": firm.head,
        "customer": firm.customer,
        "matter": "second_instalment",
        "by": firm.manager,
        "now": at(1, 15),
    }
    announce("contract_signed", on=date(2026, 1, 15), **about)
    announce("contract_ended", on=date(2027, 1, 14), **about)
    owed = Obligation.objects.get(metric="payment")
    assert owed.due_at <= at(1, 15, 0, year=2027)
    assert owed.event == "contract_ended"


def test_a_delivery_to_come_is_announced_for_a_unit_and_its_file_takes_over(firm):
    promise(
        within("contact", 12, "hours", "requested", before="delivered", debtor="person"),
        within("installation", 2, "days", "delivered"),
    )
    unit = factories.unit(firm.head, of=firm.customer, installed_on=None)
    announce(
        "delivered",
        on=date(2026, 6, 10),
        clock=time(14, 0),
        organization=firm.head,
        unit=unit,
        by=firm.agent,
        now=at(6, 1),
    )
    assert Obligation.objects.get().due_at == at(6, 10, 2)
    assert list(Obligation.objects.values_list("metric", "unit")) == [("contact", unit.pk)]
    unit.delivered_on, unit.created_at = date(2026, 6, 10), at(5, 1)
    unit.save()
    plan_unit(unit, now=at(6, 10, 12))
    assert set(Obligation.objects.exclude(state="cancelled").values_list("metric", flat=True)) >= {
        "installation"
    }
    with pytest.raises(ValidationError) as refused:
        announce("delivered", on=date(2026, 7, 1), organization=firm.head, unit=unit, by=firm.agent)
    assert "unit" in refused.value.message_dict


def test_a_contract_stands_in_for_the_acceptance_until_the_file_tells_it(firm):
    clause = recurring("patrol", "accepted", every={"amount": "1", "unit": "months"})
    clause["begins"]["fallbacks"] = ["contract_signed"]
    promise(clause)
    unit = factories.unit(firm.head, of=firm.customer)
    announce(
        "contract_signed",
        on=date(2026, 3, 1),
        organization=firm.head,
        unit=unit,
        by=firm.manager,
        now=at(3, 1),
    )
    assert RecurringDuty.objects.get(ended_at__isnull=True).anchor == date(2026, 3, 1)
    unit.accepted_on = date(2026, 3, 20)
    unit.save()
    plan_unit(unit, now=at(3, 21))
    assert RecurringDuty.objects.get(ended_at__isnull=True).anchor == date(2026, 3, 20)
    # and a contract announced now begins nothing beside it
    announce(
        "contract_signed",
        on=date(2026, 4, 1),
        organization=firm.head,
        unit=unit,
        occasion="2",
        by=firm.manager,
    )
    assert RecurringDuty.objects.filter(ended_at__isnull=True).count() == 1


@pytest.mark.parametrize(
    ("event", "on", "more", "field"),
    [
        ("completed", date(2026, 6, 1), {}, "event"),
        ("season_opened", date(1026, 6, 1), {}, "on"),
        ("delivered", date(2026, 6, 1), {}, "unit"),
    ],
)
def test_what_cannot_be_announced(firm, event, on, more, field):
    with pytest.raises(ValidationError) as refused:
        announce(event, on=on, organization=firm.head, by=firm.manager, **more)
    assert field in refused.value.message_dict
    assert not AnnouncedEvent.objects.exists()


def test_a_customer_of_elsewhere_and_people_without_the_right_are_refused(firm):
    stranger = factories.customer(firm.other)
    with pytest.raises(ValidationError):
        announce(
            "contract_signed", on=date(2026, 6, 1), organization=firm.head, customer=stranger, by=firm.manager
        )
    for person in (firm.clerk, factories.person("technician", at=firm.head)):
        with pytest.raises(PermissionDenied):
            announce("season_opened", on=date(2026, 6, 1), organization=firm.dealer, by=person)
    beside = factories.person("department_manager", at=firm.other)
    with pytest.raises(PermissionDenied):
        announce("season_opened", on=date(2026, 6, 1), organization=firm.dealer, by=beside)


# Pages


def test_an_event_is_announced_moved_and_called_off_on_its_pages(firm, client):
    promise(
        within(
            "plan", 30, "days", "requested", before="season_opened", debtor="dealer", creditor="manufacturer"
        )
    )
    client.force_login(firm.manager)
    new = reverse("obligations:event_new")
    assert client.get(new).status_code == 200
    far = date(timezone.localdate().year + 1, 6, 1)
    sent = {"event": "season_opened", "on": far.isoformat(), "organization": firm.dealer.pk}

    assert client.post(new, {**sent, "on": "soon"}).status_code == 422
    assert client.post(new, {**sent, "event": "delivered"}).status_code == 422
    assert client.post(new, sent).status_code == 302
    assert client.post(new, sent).status_code == 302

    row = AnnouncedEvent.objects.get()
    assert (row.announced_by, row.occasion) == (firm.manager, str(far.year))
    owed = client.get(reverse("obligations:list"), {"announced": row.pk}).content.decode()
    assert owed.count("j-row") or str(Obligation.objects.get().metric_label) in owed
    day = reverse("obligations:event_day", args=[row.pk])
    assert client.post(day, {"on": "2026-13-01"}).status_code == 422
    assert client.post(day, {"on": date(far.year, 7, 1).isoformat()}).status_code == 302
    off = reverse("obligations:event_off", args=[row.pk])
    assert client.post(off, {"reason": ""}).status_code == 422
    assert client.post(off, {"reason": "不开季"}).status_code == 302
    assert Obligation.objects.get().state == "cancelled"
    assert client.post(day, {"on": far.isoformat()}).status_code == 422


def test_the_list_keeps_to_its_budget_and_its_scope(firm, client, django_assert_max_num_queries):
    for number in range(6):
        announce(
            "season_opened",
            on=date(2026, 6, 1 + number),
            organization=firm.dealer,
            occasion=str(number),
            by=firm.manager,
        )
    announce("expired", on=date(2026, 6, 1), organization=firm.head, unit=firm.unit, by=firm.manager)
    url = reverse("obligations:events")
    client.force_login(firm.manager)
    client.get(url)
    with django_assert_max_num_queries(12):
        page = client.get(url).content.decode()
    assert str(firm.unit) in page
    client.force_login(firm.clerk)
    seen = client.get(url)
    assert str(firm.unit) not in seen.content.decode()
    assert client.get(url, {"state": "to_come"}).status_code == 200
    row = AnnouncedEvent.objects.filter(organization=firm.head).get()
    assert client.get(reverse("obligations:event_new")).status_code == 403
    stranger = factories.person("service_agent", at=firm.other)
    client.force_login(stranger)
    assert client.get(reverse("obligations:event_day", args=[row.pk])).status_code == 404
    assert "j-row" not in client.get(reverse("obligations:list"), {"announced": row.pk}).content.decode()


def test_what_an_agreement_tells_is_changed_in_the_file_only(maker, client):
    maker.agreement(date(2026, 1, 1), date(2026, 12, 31))
    follow_agreements(datetime(2026, 1, 1, 4, tzinfo=UTC))
    client.force_login(maker.manager)
    row = AnnouncedEvent.objects.first()
    assert client.get(reverse("obligations:event_day", args=[row.pk])).status_code == 404
    assert client.get(reverse("obligations:event_off", args=[row.pk])).status_code == 404

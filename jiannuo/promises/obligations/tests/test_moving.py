"""What must be done before an event still to come: opened with its date, moved with it, ended with it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.office.documents.models import TimelineEntry
from jiannuo.promises.commitments.engine import calendar_of
from jiannuo.promises.commitments.services import facts_for, load_pack
from jiannuo.promises.obligations import services
from jiannuo.promises.obligations.happening import happened, plan_unit
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.moving import called_off
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.registry.installedbase.services import change_status, update_unit
from jiannuo.rules import Facts, path
from jiannuo.testing import factories

from .clauses import ACCEPTED, PUBLIC, cover, promise, recurring, within
from .conftest import START, after

pytestmark = pytest.mark.django_db

PACKS = Path(__file__).resolve().parents[4] / "packs" / "samples"
VISIT = after(days=10)
LATER = after(days=20)


def ahead(metric: str, amount: int, unit: str, before: str = "appointed", **fields) -> dict:
    """``metric`` so long before an event."""
    return within(metric, amount, unit, "requested", before=before, **fields)


def reminder(**fields) -> dict:
    """A word within the day before the appointment, but half a day ahead of it."""
    return ahead("announcement", 12, "hours", opens={"amount": "24", "unit": "hours"}, **fields)


@pytest.fixture
def request_(case):
    return case.request(unit=case.unit)


def told(document, at=VISIT, **more) -> list[Obligation]:
    return happened("appointed", at=at, document=document, told_at=more.pop("told_at", START), **more)


def rows() -> list[tuple[str, datetime | None]]:
    return list(Obligation.objects.order_by("pk").values_list("state", "due_at"))


def lines(document) -> list[str]:
    entries = TimelineEntry.objects.filter(document_id=document.pk, kind="obligation").order_by("pk")
    return list(entries.values_list("action", flat=True))


# Open


def test_the_date_of_an_event_to_come_opens_what_must_be_done_before_it(request_):
    promise(ahead("announcement", 12, "hours", warn={"anchor": "before_due", "amount": "60"}))

    [owed] = told(request_)

    assert (owed.metric, owed.event, owed.state) == ("announcement", "appointed", "open")
    assert (owed.started_at, owed.due_at) == (START, VISIT - timedelta(hours=12))
    assert owed.next_at == VISIT - timedelta(hours=13)
    assert owed.event_at == VISIT
    assert lines(request_) == ["opened"]


def test_told_twice_it_is_owed_once(request_):
    promise(ahead("announcement", 12, "hours"), ahead("reminder", 1, "days"))

    told(request_)

    assert told(request_) == []
    assert Obligation.objects.count() == 2
    assert lines(request_) == ["opened"]


def test_it_is_owed_since_the_request_where_there_was_one(case, request_):
    promise(ahead("announcement", 12, "hours"))
    asked = START - timedelta(days=3)

    [owed] = told(request_, facts=facts_for(unit=case.unit, events={"requested": asked}))

    assert owed.started_at == asked


def test_it_waits_for_an_event_of_its_own_that_has_not_been(case, request_):
    promise(within("announcement", 12, "hours", "confirmed", before="appointed"))

    assert told(request_) == []
    [owed] = told(request_, facts=facts_for(unit=case.unit, events={"confirmed": after(hours=2)}))
    assert owed.started_at == after(hours=2)


def test_the_start_opens_it_where_the_event_is_known_already_and_only_once(case, request_):
    promise(within("document", 30, "days", "approved", before="expired"))
    known = facts_for(unit=case.unit, events={"expired": date(2031, 11, 22), "approved": START})

    opened = happened("approved", at=START, document=request_, facts=known, told_at=START)

    assert [(one.metric, one.event) for one in opened] == [("document", "expired")]
    assert happened("expired", at=date(2031, 11, 22), document=request_, facts=known, told_at=START) == []


def test_it_is_owed_no_earlier_than_its_window_opens(request_):
    promise(reminder())

    [owed] = told(request_)

    assert (owed.started_at, owed.due_at) == (VISIT - timedelta(hours=24), VISIT - timedelta(hours=12))


def test_nothing_is_owed_before_an_event_that_nobody_announced(request_):
    promise(ahead("announcement", 12, "hours"))

    assert told(request_, at=START) == []


def test_an_event_announced_too_late_is_missed_unless_the_customer_agreed_to_it(case, request_):
    promise(ahead("announcement", 12, "hours"))
    soon = after(hours=5)
    agreed = case.request(unit=case.unit)

    told(request_, at=soon)
    told(agreed, at=soon, agreed=True)
    sweep(START)

    assert [(one.document_id, one.state) for one in Obligation.objects.all()] == [(request_.pk, "missed")]


# Move


def test_another_date_moves_what_is_open_and_says_so(request_):
    promise(ahead("announcement", 12, "hours", warn={"anchor": "before_due", "amount": "60"}))
    [owed] = told(request_)

    assert told(request_, at=LATER) == []

    moved = Obligation.objects.get()
    assert (moved.pk, moved.state, moved.due_at) == (owed.pk, "open", LATER - timedelta(hours=12))
    assert (moved.warn_at, moved.next_at) == (LATER - timedelta(hours=13),) * 2
    assert moved.event_at == LATER
    assert [step.at for step in moved.steps.all()] == [moved.warn_at, moved.due_at]
    assert lines(request_) == ["opened", "moved"]
    told(request_, at=LATER)
    assert lines(request_) == ["opened", "moved"]


def test_the_sweep_keeps_to_the_new_date_and_warns_once_more(request_):
    promise(ahead("announcement", 12, "hours", warn={"anchor": "before_due", "amount": "60"}))
    told(request_)
    assert sweep(VISIT - timedelta(hours=13)) == 1

    told(request_, at=LATER, told_at=VISIT - timedelta(hours=12, minutes=30))

    assert sweep(LATER - timedelta(hours=14)) == 0
    assert sweep(LATER - timedelta(hours=13)) == 1
    assert Obligation.objects.get().warned_at == LATER - timedelta(hours=13)
    assert sweep(LATER - timedelta(hours=12)) == 1
    assert Obligation.objects.get().state == "missed"


def test_the_promise_that_was_made_is_the_one_that_moves(request_):
    promise(ahead("announcement", 12, "hours"))
    told(request_)
    promise(ahead("announcement", 48, "hours"))

    told(request_, at=LATER)

    assert rows() == [("open", LATER - timedelta(hours=12))]


def test_another_occasion_has_its_own(request_):
    promise(ahead("announcement", 12, "hours"))
    told(request_, occasion="1")
    told(request_, at=LATER, occasion="2")

    assert rows() == [("open", VISIT - timedelta(hours=12)), ("open", LATER - timedelta(hours=12))]


def test_what_starts_with_the_event_moves_until_it_has_begun(request_):
    promise(within("arrival", 2, "hours", "appointed"))
    told(request_)

    told(request_, at=LATER)
    assert rows() == [("open", LATER + timedelta(hours=2))]

    told(request_, at=LATER + timedelta(days=5), told_at=LATER + timedelta(hours=1))
    assert rows() == [("open", LATER + timedelta(hours=2))]


def test_agreeing_to_a_shorter_notice_ends_what_had_been_due_by_then(request_):
    promise(ahead("announcement", 12, "hours"))
    told(request_)

    told(request_, at=after(days=1, hours=6), told_at=after(days=1), agreed=True)

    assert rows() == [("cancelled", VISIT - timedelta(hours=12))]


# Met and missed


def test_what_was_met_stays_met_when_the_event_moves(request_):
    promise(ahead("announcement", 12, "hours"))
    told(request_)
    services.fulfil(request_, "announcement", at=after(days=1))

    told(request_, at=LATER)

    assert rows() == [("met", VISIT - timedelta(hours=12))]


def test_a_reminder_of_the_old_date_does_not_remind_of_the_new_one(request_):
    promise(reminder())
    told(request_)
    services.fulfil(request_, "announcement", at=VISIT - timedelta(hours=20))

    told(request_, at=LATER, told_at=VISIT - timedelta(hours=10))
    told(request_, at=LATER, told_at=VISIT - timedelta(hours=9))

    assert rows() == [("met", VISIT - timedelta(hours=12)), ("open", LATER - timedelta(hours=12))]


def test_it_stays_met_when_it_was_done_within_the_new_window_too(request_):
    promise(reminder())
    told(request_)
    services.fulfil(request_, "announcement", at=VISIT - timedelta(hours=20))

    told(request_, at=VISIT + timedelta(hours=2), told_at=VISIT - timedelta(hours=10))

    assert rows() == [("met", VISIT - timedelta(hours=12))]


def test_what_is_done_before_the_window_opens_meets_nothing(request_):
    promise(reminder())
    told(request_)

    services.fulfil(request_, "announcement", at=after(days=1))
    assert Obligation.objects.get().state == "open"

    services.fulfil(request_, "announcement", at=VISIT - timedelta(hours=13))
    assert Obligation.objects.get().state == "met"


def test_done_after_its_instant_it_is_kept_late(request_):
    promise(reminder())
    told(request_)
    sweep(VISIT - timedelta(hours=12))

    services.fulfil(request_, "announcement", at=VISIT - timedelta(hours=1))

    assert rows() == [("met_late", VISIT - timedelta(hours=12))]


def test_a_miss_stays_one_and_is_owed_once_more_for_the_new_date(request_):
    promise(ahead("announcement", 12, "hours"))
    told(request_)
    sweep(VISIT - timedelta(hours=12))

    told(request_, at=LATER, told_at=VISIT - timedelta(hours=1))

    assert rows() == [("missed", VISIT - timedelta(hours=12)), ("open", LATER - timedelta(hours=12))]
    assert [one.due_at for one in Obligation.objects.open()] == [LATER - timedelta(hours=12)]


def test_by_hand_it_is_kept_with_proof_but_not_before_its_window(case):
    promise(reminder())
    now = datetime.now(UTC)
    request = case.request(unit=case.unit)
    [owed] = told(request, at=now + timedelta(days=3), told_at=now)
    with pytest.raises(ValidationError, match="还没有这项义务"):
        services.keep(owed, by=case.dispatcher, text="电话 13:05")

    told(request, at=now + timedelta(hours=14), told_at=now)
    kept = services.keep(owed, by=case.dispatcher, text="电话 13:05")

    assert (kept.state, kept.proofs.get().text) == ("met", "电话 13:05")


def test_the_page_names_the_event_before_which_it_is_owed(client, case):
    promise(ahead("announcement", 12, "hours"))
    [owed] = told(case.request(unit=case.unit))
    client.force_login(case.dispatcher)

    page = client.get(reverse("obligations:detail", args=[owed.pk]))

    assert "2026-12-03 09:00" in page.content.decode()


# Called off


def test_an_event_called_off_ends_what_hung_on_it(request_):
    promise(
        ahead("announcement", 12, "hours"),
        recurring("phone_call", "appointed", offsets=[{"from_day": 1, "to_day": 3}]),
    )
    told(request_)

    ended = called_off("appointed", document=request_, at=after(days=1), reason="改期未定")

    assert [one.metric for one in ended] == ["announcement"]
    assert not Obligation.objects.open().exists()
    assert lines(request_) == ["opened", "cancelled"]


def test_an_event_that_is_appointed_anew_opens_it_anew(request_):
    promise(ahead("announcement", 12, "hours"))
    told(request_)
    called_off("appointed", document=request_, at=after(days=1))

    told(request_, at=LATER)

    assert rows() == [("cancelled", VISIT - timedelta(hours=12)), ("open", LATER - timedelta(hours=12))]


def test_when_it_took_place_only_what_had_to_be_done_before_ends(request_):
    promise(ahead("announcement", 12, "hours"), within("report", 2, "days", "appointed"))
    told(request_)

    called_off("appointed", document=request_, at=VISIT, took_place=True)

    assert set(Obligation.objects.values_list("metric", "state")) == {
        ("announcement", "cancelled"),
        ("report", "open"),
    }


def test_other_subjects_keep_theirs(case, request_):
    promise(ahead("announcement", 12, "hours"))
    other = case.request(unit=case.unit)
    told(request_)
    told(other)

    called_off("appointed", document=request_, at=after(days=1))

    assert Obligation.objects.open().get().document_id == other.pk
    with pytest.raises(ValueError, match="whose event"):
        called_off("appointed", at=START)


# Packs


def working_days(calendar, first: date, event: date) -> int:
    """Working days from ``first`` on to the day before the event, counted one by one."""
    span = (event - first).days
    return sum(calendar.is_working_date(first + timedelta(days=number)) for number in range(span))


def test_p13_the_reserve_plan_is_due_thirty_days_before_the_season(case):
    load_pack(PACKS / "p13-farm-machinery-dealers.yaml", by=None)
    facts = Facts(product=path("machinery/agricultural"))
    subject = {"organization": case.branch, "told_at": START, "occasion": "2027", "facts": facts}

    opened = happened("season_opened", at=date(2027, 3, 1), **subject)
    [plan] = [one for one in opened if one.metric == "plan"]
    assert plan.due_at == datetime(
        2027, 1, 30, 16, tzinfo=UTC
    )  # with 30 January, which is the thirtieth day before
    assert (plan.debtor, plan.creditor, plan.started_at) == ("dealer", "manufacturer", START)
    assert plan.warn_at == plan.due_at - timedelta(hours=168)

    happened("season_opened", at=date(2027, 3, 8), **subject)
    assert Obligation.objects.get(metric="plan").due_at == datetime(2027, 2, 6, 16, tzinfo=UTC)


def test_p51_a_licence_is_renewed_between_90_and_30_working_days_before_it_expires(case, request_):
    load_pack(PACKS / "p51-medical-devices.yaml", by=None)
    facts = Facts(product=path("medical/device"), subject="licence", dates={"approved": date(2022, 3, 1)})

    opened = happened("expired", at=date(2027, 3, 1), document=request_, facts=facts, told_at=START)

    [renewal] = [one for one in opened if one.clause == "licence-renewal"]
    assert (renewal.creditor, renewal.steps.count()) == ("authority", 5)
    first, last = (
        timezone.localdate(renewal.started_at),
        timezone.localdate(renewal.due_at - timedelta(seconds=1)),
    )
    days = calendar_of(renewal.version, renewal.plan["calendar"])
    assert [working_days(days, day, date(2027, 3, 1)) for day in (first, last)] == [90, 30]


# Units


def unit_of(case, **fields):
    return factories.unit(case.branch, of=case.customer, accepted_on=ACCEPTED, created_at=PUBLIC, **fields)


NOW = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)


def test_the_end_of_the_warranty_opens_what_comes_before_it_and_after_it(case):
    promise(
        cover(),
        ahead("announcement", 30, "days", "warranty_ended"),
        within("visit", 1, "months", "warranty_ended"),
    )
    unit = unit_of(case)

    opened = {one.metric: one for one in plan_unit(unit, now=NOW)}

    # Accepted on 10 March 2026, covered up to and with 10 March 2028.
    assert opened["announcement"].due_at == datetime(2028, 2, 9, 16, tzinfo=UTC)
    assert (opened["announcement"].event, opened["announcement"].started_at) == ("warranty_ended", PUBLIC)
    assert opened["visit"].due_at == datetime(2028, 4, 10, 16, tzinfo=UTC)
    assert plan_unit(unit, now=NOW + timedelta(days=1)) == []


def test_a_corrected_date_of_the_unit_moves_the_end_of_the_warranty(case):
    promise(cover(), ahead("announcement", 30, "days", "warranty_ended"))
    unit = unit_of(case)
    plan_unit(unit, now=NOW)

    unit = update_unit(unit, by=case.agent, version=None, accepted_on=date(2026, 3, 20))
    plan_unit(unit, now=NOW)

    assert rows() == [
        ("cancelled", datetime(2028, 2, 9, 16, tzinfo=UTC)),
        ("open", datetime(2028, 2, 19, 16, tzinfo=UTC)),
    ]


def test_what_was_announced_for_a_unit_outlives_a_change_of_its_file_but_not_the_unit(case):
    promise(ahead("contact", 5, "hours", "delivered"))
    unit = unit_of(case)
    happened("delivered", at=VISIT, unit=unit, told_at=NOW)

    plan_unit(unit, now=NOW)
    assert Obligation.objects.open().count() == 1

    plan_unit(change_status(unit, "scrapped", by=case.agent), now=NOW)
    assert not Obligation.objects.open().exists()

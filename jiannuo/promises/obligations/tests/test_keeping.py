"""What is kept until when: written down with its event, shown with the promises, never shortened, never deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db.models import ProtectedError

from jiannuo.office.documents.models import Document
from jiannuo.promises.commitments.services import decide, facts_for, load_pack
from jiannuo.promises.obligations.happening import happened, plan_unit
from jiannuo.promises.obligations.models import Obligation, Retention
from jiannuo.promises.obligations.services import open_obligations
from jiannuo.registry.installedbase.services import change_status, update_unit
from jiannuo.rules import Facts, path
from jiannuo.testing import factories

from .clauses import PUBLIC, promise, within
from .conftest import START, after

pytestmark = pytest.mark.django_db

PACKS = Path(__file__).resolve().parents[4] / "packs" / "samples"


def kept(thing: str, amount: int, unit: str, start: str, **fields) -> dict:
    return within("retain", amount, unit, start, id=f"keep-{thing}", keeps=[thing], **fields)


@pytest.fixture
def request_(case):
    return case.request(unit=case.unit)


def test_p25_repair_records_are_kept_for_five_years_after_the_work(case, request_):
    load_pack(PACKS / "p25-engineering-project.yaml", by=None)

    happened(
        "completed", at=START, document=request_, facts=Facts(product=path("engineering/project-equipment"))
    )

    record = Retention.objects.get(keeps="repair_record")
    assert (record.document_id, record.since, record.last_day) == (
        request_.pk,
        date(2026, 11, 23),
        date(2031, 11, 23),
    )
    assert not Obligation.objects.filter(metric="retain").exists()


def test_told_again_it_is_kept_longer_but_never_shorter(request_):
    promise(kept("recording", 6, "months", "completed"))

    for at in (START, after(days=10), after(days=5)):
        happened("completed", at=at, document=request_)

    assert Retention.objects.get().last_day == date(2027, 6, 3)


def test_a_decision_says_what_is_kept_for_the_case_but_not_for_its_unit(case, request_):
    promise(kept("recording", 6, "months", "requested"), kept("sales_record", 5, "years", "sold"))
    facts = facts_for(
        unit=case.unit, customer=case.customer, events={"requested": START, "sold": date(2025, 1, 1)}
    )

    decision = decide(facts, START, case.branch)
    open_obligations(request_, decision, organization=case.branch, customer=case.customer)

    assert [one.keeps for one in Retention.objects.all()] == ["recording"]


def test_the_file_of_a_unit_says_until_when_its_records_are_kept(case):
    promise(kept("sales_record", 5, "years", "sold"), kept("card", 1, "years", "accepted"))
    unit = factories.unit(
        case.branch,
        of=case.customer,
        invoiced_on=date(2026, 3, 1),
        accepted_on=date(2026, 3, 10),
        created_at=PUBLIC,
    )
    plan_unit(unit)
    assert {one.keeps: one.last_day for one in Retention.objects.filter(unit=unit)} == {
        "sales_record": date(2031, 3, 1),
        "card": date(2027, 3, 10),
    }

    unit = update_unit(unit, by=case.agent, version=None, invoiced_on=date(2026, 2, 1), accepted_on=None)
    plan_unit(unit)
    assert {one.keeps: one.last_day for one in Retention.objects.filter(unit=unit)} == {
        "sales_record": date(2031, 2, 1)
    }

    plan_unit(change_status(unit, "scrapped", by=case.agent))
    assert Retention.objects.filter(unit=unit).count() == 1


def test_the_page_of_the_document_shows_until_when_what_is_kept(client, case, request_):
    promise(
        kept("recording", 6, "months", "requested"),
        {**kept("contract", 1, "days", "requested"), "limit": {"unit": "forever"}},
    )
    facts = facts_for(unit=case.unit, customer=case.customer, events={"requested": START})
    open_obligations(
        request_, decide(facts, START, case.branch), organization=case.branch, customer=case.customer
    )
    client.force_login(case.agent)

    page = client.get(request_.get_absolute_url(), follow=True).content.decode()

    assert "2027-05-23" in page
    assert Retention.objects.get(keeps="contract").last_day is None
    assert page.count('class="list-inline-item"') == 2


def test_what_is_kept_cannot_be_deleted_with_its_document(request_):
    promise(kept("recording", 6, "months", "completed"))
    happened("completed", at=START, document=request_)

    with pytest.raises(ProtectedError):
        Document.objects.get(pk=request_.pk).delete()


def test_the_last_day_is_that_of_the_organisation(case, request_):
    case.branch.time_zone = "UTC"
    case.branch.save()
    one = Retention(organization=case.branch, until=datetime(2031, 1, 1, tzinfo=UTC) + timedelta(hours=1))

    assert one.last_day == date(2031, 1, 1)

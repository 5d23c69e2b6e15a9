"""Campaigns: consent, the frozen list, phone two weeks before, the letter within two days, results."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone
from python_calamine import CalamineWorkbook

from jiannuo.operations.followups.models import Campaign, CampaignEntry, CampaignKind, FollowUp, Letter
from jiannuo.operations.followups.services import (
    ask_for_letters,
    do,
    do_campaign,
    do_letter,
    plan_campaign,
    record_talk,
    set_result,
)
from jiannuo.operations.followups.services.campaigns import make_calls_of
from jiannuo.promises.commitments.services import load_content
from jiannuo.promises.commitments.tests.samples import content, time_clause
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers.models import CustomerTag
from jiannuo.testing import factories


@pytest.fixture
def owners(garage):
    """Five owners of cars: two agree to marketing, one has no phone, one car is scrapped."""
    made = []
    for n in range(5):
        customer = factories.customer(garage.garage, consent_marketing=n < 3)
        customer.addresses.create(detail=f"文三路{n}号", is_primary=True)
        factories.unit(garage.garage, of=customer, model=garage.car.model)
        made.append(customer)
    made[2].phones.all().delete()
    made[1].units.update(status="scrapped")
    garage.car.delete()
    return made


def campaign(garage, kind: str = "免费检测周", days: int = 30, **fields) -> Campaign:
    now = timezone.now()
    return plan_campaign(
        Campaign(
            campaign_kind=CampaignKind.objects.get(name=kind),
            organization=garage.garage,
            title="春季免费检测周",
            text="免费检测刹车、空调、电瓶。",
            place="城西维修站",
            takes_place_at=now + timedelta(days=days),
            **fields,
        ),
        by=garage.manager,
    )


def started(garage, **fields) -> Campaign:
    return do_campaign(campaign(garage, **fields), "start", by=garage.manager)


def call_of(customer) -> FollowUp:
    return FollowUp.objects.get(customer=customer)


def spoken(garage, customer, **said) -> FollowUp:
    call = call_of(customer)
    garage.answer(call, "yes")
    return record_talk(FollowUp.objects.get(pk=call.pk), by=garage.caller, spoken_with="车主", **said)


def test_the_list_is_frozen_and_consent_respected(garage, owners):
    running = started(garage)
    entries = list(running.entries.order_by("customer"))
    assert [one.customer for one in entries] == [owners[0], owners[2]]
    assert (running.opted_out, running.without_phone) == (2, 1)
    factories.unit(garage.garage, of=factories.customer(garage.garage, consent_marketing=True))
    assert running.entries.count() == 2
    call = call_of(owners[0])
    assert call.due_at == running.takes_place_at - timedelta(days=14)
    assert not FollowUp.objects.filter(customer=owners[2]).exists()
    assert make_calls_of(running.pk) == 0  # made once


def test_a_recall_reaches_everybody_and_the_filter_cuts(garage, owners):
    everybody = started(garage, kind="召回、服务行动")
    assert (everybody.entries.count(), everybody.opted_out) == (4, 0)
    with pytest.raises(ValidationError):
        started(garage, query="installed_after=2027-01-01")
    with pytest.raises(ValidationError):
        campaign(garage, query="category=999999")


def test_the_clause_says_by_when_and_is_kept_with_the_last(garage, owners):
    clauses = [
        time_clause(
            "announcement",
            "0",
            id="notice",
            before="appointed",
            when=[{"fact": "subject", "any_of": ["activity"]}],
            limit={"amount": 20, "unit": "days"},
        ),
        time_clause(
            "document",
            "0",
            id="letter",
            start="notified",
            when=[{"fact": "flag", "any_of": ["letter_needed"]}],
            limit={"amount": 3, "unit": "days"},
        ),
    ]
    load_content(content("C27", clauses=clauses), by=None)
    running = started(garage)
    owed = Obligation.objects.get(document=running.pk, metric="announcement")
    assert running.announce_by == owed.due_at == call_of(owners[0]).due_at
    spoken(garage, owners[0], comes="coming", letter=True)
    letter = Letter.objects.get()
    assert letter.due_on == timezone.localdate() + timedelta(days=3)
    assert (running.entries.get(customer=owners[0]).result, letter.mailing) == ("coming", running)
    assert Obligation.objects.get(pk=owed.pk).state == "open"
    ask_for_letters(running, ["waiting"], by=garage.manager)
    by_letter = Letter.objects.get(customer=owners[2])
    for one in (letter, by_letter):
        do_letter(one, "send", by=garage.caller, data={"sent_on": timezone.localdate()})
    assert running.entries.get(customer=owners[2]).result == "announced"
    assert Obligation.objects.get(pk=owed.pk).state == "met"
    assert Obligation.objects.get(metric="document").state == "met"


def test_the_customers_committee_is_invited_by_its_tag_and_its_minutes_are_kept(garage, owners, client):
    for member in owners[:2]:
        member.tags.add(CustomerTag.objects.get_or_create(name="客户委员会")[0])
    running = started(garage, kind="客户委员会会议", audience="customers", query="tag=客户委员会")
    assert set(running.entries.values_list("customer", flat=True)) == {one.pk for one in owners[:2]}

    said = "一、春检预约改为电话加微信；二、常用件价格每季公布。"
    do_campaign(running, "finish", by=garage.manager, data={"minutes": said})

    client.force_login(garage.manager)
    page = client.get(reverse("followups:campaign", args=[running.number])).content.decode()
    assert said in page


def test_without_a_clause_the_table_says_by_when(garage, owners):
    running = started(garage, days=5)
    assert call_of(owners[0]).due_at == running.takes_place_at  # two weeks before has passed
    spoken(garage, owners[0], letter=True)
    assert Letter.objects.get().due_on == timezone.localdate() + timedelta(days=2)


def test_who_is_not_reached_and_what_became_of_the_others(garage, owners):
    running = started(garage)
    do(call_of(owners[0]), "attempt", by=garage.caller, data={"result": "refused"})
    entry = running.entries.get(customer=owners[0])
    assert entry.result == "unreached"
    set_result(entry, "came", by=garage.caller, remark="自己来了")
    entry.refresh_from_db()
    assert (entry.result, entry.remark) == ("came", "自己来了")
    with pytest.raises(PermissionDenied):
        set_result(entry, "came", by=garage.stranger)
    with pytest.raises(ValidationError):
        set_result(entry, "waiting", by=garage.caller)


def test_calling_off_ends_calls_and_letters(garage, owners):
    running = started(garage)
    ask_for_letters(running, ["waiting"], by=garage.manager)
    with pytest.raises(ValidationError):
        ask_for_letters(running, ["waiting"], by=garage.manager)  # they have one
    ended = do_campaign(running, "call_off", by=garage.manager, data={"reason": "台风"})
    assert ended.state == "called_off"
    assert set(FollowUp.objects.values_list("state", flat=True)) == {"dropped"}
    assert set(Letter.objects.values_list("state", flat=True)) == {"dropped"}


def test_refusals(garage, owners):
    planned = campaign(garage)
    for person in (garage.caller, garage.stranger):
        with pytest.raises(PermissionDenied):
            do_campaign(planned, "start", by=person)
    planned.takes_place_at = timezone.now() - timedelta(days=1)
    with pytest.raises(ValidationError):
        plan_campaign(planned, by=garage.manager)


def test_the_pages(client, garage, owners, django_assert_max_num_queries):
    client.force_login(garage.manager)
    day = (timezone.localtime() + timedelta(days=20)).strftime("%Y-%m-%dT%H:%M")
    kind = CampaignKind.objects.get(name="季节性检查")
    data = {
        "campaign_kind": kind.pk,
        "organization": garage.garage.pk,
        "title": "入夏检查",
        "text": "空调检查",
        "takes_place_at": day,
        "audience": "units",
    }
    assert client.get(reverse("followups:campaign_new")).status_code == 200
    response = client.post(reverse("followups:campaign_new"), {**data, "takes_place_at": "2020-01-01T10:00"})
    assert response.status_code == 422
    client.post(reverse("followups:campaign_new"), data)
    planned = Campaign.objects.get()
    audience = reverse("followups:audience", args=[planned.number])
    assert client.get(audience).status_code == 200
    assert client.post(audience, {"installed_min": "2026-01-01", "status": ["in_use"]}).status_code == 302
    with django_assert_max_num_queries(25):
        assert client.get(planned.get_absolute_url(), follow=True).status_code == 200
    running = do_campaign(Campaign.objects.get(), "start", by=garage.manager)
    ask_for_letters(running, ["waiting"], by=garage.manager)
    with django_assert_max_num_queries(25):
        client.get(reverse("followups:campaign", args=[running.number]))
    entries = reverse("followups:entries", args=[running.number])
    with django_assert_max_num_queries(12):
        assert owners[3].name in client.get(entries).content.decode()
    assert client.get(f"{entries}?export=xlsx").status_code == 200
    entry = CampaignEntry.objects.first()
    address = reverse("followups:entry", args=[entry.pk])
    assert client.get(address).status_code == 200
    assert client.post(address, {"result": "waiting"}).status_code == 422
    assert client.post(address, {"result": "came"}).status_code == 302
    printed = client.get(reverse("followups:print_letters", args=[running.number]))
    assert printed["Content-Type"] == "application/pdf"
    book = client.get(reverse("followups:addresses", args=[running.number]))
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0)
    assert any("文三路3号" in row for row in rows.to_python())
    write = reverse("followups:write_letters", args=[running.number])
    assert client.get(write).status_code == 200
    assert client.post(write, {"results": ["waiting"]}).status_code == 422
    client.force_login(garage.stranger)
    for name in (
        "campaign",
        "audience",
        "entries",
        "print_letters",
        "addresses",
        "write_letters",
        "campaign_edit",
    ):
        assert client.get(reverse(f"followups:{name}", args=[running.number])).status_code == 404
    assert client.get(address).status_code == 404

"""The ladder until somebody acknowledges, leave and deputies, evidence, single pauses."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.kernel.files.access import may_read
from jiannuo.office.documents.models import TimelineEntry
from jiannuo.office.notices.models import Delivery, Notice
from jiannuo.promises.commitments.services import decide, facts_for
from jiannuo.promises.obligations import services
from jiannuo.promises.obligations import sweep as sweeping
from jiannuo.promises.obligations.events import ObligationMissed
from jiannuo.promises.obligations.happening import happened
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.recipients import Recipients
from jiannuo.promises.obligations.services import open_obligations
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.testing import factories

from .clauses import promise, within
from .conftest import START, after

pytestmark = pytest.mark.django_db

LADDER = [
    {
        "at": {"anchor": "before_due", "amount": "30"},
        "role": "dispatcher",
        "channels": ["email", "sms"],
        "repeat": "10",
    },
    {"at": {"anchor": "missed", "amount": "20"}, "role": "general_manager"},
]


@pytest.fixture
def owed(case) -> Obligation:
    """Something owed within an hour, that the dispatcher is told of every ten minutes from half an hour before."""
    promise(
        within("answer", 1, "hours", "complained", ladder=LADDER, pausable=["waiting_customer"]), code="L03"
    )
    request = case.request()
    [one] = happened("complained", at=START, document=request, person=case.agent)
    return one


def told(case, kind="obligations.escalated") -> int:
    return Notice.objects.filter(person=case.dispatcher, kind=kind).count()


def step(owed) -> object:
    return owed.steps.get(role="dispatcher")


# The ladder


def test_a_step_is_told_again_until_somebody_acknowledges_it(case, owed):
    for minutes in (29, 30, 35, 40, 50):
        sweep(after(minutes=minutes))
    assert told(case) == 3
    assert step(owed).told == 3

    assert services.acknowledge(owed, by=case.dispatcher, at=after(minutes=51)) == 1
    sweep(after(minutes=59))

    assert told(case) == 3
    assert step(owed).acknowledged_by == case.dispatcher
    assert not Notice.objects.filter(person=case.dispatcher, read_at=None).exists()


def test_what_is_acknowledged_is_still_owed_and_the_ladder_goes_on(case, owed):
    sweep(after(minutes=30))
    services.acknowledge(owed, by=case.dispatcher, at=after(minutes=31))

    sweep(after(minutes=60))
    sweep(after(minutes=80))

    owed.refresh_from_db()
    assert owed.state == "missed"
    assert Notice.objects.filter(person=case.manager, kind="obligations.escalated").count() == 1
    assert owed.next_at is None


def test_it_is_told_no_more_once_it_is_done(case, owed):
    sweep(after(minutes=30))
    services.fulfil(owed.document, "answer", at=after(minutes=35))
    for minutes in (40, 50, 90):
        sweep(after(minutes=minutes))
    assert told(case) == 1


def test_an_unanswered_step_goes_on_after_the_miss(case, owed):
    for minutes in (30, 60, 70, 80):
        sweep(after(minutes=minutes))
    owed.refresh_from_db()
    assert (owed.state, told(case)) == ("missed", 4)
    assert owed.next_at == after(minutes=90)


def test_a_standstill_is_not_made_up_for_by_a_burst(case, owed):
    sweep(after(minutes=30))
    sweep(after(hours=5, minutes=3))
    assert told(case) == 2
    owed.refresh_from_db()
    assert owed.next_at == after(hours=5, minutes=10)


def test_while_the_clock_stands_still_nobody_is_told_again(case, owed):
    sweep(after(minutes=30))
    services.pause(owed.document, "waiting_customer", at=after(minutes=32))
    sweep(after(hours=3))
    assert told(case) == 1

    services.resume(owed.document, at=after(hours=3))
    sweep(after(hours=3, minutes=1))
    assert told(case) == 2


def test_the_channels_of_a_step_outweigh_what_the_person_chose(case, owed, settings):
    settings.APPRISE_URLS = ["json://sms.example.com/{phone}"]
    case.dispatcher.notify_by_email = False
    case.dispatcher.phone = "13800000000"
    case.dispatcher.save()

    sweep(after(minutes=30))

    sent = Delivery.objects.filter(to__in=[case.dispatcher.email, case.dispatcher.phone])
    assert set(sent.values_list("channel", flat=True)) == {"email", "sms"}


def test_only_who_was_told_who_owes_or_who_handles_may_acknowledge(case, owed):
    sweep(after(minutes=30))
    technician = factories.person("technician", at=case.branch)
    auditor = factories.person("auditor", at=case.branch)
    beside = factories.person("dispatcher", at=factories.organization(case.office))
    for stranger in (technician, auditor, beside):
        with pytest.raises(PermissionDenied):
            services.acknowledge(owed, by=stranger)
    assert services.acknowledge(owed, by=case.agent) == 1
    services.fulfil(owed.document, "answer", at=after(minutes=40))
    with pytest.raises(services.ObligationNotOpen):
        services.acknowledge(owed, by=case.dispatcher)


def test_the_inbox_has_the_button_and_it_brings_one_back(client, case, owed):
    sweep(after(minutes=30))
    client.force_login(case.dispatcher)
    inbox = reverse("notices:inbox")
    url = reverse("obligations:acknowledge", args=[owed.pk])
    assert f'action="{url}"' in client.get(inbox).content.decode()

    answer = client.post(url, {"next": inbox})

    assert answer["Location"] == inbox
    assert step(owed).acknowledged_by == case.dispatcher
    assert f'action="{url}"' not in client.get(inbox).content.decode()


def test_the_button_leads_nowhere_else_and_strangers_find_nothing(client, case, owed):
    sweep(after(minutes=30))
    url = reverse("obligations:acknowledge", args=[owed.pk])
    client.force_login(factories.person("dispatcher", at=factories.organization(case.office)))
    assert client.post(url).status_code == 404
    client.force_login(factories.person("technician", at=case.branch))
    assert client.post(url).status_code == 403
    client.force_login(case.dispatcher)
    assert client.post(url, {"next": "https://elsewhere.example.com/"})["Location"] == reverse(
        "notices:inbox"
    )


# Leave


def on_leave(person, **fields):
    person.absent_from = timezone.localdate(START)
    for name, value in fields.items():
        setattr(person, name, value)
    person.save()


def test_the_deputy_of_a_person_on_leave_is_told_instead(case, owed):
    deputy = factories.person("technician", at=case.branch)
    on_leave(case.dispatcher, deputy=deputy)
    sweep(after(minutes=30))
    assert told(case) == 0
    assert Notice.objects.filter(person=deputy, kind="obligations.escalated").count() == 1


def test_after_the_leave_they_are_told_again_themselves(case):
    on_leave(case.dispatcher, absent_until=timezone.localdate(START), deputy=case.agent)
    assert Recipients(START).holding("dispatcher", case.branch) == [case.agent]
    assert Recipients(START + timedelta(days=1)).holding("dispatcher", case.branch) == [case.dispatcher]


def test_deputies_stand_in_for_deputies_and_a_circle_ends(case):
    third = factories.person(at=case.branch)
    second = factories.person(at=case.branch, deputy=third, absent_from=timezone.localdate(START))
    on_leave(case.dispatcher, deputy=second)
    assert Recipients(START).holding("dispatcher", case.branch) == [third]

    on_leave(third, deputy=case.dispatcher)
    assert Recipients(START).holding("dispatcher", case.branch) == []
    assert Recipients(START).escalated_to("dispatcher", case.branch) == [case.manager]


# Misses


def test_a_miss_carries_what_is_owed_instead_with_its_figures(case, monkeypatch):
    heard: list[ObligationMissed] = []
    monkeypatch.setattr(sweeping, "publish", heard.append)
    instead = [
        {"code": "deduction", "text": "每天扣 5%", "share": "0.05", "per": "day"},
        {"code": "compensation", "text": "赔 200 元", "amount": "200"},
    ]
    promise(within("answer", 1, "hours", "complained", consequences=instead), code="L04")
    [one] = happened("complained", at=START, document=case.request())

    sweep(after(hours=1))

    [event] = heard
    assert event.obligation_id == one.pk
    assert [(c.code, c.share, c.amount, c.per) for c in event.consequences] == [
        ("deduction", Decimal("0.05"), None, "day"),
        ("compensation", None, 200, ""),
    ]
    assert (event.organization_id, event.customer_id) == (case.branch.pk, case.customer.pk)


def test_what_a_unit_is_owed_is_warned_of_and_missed_without_a_document(case):
    promise(within("training", 1, "days", "discovered", warn={"fraction": "0.5"}), code="L05")
    [one] = happened("discovered", at=START, unit=case.unit)

    sweep(one.warn_at)
    sweep(one.due_at)

    one.refresh_from_db()
    assert one.state == "missed"
    notice = Notice.objects.filter(person=case.dispatcher, kind="obligations.missed").get()
    assert case.unit.serial in notice.title
    assert notice.url == one.get_absolute_url()


# One obligation


def test_the_clock_of_one_obligation_is_stopped_and_started_by_hand(case, owed):
    services.pause_one(owed, "waiting_customer", by=case.dispatcher, at=after(minutes=10))
    assert Obligation.objects.get(pk=owed.pk).due_at is None
    with pytest.raises(ValidationError):
        services.pause_one(owed, "waiting_customer", by=case.dispatcher, at=after(minutes=11))

    services.resume_one(owed, by=case.dispatcher, at=after(minutes=40))

    assert Obligation.objects.get(pk=owed.pk).due_at == after(minutes=90)
    with pytest.raises(ValidationError):
        services.resume_one(owed, by=case.dispatcher, at=after(minutes=41))


def test_a_clock_is_stopped_only_for_reasons_of_the_clause_and_by_those_who_may(case, owed):
    with pytest.raises(ValidationError):
        services.pause_one(owed, "waiting_parts", by=case.dispatcher, at=after(minutes=10))
    for stranger in (
        factories.person("technician", at=case.branch),
        factories.person("dispatcher", at=factories.organization(case.office)),
    ):
        with pytest.raises(PermissionDenied):
            services.pause_one(owed, "waiting_customer", by=stranger, at=after(minutes=10))


def test_what_was_kept_is_written_down_with_its_proof(client, case, owed):
    owed.started_at = timezone.now() - timedelta(hours=2)
    owed.save(update_fields=["started_at"])
    file = SimpleUploadedFile("call.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj\nendobj\n%%EOF")
    client.force_login(case.dispatcher)
    at = timezone.localtime() - timedelta(hours=1)

    answer = client.post(
        reverse("obligations:keep", args=[owed.pk]),
        {"at": f"{at:%Y-%m-%dT%H:%M}", "text": "电话 10:05", "file": file},
    )

    assert answer.status_code == 302, answer.content.decode()
    [proof] = owed.proofs.all()
    assert (proof.kind, proof.text, proof.by) == ("file", "电话 10:05", case.dispatcher)
    owed.refresh_from_db()
    assert owed.state in ("met", "met_late")
    assert may_read(proof.file, case.manager)
    assert not may_read(proof.file, factories.person("dispatcher", at=factories.organization(case.office)))
    page = client.get(owed.get_absolute_url()).content.decode()
    assert "电话 10:05" in page
    assert proof.file.name in page


@pytest.mark.parametrize("data", [{}, {"at": "2999-01-01T10:00", "text": "x"}, {"at": "soon", "text": "x"}])
def test_without_proof_or_before_its_time_nothing_is_kept(client, case, owed, data):
    client.force_login(case.dispatcher)
    assert client.post(reverse("obligations:keep", args=[owed.pk]), data).status_code == 422
    owed.refresh_from_db()
    assert owed.state == "open"


def test_a_document_is_added_as_evidence_once_found(client, case, owed):
    client.force_login(case.dispatcher)
    url = reverse("obligations:evidence", args=[owed.pk])
    assert client.post(url, {"number": "NO-1"}).status_code == 422
    assert client.post(url, {}).status_code == 422
    assert client.post(url, {"number": owed.document.number}).status_code == 302
    assert [proof.document_id for proof in owed.proofs.all()] == [owed.document_id]


@pytest.mark.parametrize("page", ["keep", "evidence", "pause", "waive"])
def test_the_forms_are_for_those_who_may_within_their_scope(client, case, owed, page):
    url = reverse(f"obligations:{page}", args=[owed.pk])
    client.force_login(factories.person("technician", at=case.branch))
    assert client.get(url).status_code == 403
    client.force_login(factories.person("general_manager", at=factories.organization(case.office)))
    assert client.get(url).status_code == 404
    client.force_login(case.manager)
    assert client.get(url).status_code == 200


def test_the_page_shows_parties_ladder_and_what_may_be_done(
    client, case, owed, django_assert_max_num_queries
):
    sweep(after(minutes=30))
    services.pause(owed.document, "waiting_customer", at=after(minutes=32))
    client.force_login(case.manager)
    with django_assert_max_num_queries(25):
        page = client.get(owed.get_absolute_url())
    text = page.content.decode()
    assert str(case.customer) in text
    assert reverse("obligations:acknowledge", args=[owed.pk]) in text
    assert reverse("obligations:resume", args=[owed.pk]) in text
    assert client.post(reverse("obligations:resume", args=[owed.pk])).status_code == 302
    assert Obligation.objects.get(pk=owed.pk).due_at is not None
    client.force_login(factories.person("general_manager", at=factories.organization(case.office)))
    assert client.get(owed.get_absolute_url()).status_code == 404


def test_the_timeline_tells_who_acknowledged(case, owed):
    sweep(after(minutes=30))
    services.acknowledge(owed, by=case.dispatcher, at=after(minutes=31))
    line = TimelineEntry.objects.get(document_id=owed.document_id, action="acknowledged")
    assert str(case.dispatcher) in line.text


def test_a_request_decided_as_before_keeps_its_keys(case):
    request = case.request()
    decision = decide(facts_for(unit=case.unit, customer=case.customer), START, case.branch)
    open_obligations(request, decision, organization=case.branch, customer=case.customer)
    keys = set(Obligation.objects.filter(document=request).values_list("key", flat=True))
    assert keys == {f"document:{request.pk}:{m}:provider:customer" for m in ("response", "arrival", "repair")}

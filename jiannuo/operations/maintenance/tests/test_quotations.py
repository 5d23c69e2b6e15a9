"""A finding becomes a quotation: priced by the clauses, agreed to in the house, accepted or refused by the customer."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from jiannuo.office.documents.approvals import approve, reject
from jiannuo.office.documents.models import Approval, ApprovalStep, TimelineEntry
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.models import Notice
from jiannuo.operations.maintenance.links import token_of
from jiannuo.operations.maintenance.models import Finding, Quotation, QuotationLine, QuotedFinding
from jiannuo.operations.maintenance.prints import inspection_report
from jiannuo.operations.maintenance.services import (
    AnswerTooLate,
    NotADraft,
    answer_quotation,
    create_quotation,
    do_finding,
    do_quotation,
    draft_report,
    order_job,
    remove_line,
    renew_quotation,
    save_line,
)
from jiannuo.operations.maintenance.subscribers import forget_the_person
from jiannuo.operations.maintenance.tasks import expire_due
from jiannuo.operations.maintenance.tests.conftest import Plant
from jiannuo.operations.maintenance.tests.quoting import CONSENTS, COVER, EMAIL, TIME_TO_DECIDE, Offers
from jiannuo.operations.workorders.models import WorkOrder
from jiannuo.operations.workorders.services import do
from jiannuo.operations.workorders.services.lines import recharge
from jiannuo.promises.commitments.services import load_pack
from jiannuo.promises.obligations.models import Obligation
from jiannuo.registry.customers.events import CustomerErased
from jiannuo.testing import factories


@pytest.fixture
def offers(plant: Plant) -> Offers:
    return Offers(plant)


def accept(quotation: Quotation, **fields: Any) -> Quotation:
    return answer_quotation(quotation, **{"accepted": True, "name": "李工", "consents_to": True, **fields})


# Priced by the clauses


def test_lines_take_name_and_price_from_the_list_and_the_clauses_say_who_pays(offers: Offers) -> None:
    load_pack(COVER, by=None)
    quotation = offers.draft()
    labour, part = quotation.lines.all()
    assert (labour.description, labour.unit_price, labour.payer) == ("更换端子排", 300, "customer")
    assert (part.code, part.covered, part.customer_amount) == ("P-40", True, 0)
    assert (quotation.total, quotation.customer_total) == (Decimal(750), Decimal(300))


def test_without_a_cover_the_customer_pays_the_list_and_tax_is_contained(offers: Offers) -> None:
    quotation = offers.send(tax_percent="13")
    assert (quotation.customer_total, quotation.tax) == (Decimal(750), Decimal("86.28"))


def test_findings_of_one_unit_are_quoted_together_and_others_apart(offers: Offers) -> None:
    plant = offers.plant
    first, second = offers.finding(), offers.finding(text="冷媒压力偏低")
    quotation = offers.draft(first, second)
    assert list(quotation.findings.order_by("pk")) == [first, second]
    with pytest.raises(ValidationError) as twice:
        create_quotation([first], by=plant.dispatcher)
    assert quotation.number in str(twice.value)
    for other in (
        offers.finding(unit=plant.twin, text="y"),
        offers.finding(customer=plant.other, unit=plant.foreign, text="z"),
    ):
        with pytest.raises(ValidationError):
            create_quotation([offers.finding(text="x"), other], by=plant.dispatcher)
    with pytest.raises(ValidationError):
        create_quotation([], by=plant.dispatcher)


def test_two_live_quotations_for_a_finding_are_impossible(offers: Offers) -> None:
    finding = offers.finding()
    offers.draft(finding)
    other = offers.draft(offers.finding(text="other"))
    with pytest.raises(IntegrityError), transaction.atomic():
        QuotedFinding.objects.create(quotation=other, finding=finding)


def test_who_may_not_and_what_cannot_be_written(offers: Offers) -> None:
    plant, quotation = offers.plant, offers.draft()
    line = quotation.lines.first()
    assert line is not None
    for by in (plant.stranger, plant.technician, plant.finance):
        with pytest.raises(PermissionDenied):
            create_quotation([offers.finding(text="x")], by=by)
        with pytest.raises(PermissionDenied):
            save_line(quotation, {"kind": "other", "description": "x"}, by=by)
        with pytest.raises(PermissionDenied):
            remove_line(line, by=by)
        with pytest.raises(PermissionDenied):
            do_quotation(quotation, "send", by=by, data={"email": EMAIL, "valid_days": 3})
    with pytest.raises(ValidationError):
        save_line(quotation, {"kind": "other"}, by=plant.dispatcher)
    with pytest.raises(ValidationError):
        save_line(quotation, {"kind": "other", "description": "x", "quantity": 0}, by=plant.dispatcher)
    sent = offers.send(quotation)
    with pytest.raises(NotADraft):
        save_line(sent, {"kind": "other", "description": "x"}, by=plant.dispatcher)
    with pytest.raises(NotADraft):
        remove_line(line, by=plant.dispatcher)


# Sent


def test_sent_the_finding_is_in_hand_and_the_promise_of_a_quotation_kept(offers: Offers) -> None:
    load_pack(TIME_TO_DECIDE, by=None)
    finding = offers.finding()
    owed = Obligation.objects.get(document=finding, metric="quotation")
    quotation = offers.send(offers.draft(finding), valid_days=None)
    finding.refresh_from_db()
    owed.refresh_from_db()
    assert (finding.state, owed.state, owed.evidence_id) == ("in_hand", "met", quotation.pk)
    # five days, as the clause says, whatever was asked
    assert quotation.valid_until is not None
    assert quotation.valid_until.date() - timezone.now().date() in (timedelta(days=5), timedelta(days=6))
    assert "5天内" in quotation.valid_because
    mine = Obligation.objects.get(document=quotation)
    assert (mine.debtor, mine.state) == ("customer", "open")
    [sent] = [one for one in mail.outbox if one.to == [EMAIL]]
    assert token_of(quotation) in sent.body
    said = TimelineEntry.objects.get(document_id=quotation.pk, kind="message").text
    assert token_of(quotation) not in said
    accept(quotation)
    mine.refresh_from_db()
    assert mine.state == "met"


def test_what_cannot_be_sent_is_refused(offers: Offers) -> None:
    empty = create_quotation([offers.finding()], by=offers.plant.dispatcher)
    with pytest.raises(ValidationError):
        offers.send(empty)
    quotation = offers.draft(offers.finding(text="x"))
    for wrong, field in (
        ({"email": ""}, "email"),
        ({"valid_days": None}, "valid_days"),
        ({"valid_days": 900}, "valid_days"),
    ):
        with pytest.raises(ValidationError) as refused:
            offers.send(quotation, **wrong)
        assert field in refused.value.message_dict
    offers.send(quotation)
    with pytest.raises(ActionNotAllowed):
        offers.send(quotation)


def test_a_price_below_the_list_waits_for_the_consent_of_its_clause(offers: Offers) -> None:
    load_pack(CONSENTS, by=None)
    plant = offers.plant
    quotation = offers.send(offers.draft(unit_price=Decimal(400)))
    assert quotation.state == "draft"
    asked = Approval.objects.get(document=quotation.pk)
    assert (asked.amount, asked.data["consent"]) == (Decimal(50), "discount")
    with pytest.raises(ValidationError):  # it is asked once
        offers.send(quotation)
    approve(ApprovalStep.objects.get(approval=asked), by=plant.manager)
    quotation = Quotation.objects.get(pk=quotation.pk)
    assert (quotation.state, quotation.sent_by) == ("sent", plant.dispatcher)
    assert EMAIL in [one.to[0] for one in mail.outbox]


def test_a_refused_consent_leaves_the_draft_to_be_changed(offers: Offers) -> None:
    load_pack(CONSENTS, by=None)
    plant = offers.plant
    quotation = offers.send(offers.draft(unit_price=Decimal(400)))
    reject(ApprovalStep.objects.get(approval__document=quotation.pk), by=plant.manager, remark="按原价")
    line = QuotationLine.objects.get(quotation=quotation, kind="parts")
    save_line(quotation, {"unit_price": Decimal(450)}, by=plant.dispatcher, line=line)
    assert offers.send(quotation).state == "sent"


def test_two_consents_are_asked_one_after_the_other(offers: Offers) -> None:
    load_pack(CONSENTS, by=None)
    plant = offers.plant
    general = factories.person("general_manager", at=plant.head)
    quotation = offers.send(offers.draft(unit_price=Decimal(440), quantity=Decimal(30)))
    approve(ApprovalStep.objects.get(approval__document=quotation.pk), by=plant.manager)
    assert Quotation.objects.get(pk=quotation.pk).state == "draft"
    second = Approval.objects.get(document=quotation.pk, state="pending")
    assert second.data["consent"] == "quotation"
    approve(ApprovalStep.objects.get(approval=second), by=general)
    assert Quotation.objects.get(pk=quotation.pk).state == "sent"


# Accepted


def test_accepted_the_order_is_made_with_the_lines_as_agreed(offers: Offers) -> None:
    load_pack(COVER, by=None)
    first, second = offers.finding(severity="major"), offers.finding(text="冷媒压力偏低")
    quotation = accept(offers.send(offers.draft(first, second)))
    assert (quotation.state, quotation.answered_by, quotation.way) == ("accepted", "李工", "link")
    assert "300" in quotation.consent
    assert "叁佰元整" in quotation.consent
    order = quotation.order
    assert order is not None
    assert (order.job, order.severity, order.state) == ("repair", "major", "ready")
    assert set(order.links_out.filter(kind="serves").values_list("target", flat=True)) == {
        first.pk,
        second.pk,
    }
    lines = list(order.lines.all())
    assert [(one.description, one.customer_amount) for one in lines] == [
        ("更换端子排", 300),
        ("接线端子排", 0),
    ]
    assert {one.consented_by for one in lines} == {"李工"}
    # what the clauses say later changes nothing of what was agreed
    recharge(order, cause="misuse")
    assert sum(one.customer_amount for one in order.lines.all()) == Decimal(300)
    heard = Notice.objects.get(kind="maintenance.quotation_answered")
    assert heard.person == offers.plant.dispatcher
    first.refresh_from_db()
    assert first.state == "in_hand"


def test_the_finding_goes_on_with_the_order(offers: Offers) -> None:
    finding = offers.finding()
    quotation = accept(offers.send(offers.draft(finding)))
    order = WorkOrder.objects.get(pk=quotation.order_id)
    do(order, "cancel", by=offers.plant.dispatcher, data={"reason": "客户自理"})
    finding.refresh_from_db()
    assert finding.state == "open"


def test_by_phone_the_office_notes_the_answer(offers: Offers) -> None:
    quotation = offers.send()
    data = {"accepted": True, "name": "李工", "way": "phone", "remark": ""}
    with pytest.raises(PermissionDenied):
        do_quotation(quotation, "note_answer", by=offers.plant.stranger, data=data)
    with pytest.raises(ValidationError):
        do_quotation(quotation, "note_answer", by=offers.plant.dispatcher, data={**data, "name": " "})
    quotation = do_quotation(quotation, "note_answer", by=offers.plant.dispatcher, data=data)
    assert (quotation.state, quotation.noted_by, quotation.way) == (
        "accepted",
        offers.plant.dispatcher,
        "phone",
    )
    with pytest.raises(AnswerTooLate):
        accept(quotation)


def test_an_answer_needs_name_consent_and_time(offers: Offers) -> None:
    quotation = offers.send()
    for wrong, field in (({"name": " "}, "name"), ({"consents_to": False}, "consents_to")):
        with pytest.raises(ValidationError) as refused:
            accept(quotation, **wrong)
        assert field in refused.value.message_dict
    with pytest.raises(AnswerTooLate):
        accept(offers.draft(offers.finding(text="x")))
    Quotation.objects.filter(pk=quotation.pk).update(valid_until=timezone.now())
    with pytest.raises(AnswerTooLate):
        accept(quotation)
    data = {"accepted": True, "name": "李工", "way": "phone"}
    with pytest.raises(ValidationError):
        do_quotation(quotation, "note_answer", by=offers.plant.dispatcher, data=data)


# Refused, expired, withdrawn


def test_refused_the_finding_is_closed_with_who_and_when_and_the_report_says_so(offers: Offers) -> None:
    plant = offers.plant
    plant.promise()
    order = plant.done(order_job(plant.job(job="inspection"), by=plant.dispatcher), terminals="no")
    finding = Finding.objects.get(found_in=order.pk)
    answer_quotation(offers.send(offers.draft(finding)), accepted=False, name="李工", remark="自行处理")
    finding = Finding.objects.get(pk=finding.pk)
    assert (finding.state, finding.refused_by, finding.is_open) == ("refused", "李工", False)
    assert finding.refused_at is not None
    assert "自行处理" in finding.result
    assert not Obligation.objects.open().filter(document=finding.pk).exists()
    shown = inspection_report(draft_report([order], by=plant.technician))
    [told] = shown["findings"]
    assert "李工" in told.result
    # the customer changes their mind
    finding = do_finding(finding, "reopen", by=plant.dispatcher, data={"reason": "客户改变主意"})
    assert (finding.state, finding.refused_by, finding.result) == ("open", "", "")
    assert Obligation.objects.open().filter(document=finding.pk, metric="restore").exists()


def test_expired_it_is_closed_once_and_its_sender_hears(offers: Offers) -> None:
    finding = offers.finding()
    quotation = offers.send(offers.draft(finding), valid_days=2)
    assert expire_due(timezone.now() + timedelta(days=1)) == 0
    assert expire_due(timezone.now() + timedelta(days=4)) == 1
    assert expire_due(timezone.now() + timedelta(days=4)) == 0
    quotation, finding = Quotation.objects.get(pk=quotation.pk), Finding.objects.get(pk=finding.pk)
    assert (quotation.state, finding.state) == ("expired", "refused")
    assert quotation.number in finding.result
    assert Notice.objects.filter(kind="maintenance.quotation_answered").count() == 1
    with pytest.raises(AnswerTooLate):
        accept(quotation)


def test_withdrawn_the_finding_is_open_again(offers: Offers) -> None:
    finding = offers.finding()
    quotation = offers.send(offers.draft(finding))
    with pytest.raises(PermissionDenied):
        do_quotation(quotation, "withdraw", by=offers.plant.stranger, data={"reason": "x"})
    do_quotation(quotation, "withdraw", by=offers.plant.dispatcher, data={"reason": "价格有误"})
    finding.refresh_from_db()
    assert finding.state == "open"
    with pytest.raises(AnswerTooLate):
        accept(quotation)


def test_quoted_anew_the_old_one_is_withdrawn_and_its_lines_are_taken_over(offers: Offers) -> None:
    by = offers.plant.dispatcher
    finding = offers.finding()
    old = offers.send(offers.draft(finding, unit_price=Decimal(430)))
    new = renew_quotation(old, by=by)
    old = Quotation.objects.get(pk=old.pk)
    assert (old.state, new.state, new.replaces_id, new.total) == ("withdrawn", "draft", old.pk, Decimal(730))
    with pytest.raises(ValidationError):
        renew_quotation(old, by=by)
    with pytest.raises(PermissionDenied):
        renew_quotation(new, by=offers.plant.stranger)
    with pytest.raises(ActionNotAllowed):
        renew_quotation(new, by=by)
    refused = answer_quotation(offers.send(new), accepted=False, name="李工")
    third = renew_quotation(refused, by=by)
    finding.refresh_from_db()
    assert (finding.state, third.lines.count()) == ("open", 2)
    with pytest.raises(ActionNotAllowed):
        renew_quotation(accept(offers.send(third)), by=by)


def test_another_way_of_settling_the_finding_withdraws_the_question(offers: Offers) -> None:
    plant = offers.plant
    finding, other = offers.finding(), offers.finding(text="冷媒压力偏低")
    quotation = offers.send(offers.draft(finding, other))
    do_finding(finding, "solve", by=plant.dispatcher, data={"result": "已紧固"})
    quotation, other = Quotation.objects.get(pk=quotation.pk), Finding.objects.get(pk=other.pk)
    assert (quotation.state, other.state) == ("withdrawn", "open")
    draft = offers.draft(other)
    do_finding(other, "order_repair", by=plant.dispatcher)
    assert Quotation.objects.get(pk=draft.pk).state == "withdrawn"


def test_an_erased_customer_leaves_neither_address_nor_name(offers: Offers) -> None:
    quotation = answer_quotation(offers.send(), accepted=False, name="李工", remark="自行处理")
    forget_the_person(CustomerErased(customer_id=offers.plant.customer.pk))
    quotation = Quotation.objects.get(pk=quotation.pk)
    finding = quotation.findings.get()
    assert (quotation.email, quotation.answered_by, quotation.remark) == ("", "", "")
    assert (finding.state, finding.refused_by, finding.result) == ("refused", "", "")


def test_sent_to_another_address_the_first_link_ends(offers: Offers) -> None:
    quotation = offers.send()
    first = token_of(quotation)
    by = offers.plant.dispatcher
    with pytest.raises(ValidationError):
        do_quotation(quotation, "resend", by=by, data={"email": "", "phone": ""})
    same = do_quotation(quotation, "resend", by=by, data={"email": EMAIL, "phone": ""})
    assert token_of(same) == first
    moved = do_quotation(quotation, "resend", by=by, data={"email": "boss@client.example", "phone": ""})
    assert token_of(moved) != first

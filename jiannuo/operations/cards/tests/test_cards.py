"""Cards: taken or refused with a clear sentence, recognised, and what follows for the unit, the ledger and the fees."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import override

from jiannuo.office.documents.approvals import approve
from jiannuo.office.documents.models import Approval
from jiannuo.office.documents.services import ActionNotAllowed
from jiannuo.office.notices.models import Notice
from jiannuo.operations.cards.models import CardQuarter, RegistrationCard, UnitStanding
from jiannuo.operations.cards.queries import fees_of
from jiannuo.operations.cards.services import do, submit_card, type_card, upload_photos
from jiannuo.operations.cards.tests.conftest import CONSENT
from jiannuo.operations.tasks.models import Task
from jiannuo.promises.commitments.services import decide, facts_for, load_pack
from jiannuo.promises.obligations.happening import plan_units
from jiannuo.promises.obligations.models import Obligation
from jiannuo.promises.obligations.sweep import sweep
from jiannuo.registry.installedbase.models import OwnershipChange
from jiannuo.testing import factories

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde\x00\x00\x00"
    b"\x0cIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0\x00\x00\x00\x00IEND\xaeB`\x82"
)


def picture(by, name="card.png"):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from jiannuo.kernel.files.services import store

    return store(SimpleUploadedFile(name, PNG, "image/png"), by=by)


def refusal(trade, **fields):
    with override("en"), pytest.raises(ValidationError) as error:
        trade.card(**fields)
    return error.value.message_dict


def swept(at):
    while sweep(at):
        pass


def cover(unit):
    unit.refresh_from_db()
    decision = decide(facts_for(unit=unit, kind="repair"), timezone.now(), unit.organization)
    return decision.cover("parts")


# Refused with a clear sentence


def test_a_second_card_for_the_unit_is_refused_and_names_the_first(trade):
    first = trade.card()
    assert first.number in refusal(trade)["serial"][0]


def test_an_unknown_serial_is_refused_unless_the_setting_allows_it(trade):
    assert "GT9999" in refusal(trade, serial="GT9999", model=trade.model)["serial"][0]
    trade.settings(unknown_serials=True)
    assert "model" in refusal(trade, serial="GT9999")
    card = trade.recognised(serial="GT9999", model=trade.model)
    assert card.unit.customer.name == "李长根"
    assert card.unit.dealer == trade.dealer


@pytest.mark.parametrize(
    ("field", "days", "word"),
    [("sold_on", -1, "still to come"), ("sold_on", 85, "shipped"), ("sold_on", 95, "produced")],
)
def test_an_impossible_day_of_sale_is_refused(trade, field, days, word):
    assert word in refusal(trade, sold_on=trade.ago(days))[field][0]


def test_another_model_and_another_dealers_unit_are_refused(trade):
    wrong = factories.product_model("machinery/agricultural/tiller")
    assert trade.model.code in refusal(trade, model=wrong)["model"][0]
    trade.stock("GT0002", dealer=trade.other)
    assert "another dealer" in refusal(trade, serial="GT0002")["serial"][0]


def test_a_unit_that_is_gone_and_a_used_card_number_are_refused(trade):
    trade.stock("GT0003", status="scrapped")
    assert "Ask us before you sell it" in refusal(trade, serial="GT0003")["serial"][0]
    trade.card(card_number="SB1")
    trade.stock("GT0004")
    assert "SB1" in refusal(trade, serial="GT0004", card_number="SB1")["card_number"][0]


def test_only_the_dealer_hands_in_and_only_the_office_says_when(trade):
    with pytest.raises(PermissionDenied):
        trade.card(by=trade.rival)
    with pytest.raises(PermissionDenied):
        trade.card(received_at=timezone.now() - timedelta(days=3))
    assert trade.card(by=trade.agent, received_at=timezone.now() - timedelta(days=3)).received_at


def test_the_dealer_does_not_recognise_its_own_cards(trade):
    card = trade.card()
    with pytest.raises(PermissionDenied):
        do(card, "check_card", by=trade.clerk)
    with pytest.raises(ActionNotAllowed):
        do(card, "recognise", by=trade.appraiser)


# Recognised


def test_recognising_sets_sale_customer_and_dealer_and_starts_cover(trade):
    card = trade.recognised(price=Decimal(8800))
    unit = trade.unit
    unit.refresh_from_db()
    assert (unit.invoiced_on, unit.dealer, unit.status) == (trade.ago(5), trade.dealer, "sold")
    assert (unit.customer.name, unit.invoice_number, unit.price) == ("李长根", "03318821", Decimal(8800))
    assert unit.address.detail == "村东头12号"
    assert OwnershipChange.objects.get(unit=unit).changed_on == trade.ago(5)
    owed = Obligation.objects.get(unit=unit, metric="registration")
    assert (owed.state, owed.evidence_id, owed.organization) == ("met", card.pk, trade.dealer)
    assert UnitStanding.objects.get(unit=unit).state == "in_time"
    assert (cover(unit).in_warranty, cover(unit).payer) == (True, "manufacturer")
    assert Notice.objects.filter(person=trade.clerk, kind="cards.recognised").exists()


def test_a_known_customer_is_found_again_by_name_and_phone(trade):
    known = factories.customer(trade.dealer, phone="+8613800138000", name="李长根")
    assert trade.recognised().customer == known
    assert known.addresses.count() == 1


def test_a_late_card_is_known_as_late_and_the_dealer_pays(trade):
    trade.recognised(sold_on=trade.ago(40))
    standing = UnitStanding.objects.get(unit=trade.unit)
    assert (standing.state, standing.why) == ("late", "售出20天内返回三包回执卡。")
    assert cover(trade.unit).payer == "dealer"
    assert Obligation.objects.get(unit=trade.unit, metric="registration").state == "met_late"


def test_a_late_card_is_excused_by_a_manager_or_by_the_consent_that_a_clause_wants(trade):
    card = trade.recognised(sold_on=trade.ago(40))
    with pytest.raises(PermissionDenied):
        do(card, "excuse", by=trade.appraiser, data={"reason": "邮路中断"})
    load_pack(CONSENT, by=None)
    card = do(card, "excuse", by=trade.manager, data={"reason": "邮路中断"})
    assert card.excused_at is None
    approve(Approval.objects.get().steps.get(), by=trade.director)
    card.refresh_from_db()
    assert card.excuse_reason == "邮路中断"
    assert UnitStanding.objects.get(unit=trade.unit).state == "excused"
    assert cover(trade.unit).payer == "manufacturer"


def test_the_dealer_is_reminded_before_the_day_and_a_miss_is_not_recognised(
    trade, monkeypatch, django_capture_on_commit_callbacks
):
    trade.unit.invoiced_on = trade.ago(1)
    trade.unit.status = "sold"
    trade.unit.save()
    plan_units()
    owed = Obligation.objects.get(unit=trade.unit, metric="registration")
    assert UnitStanding.objects.get(unit=trade.unit).state == "awaited"
    swept(owed.due_at - timedelta(hours=47))
    assert Notice.objects.filter(person=trade.clerk).exists()
    monkeypatch.undo()
    with django_capture_on_commit_callbacks(execute=True):
        swept(owed.due_at + timedelta(minutes=1))
    assert UnitStanding.objects.get(unit=trade.unit).state == "overdue"
    assert cover(trade.unit).payer == "dealer"
    assert Task.objects.get(obligation=owed).task_kind == "forfeiture"


def test_a_card_in_time_that_is_read_late_counts_as_in_time(trade):
    trade.unit.invoiced_on = trade.ago(1)
    trade.unit.save()
    plan_units()
    card = trade.card(sold_on=trade.ago(1))
    owed = Obligation.objects.get(unit=trade.unit, metric="registration")
    swept(owed.due_at + timedelta(minutes=1))
    trade.recognised(card)
    assert UnitStanding.objects.get(unit=trade.unit).state == "in_time"
    assert Task.objects.get(obligation=owed).state == "dropped"


def test_a_refused_card_makes_room_for_another_and_a_falsified_one_forfeits_the_quarter(trade):
    trade.stock("GT0002")
    trade.recognised(serial="GT0002", phone="13900139000")
    quarter = CardQuarter.objects.get()
    assert (quarter.cards, quarter.in_time) == (1, 1)
    assert fees_of(quarter)[0].amount == Decimal(15)
    card = trade.recognised()
    do(card, "revoke", by=trade.appraiser, data={"refusal": "falsified", "reason": "客户说没有买过"})
    quarter.refresh_from_db()
    assert (quarter.cards, quarter.falsified) == (1, 1)
    assert (fees_of(quarter)[0].amount, fees_of(quarter)[0].effect) == (Decimal(0), "forfeited")
    assert UnitStanding.objects.get(unit=trade.unit).state == "refused"
    assert cover(trade.unit).payer == "dealer"
    assert trade.card().state == "submitted"


def test_sent_back_and_mended_keeps_its_day(trade):
    card = do(trade.card(), "send_back", by=trade.agent, data={"reason": "电话少一位"})
    assert Notice.objects.filter(person=trade.clerk, kind="cards.sent_back").exists()
    mended = type_card(card, by=trade.clerk, entry=trade.entry(phone="13800138001"))
    assert (mended.state, mended.phone, mended.received_at) == (
        "submitted",
        "+8613800138001",
        card.received_at,
    )


def test_a_picture_is_typed_in_by_a_clerk(trade):
    (card,) = upload_photos(by=trade.clerk, dealer=trade.dealer, photos=[picture(trade.clerk)])
    assert (card.state, card.serial) == ("to_type", "")
    with pytest.raises(PermissionDenied):
        type_card(card, by=trade.rival, entry=trade.entry())
    typed = type_card(card, by=trade.agent, entry=trade.entry())
    assert (typed.state, typed.unit, typed.way) == ("submitted", trade.unit, "photo")


def test_a_picture_can_be_demanded(trade):
    trade.settings(photo_required=True)
    assert "photos" in refusal(trade)
    card = submit_card(by=trade.clerk, entry=trade.entry(), way=RegistrationCard.Way.API)
    with override("en"), pytest.raises(ValidationError, match="photo"):
        do(card, "check_card", by=trade.agent)

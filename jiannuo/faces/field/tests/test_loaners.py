"""Loaners without network: lent at the customer and taken back there, sent later, once; and what is refused."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.bench.models import Loan, LoanEquipment, LoanStep
from jiannuo.operations.bench.services import save_equipment
from jiannuo.operations.bench.tests.scene import House
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.obligations.models import Obligation


@pytest.fixture
def house(db) -> House:
    return House()


@pytest.fixture
def order(house):
    """A job of the technician at the customer's."""
    return house.firm.order_in("on_site")


@pytest.fixture
def phone(client, house):
    client.force_login(house.technician)
    return client


def hello(phone):
    return phone.get(reverse("field:hello")).json()["loans"]


def send(phone, piece, step, key="", at=None, **data):
    values = {"key": key, **data}
    if at is not None:
        values["at"] = at.isoformat()
    return phone.post(reverse("field:send_loan", args=[f"L{piece.pk}", step]), values)


def photo():
    return SimpleUploadedFile("a.png", scene.drawing(), content_type="image/png")


def lent(order, **data):
    """What the phone sends when a piece was lent."""
    return {
        "order": order.number,
        "reason": "修理期间",
        "condition": "完好",
        "signed_by": "张伟",
        "signature": scene.signature_text(),
        **data,
    }


def refused(answer):
    return answer.status_code, answer.json()["code"]


# Taking along


def test_the_pool_and_what_is_out_come_along(house, phone):
    found = hello(phone)
    assert [(row["id"], row["serial"], row["grade"]) for row in found["pool"]] == [
        (house.piece.pk, "BJ-001", 5)
    ]
    loan = house.lend(customer=house.customer, reason="修理期间", meter=Decimal("12.50"))
    found = hello(phone)
    assert found["pool"] == []
    assert [(row["number"], row["piece"], row["meter"]) for row in found["out"]] == [
        (loan.number, house.piece.pk, "12.5")
    ]


def test_strangers_neither_see_nor_lend_a_piece(house, client, order):
    elsewhere = scene.make_technician(house.firm.other_dealer)
    for person, status in ((None, 401), (house.reader, 403), (elsewhere, 404)):
        client.logout()
        if person is not None:
            client.force_login(person)
        assert send(client, house.piece, "lend", **lent(order)).status_code == status
    assert hello(client) == {"pool": [], "out": []}
    assert not Loan.objects.exists()
    client.force_login(house.technician)
    for wrong in ("L0", "Lx", "12345678901234567890"):
        address = reverse("field:send_loan", args=[wrong, "lend"])
        assert refused(client.post(address, lent(order))) == (404, "unknown")
    assert refused(send(client, house.piece, "lend", **{**lent(order), "order": "WO-none"})) == (
        404,
        "unknown",
    )
    assert refused(send(client, house.piece, "give")) == (404, "unknown")


# Lending and taking back


@pytest.mark.parametrize("times", [1, 2])
def test_lent_and_taken_back_at_their_own_times_and_once(house, phone, order, times):
    at = timezone.now() - timedelta(hours=5)
    due = timezone.localdate() + timedelta(days=3)
    owed = Obligation.objects.create(
        organization=order.organization,
        document_id=order.pk,
        metric="loaner",
        text="一日内提供备机",
        started_at=at,
        due_at=at + timedelta(hours=24),
    )
    for turn in range(times):
        shown = {"photo-0": photo(), "photo-1": photo(), "taken": f"{at.isoformat()},"}
        answer = send(
            phone, house.piece, "lend", "a", at, **lent(order, due_on=due.isoformat(), meter="10"), **shown
        )
        assert answer.status_code == 200, answer.content.decode()
        assert answer.json().get("again", False) == (turn > 0)
    loan = Loan.objects.get()
    assert (loan.lent_at, loan.customer, loan.order_id, loan.meter_out) == (
        at,
        order.customer,
        order.pk,
        Decimal(10),
    )
    assert timezone.localdate(loan.due_back_at) == due
    assert loan.attachments.filter(purpose="before").count() == 2
    assert loan.signature is not None
    owed.refresh_from_db()
    assert (owed.state, owed.met_at) == ("met", at)

    back = {"loan": "a", "returned_by": "张伟", "condition": "机壳有裂纹", "meter": "12"}
    damage = {"damage": "机壳开裂", "amount": "80", "usable": "no"}
    for _turn in range(times):
        files = {"photo-0": photo()}
        answer = send(
            phone, house.piece, "take-back", "b", at + timedelta(hours=2), **back, **damage, **files
        )
        assert answer.status_code == 200, answer.content.decode()
    loan.refresh_from_db()
    house.piece.refresh_from_db()
    assert (loan.state, loan.returned_at) == ("returned", at + timedelta(hours=2))
    assert (loan.damage_amount, house.piece.state) == (Decimal(80), "repair")
    assert loan.attachments.filter(purpose="after").count() == 1
    assert LoanStep.objects.count() == 2


def test_a_clock_that_is_wrong_by_a_day_lends_neither_tomorrow_nor_before_it_came_back(house, phone, order):
    before = timezone.now()
    loan = house.lend(customer=house.customer, reason="试用")
    house.take_back(loan)
    came_back = Loan.objects.get().returned_at
    send(phone, house.piece, "lend", "a", timezone.now() - timedelta(days=1), **lent(order))
    loan = Loan.objects.get(state="out")
    assert loan.lent_at == came_back

    send(
        phone,
        house.piece,
        "take-back",
        "b",
        timezone.now() + timedelta(days=1),
        loan=loan.number,
        returned_by="张伟",
        condition="完好",
    )
    loan.refresh_from_db()
    assert before <= loan.returned_at <= timezone.now()


# Refused


def test_a_piece_that_somebody_else_lent_meanwhile_is_said_and_another_one_can_be_sent(house, phone, order):
    loan = house.lend(customer=house.customer, reason="柜台借出")
    answer = send(phone, house.piece, "lend", "a", **lent(order))
    assert refused(answer) == (409, "gone")
    assert loan.number in answer.json()["text"]
    assert not LoanStep.objects.exists()

    other = save_equipment(
        LoanEquipment(organization=house.dealer, model=house.unit.model, serial="BJ-002"), by=house.manager
    )
    assert send(phone, other, "lend", "b", **lent(order)).json()["done"]
    house.take_back(loan)
    assert send(phone, house.piece, "lend", "a", **lent(order)).json()["done"]


def test_what_came_back_at_the_counter_meanwhile_is_refused_in_words(house, phone):
    loan = house.lend(customer=house.customer, reason="修理期间")
    house.take_back(loan)
    answer = send(
        phone, house.piece, "take-back", "a", loan=loan.number, returned_by="张伟", condition="完好"
    )
    assert refused(answer) == (409, "state")
    foreign = send(phone, house.piece, "take-back", "b", loan="never", returned_by="x", condition="x")
    assert refused(foreign) == (409, "changed")


@pytest.mark.parametrize("missing", ["signature", "signed_by", "condition", "reason"])
def test_nothing_is_lent_without_signature_name_condition_and_reason(house, phone, order, missing):
    answer = send(phone, house.piece, "lend", "a", **lent(order, **{missing: ""}))
    assert refused(answer) == (422, "invalid")
    assert answer.json()["details"]
    assert not Loan.objects.exists()


def test_a_meter_that_ran_back_and_a_damage_without_words_are_refused(house, phone, order):
    send(phone, house.piece, "lend", "a", **lent(order, meter="10"))
    back = {"loan": "a", "returned_by": "张伟", "condition": "完好"}
    assert refused(send(phone, house.piece, "take-back", "b", **back, meter="9")) == (422, "invalid")
    assert refused(send(phone, house.piece, "take-back", "b", **back, meter="11", amount="5")) == (
        422,
        "invalid",
    )
    assert Loan.objects.get().is_out


def test_where_a_consent_is_wanted_it_is_asked_for_once_and_the_loan_waits(house, phone, order, monkeypatch):
    from jiannuo.operations.workorders import consents

    needed = consents.Needed("loan", ("department_manager",), (), None)
    monkeypatch.setattr(consents, "needed", lambda *_args, **_more: needed)
    monkeypatch.setattr(consents, "given", lambda *_args, **_more: False)
    for _turn in range(2):
        answer = send(phone, house.piece, "lend", "a", **lent(order))
        assert refused(answer) == (409, "consent")
        assert answer.json()["text"]
    assert order.approvals.count() == 1
    assert not Loan.objects.exists()
    monkeypatch.undo()
    assert send(phone, house.piece, "lend", "a", **lent(order)).json()["done"]

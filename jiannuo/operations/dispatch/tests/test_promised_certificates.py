"""A clause that names certificates: who lacks one is not given the order, not offered, not planned, and marked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.dispatch.board.absence import suggest
from jiannuo.operations.dispatch.board.services import Placement, Refused, place
from jiannuo.operations.dispatch.planning import services as planning
from jiannuo.operations.dispatch.planning.services import proposing
from jiannuo.operations.dispatch.queries import need_of, suitable
from jiannuo.operations.workforce.certificates import promised_in
from jiannuo.operations.workforce.models import Certificate, CertificateKind, Shift, Skill
from jiannuo.operations.workforce.services import save_certificate
from jiannuo.operations.workorders.services import do
from jiannuo.operations.workorders.tests import scene
from jiannuo.promises.commitments.services import load_pack
from jiannuo.testing import factories

pytestmark = pytest.mark.django_db
LETTER = """
code: HEIGHT
name: 登高作业承诺
kind: maker
owner: 厂家
scope:
  product: appliance
labels:
  crane: 起重作业证
clauses:
  - id: holders-only
    kind: approval
    text: 维修由持登高证的人上门。
    source: {document: 承诺书, article: 一}
    when:
      request_kind: repair
    subject: assignment
    certificates: [%s]
"""


@pytest.fixture
def shop(firm: Any) -> Any:
    """Two technicians at work tomorrow; the promise lets only holders of the permit for work at height repair."""
    load_pack(LETTER % "work_at_height", by=None)
    for person in (firm.technician, firm.colleague):
        Skill.objects.create(technician=person.technician, category=firm.unit.model.category, level=4)
        Shift.objects.create(
            technician=person.technician, starts_at=scene.tomorrow(8), ends_at=scene.tomorrow(18)
        )
    return firm


@pytest.fixture
def permit(shop):
    return CertificateKind.objects.create(name="高处作业证", code="work_at_height")


def certify(person, kind, **fields):
    return Certificate.objects.create(
        technician=person.technician, kind=kind, number=f"G{person.pk}", **fields
    )


def asked(shop, **fields):
    """An order that came without a decision: the promises are asked for it alone."""
    return shop.order(decision=None, **fields)


def give(shop, order, person, **data):
    return do(order, "assign", by=shop.dispatcher, data={"technician": person, **data})


def put(shop, order, person, hour=9):
    placement = Placement(person, scene.tomorrow(hour), scene.tomorrow(hour + 1))
    return place(order, placement, by=shop.dispatcher)


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({"decision": None}, ["work_at_height"]),
        ({"decision": None, "job": "maintenance"}, []),
        ({"decision": {"decided_at": "2026-11-02T01:00:00+00:00"}}, []),
        (
            {
                "decision": {
                    "decided_at": "2026-11-02T01:00:00+00:00",
                    "approvals": [{"subject": "assignment", "certificates": ["crane", "welding"]}],
                }
            },
            ["crane", "welding"],
        ),
    ],
)
def test_what_is_asked_is_frozen_with_the_order(shop, fields, codes):
    order = shop.order(**fields)
    order.refresh_from_db()
    assert order.certificates == codes
    assert promised_in(None) == promised_in({}) == []


@pytest.mark.parametrize(
    ("held", "allowed"),
    [
        ({}, True),
        ({"expires_on": 1}, True),
        ({"expires_on": 0}, False),
        ({"issued_on": 2}, False),
        ({"issued_on": 1, "expires_on": 400}, True),
        (None, False),
    ],
)
def test_the_order_is_given_only_to_who_holds_it_on_the_day(shop, permit, held, allowed):
    if held is not None:
        today = timezone.localdate()
        certify(
            shop.technician, permit, **{name: today + timedelta(days=days) for name, days in held.items()}
        )
    order = asked(shop)
    appointment = {"appointment_from": scene.tomorrow(9), "appointment_to": scene.tomorrow(11)}

    if allowed:
        assert give(shop, order, shop.technician, **appointment).state == "dispatched"
    else:
        with pytest.raises(ValidationError, match="高处作业证"):
            give(shop, order, shop.technician, **appointment)
        with pytest.raises(Refused, match="高处作业证"):
            put(shop, asked(shop), shop.technician)


@pytest.mark.parametrize(("code", "name"), [("work_at_height", "高处作业"), ("crane", "起重作业证")])
def test_a_kind_that_nobody_entered_keeps_everybody_out_and_is_named(firm, code, name):
    load_pack(LETTER % code, by=None)
    with pytest.raises(ValidationError, match=name):
        give(firm, asked(firm), firm.technician)


def test_holders_come_first_among_the_suitable_and_others_are_marked(shop, permit):
    certify(shop.colleague, permit)
    order = asked(shop)

    fits = suitable(order, need_of(order), user=shop.dispatcher)

    assert fits[0].candidate.key == shop.colleague.pk
    assert "certificate_missing" in {note.code for note in fits[-1].warnings}


def test_a_visit_on_the_board_is_marked_once_the_certificate_is_gone_and_the_pulse_tells(
    shop, permit, client
):
    held = certify(shop.technician, permit)
    order = put(shop, asked(shop), shop.technician)
    client.force_login(shop.dispatcher)
    day = f"?day={scene.tomorrow(9).date().isoformat()}"
    pulse = reverse("dispatch:board_pulse") + day

    def warnings():
        jobs = client.get(reverse("dispatch:board_data") + day).json()["jobs"]
        return next(one["w"] for one in jobs if one["n"] == order.number)

    assert not any("高处作业证" in text for text in warnings())
    tag = client.get(pulse)["ETag"]
    assert client.get(pulse, headers={"If-None-Match": tag}).status_code == 304
    save_certificate(
        held, kind=permit, number=held.number, expires_on=timezone.localdate(), by=shop.dispatcher
    )

    changed = client.get(pulse, headers={"If-None-Match": tag})
    assert changed.status_code == 204
    assert "高处作业证" in client.get(order.get_absolute_url(), follow=True).content.decode()
    assert any("高处作业证" in text for text in warnings())
    assert "高处作业证" in client.get(reverse("dispatch:board_order", args=[order.number])).content.decode()
    tags = {changed["ETag"]}
    for change in (
        lambda: held.delete(),
        lambda: CertificateKind.objects.update(code=""),
        lambda: permit.categories.add(shop.unit.model.category),
        lambda: Skill.objects.filter(technician=shop.technician.technician).update(
            expires_on=timezone.localdate()
        ),
    ):
        change()
        tags.add(client.get(pulse)["ETag"])
    assert len(tags) == 5


def test_when_somebody_is_ill_only_holders_are_suggested(shop, permit):
    certify(shop.technician, permit)
    put(shop, asked(shop), shop.technician)
    span = (scene.tomorrow(8), scene.tomorrow(18))

    [found] = suggest(shop.technician.technician, *span, by=shop.dispatcher)
    assert found.options == []
    certify(shop.colleague, permit)
    [found] = suggest(shop.technician.technician, *span, by=shop.dispatcher)
    assert [option.technician.user for option in found.options] == [shop.colleague]


def propose(shop):
    first_day = scene.tomorrow(9).date()
    return planning.propose(
        by=shop.dispatcher, organization=shop.dealer, first_day=first_day, improving=False
    )


@pytest.mark.parametrize("by_product", [False, True])
def test_the_plan_of_a_day_gives_it_to_a_holder_or_names_what_is_missing(
    shop, permit, client, monkeypatch, by_product
):
    monkeypatch.setattr(proposing, "FIRST_SECONDS", 0.05)
    if by_product:
        permit.code = ""
        permit.save()
        permit.categories.add(factories.category("appliance"))
    order = asked(shop, latitude=30.25, longitude=120.17)
    client.force_login(shop.dispatcher)
    if by_product:
        order.certificates = []
        order.save(update_fields=["certificates"])

    proposal = propose(shop)
    item = proposal.items.get()
    assert (item.technician, item.reason, item.lacking) == (None, "uncertified", ["高处作业证"])
    assert "高处作业证" in client.get(proposal.get_absolute_url()).content.decode()
    answer = client.get(f"/api/v1/plans/{proposal.pk}/").json()
    assert [one["lacking"] for one in answer["orders"]] == [["高处作业证"]]

    certify(shop.colleague, permit, expires_on=scene.tomorrow(9).date())
    assert [one.technician for one in propose(shop).items.all()] == [shop.colleague]


def test_the_table_of_kinds_names_what_promises_ask_for_and_nobody_entered(
    shop, client, django_assert_max_num_queries
):
    client.force_login(factories.person("general_manager", at=shop.head))
    kinds, new = reverse("workforce:certificate_kinds"), reverse("workforce:certificate_kind_new")
    with django_assert_max_num_queries(12):
        page = client.get(kinds).content.decode()
    assert f"{new}?code=work_at_height" in page

    form = client.get(new, {"code": "work_at_height"}).context["form"]
    assert form.initial["code"] == "work_at_height"
    data = {"name": form.initial["name"], "remind_days": 30, "code": "work_at_height"}
    assert client.post(new, {**data, "code": "strange"}).status_code == 422
    assert client.post(new, data).status_code == 302
    assert client.post(new, {**data, "name": "另一种"}).status_code == 422

    assert CertificateKind.objects.get().code == "work_at_height"
    assert f"{new}?code=work_at_height" not in client.get(kinds).content.decode()

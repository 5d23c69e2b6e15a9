"""Quotations on the pages of the office and on the customer's link."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jiannuo.operations.maintenance.links import LASTS, token_of
from jiannuo.operations.maintenance.models import Finding, Quotation
from jiannuo.operations.maintenance.services import create_quotation, do_quotation, renew_quotation
from jiannuo.operations.maintenance.tests.conftest import Plant
from jiannuo.operations.maintenance.tests.quoting import COVER, EMAIL, TIME_TO_DECIDE, Offers
from jiannuo.promises.commitments.services import load_pack


@pytest.fixture
def offers(plant: Plant) -> Offers:
    cache.clear()
    return Offers(plant)


def own(document: Any) -> str:
    """The address of a document's page in the office."""
    return reverse(document.URL_NAME, args=[document.number])


def page(quotation: Quotation) -> str:
    return reverse("portal:quotation", args=[token_of(quotation)])


def yes(**fields: Any) -> dict[str, Any]:
    return {"answer": "yes", "name": "李工", "consents_to": "on", **fields}


# The office


def test_from_the_finding_to_the_quotation_that_was_sent(offers: Offers, client: Client) -> None:
    plant, finding = offers.plant, offers.finding()
    other = offers.finding(text="冷媒压力偏低")
    client.force_login(plant.dispatcher)
    address = reverse("maintenance:quotation_new", args=[finding.number])
    assert address in client.get(own(finding)).content.decode()
    assert other.number in client.get(address).content.decode()
    assert client.post(address, {}).status_code == 422
    assert client.post(address, {"findings": [finding.pk, other.pk]}).status_code == 302
    quotation = Quotation.objects.get()
    new = reverse("maintenance:quotation_line_new", args=[quotation.number])
    assert client.get(new).status_code == 200
    assert client.post(new, {"kind": "labour", "quantity": "1"}).status_code == 422
    line = {"kind": "parts", "part": offers.part.pk, "quantity": "2", "unit_price": ""}
    assert client.post(new, line).status_code == 302
    [made] = quotation.lines.all()
    edit = reverse("maintenance:quotation_line", args=[quotation.number, made.pk])
    assert client.get(edit).status_code == 200
    assert client.post(edit, {**line, "unit_price": "420"}).status_code == 302
    remove = reverse("maintenance:quotation_line_remove", args=[quotation.number, made.pk])
    assert client.get(remove).status_code == 200
    send = reverse("documents:action", args=[quotation.number, "send"])
    assert client.get(send).status_code == 200
    assert client.post(send, {"email": EMAIL, "valid_days": "10", "tax_percent": "13"}).status_code == 302
    quotation = Quotation.objects.get()
    assert (quotation.state, quotation.total) == ("sent", Decimal(840))
    # what was sent does not change
    for url, data in ((new, line), (edit, line), (remove, {})):
        assert client.post(url, data).status_code == 409
    again = reverse("maintenance:quotation_again", args=[quotation.number])
    assert client.get(again).status_code == 200
    assert client.post(again).status_code == 302
    assert client.post(again).status_code == 409
    assert Quotation.objects.count() == 2


def test_the_page_says_who_pays_and_why_within_its_budget(
    offers: Offers, client: Client, django_assert_max_num_queries: Any
) -> None:
    load_pack(COVER, by=None)
    quotation = offers.send()
    client.force_login(offers.plant.dispatcher)
    with django_assert_max_num_queries(25):
        text = client.get(own(quotation)).content.decode()
    assert "备件免费" in text or "parts-free" in text
    finding = quotation.findings.get()
    with django_assert_max_num_queries(25):
        assert quotation.number in client.get(own(finding)).content.decode()
    printed = client.get(reverse("printing:print", args=["F40", quotation.pk]))
    assert printed["Content-Type"] == "application/pdf"


def test_the_list_keeps_its_budget(
    offers: Offers, client: Client, django_assert_max_num_queries: Any
) -> None:
    client.force_login(offers.plant.dispatcher)
    address = reverse("maintenance:quotations")
    for number in range(1, 4):
        offers.send(offers.draft(offers.finding(text=f"隐患{number}")))
        with django_assert_max_num_queries(12):
            assert client.get(address).status_code == 200
    assert client.get(address + "?state=accepted").status_code == 200


def test_a_clause_that_says_how_long_leaves_no_days_to_ask_for(offers: Offers, client: Client) -> None:
    load_pack(TIME_TO_DECIDE, by=None)
    quotation = offers.draft()
    client.force_login(offers.plant.dispatcher)
    text = client.get(reverse("documents:action", args=[quotation.number, "send"])).content.decode()
    assert "5天内" in text
    assert 'type="hidden" name="valid_days"' in text


def test_strangers_and_those_who_only_read(offers: Offers, client: Client) -> None:
    quotation = offers.draft()
    finding = quotation.findings.get()
    line = quotation.lines.first()
    assert line is not None
    addresses = [
        reverse("maintenance:quotation_new", args=[finding.number]),
        reverse("maintenance:quotation_again", args=[quotation.number]),
        reverse("maintenance:quotation_line_new", args=[quotation.number]),
        reverse("maintenance:quotation_line", args=[quotation.number, line.pk]),
        reverse("maintenance:quotation_line_remove", args=[quotation.number, line.pk]),
    ]
    client.force_login(offers.plant.stranger)
    assert {client.get(url).status_code for url in [*addresses, own(quotation)]} == {404}
    client.force_login(offers.plant.technician)
    assert client.get(own(quotation)).status_code == 200
    assert {client.get(url).status_code for url in addresses} == {403}


def test_the_api_shows_and_acts(offers: Offers, client: Client) -> None:
    quotation = offers.draft()
    client.force_login(offers.plant.dispatcher)
    found = client.get(f"/api/v1/quotations/{quotation.number}/").json()
    assert (found["state"], found["customer_total"], len(found["lines"])) == ("draft", "750.00", 2)
    act = f"/api/v1/quotations/{quotation.number}/actions/send/"
    wrong = client.post(act, {"email": ""}, "application/json", headers={"Idempotency-Key": "a"})
    assert wrong.status_code == 422
    right = {"email": EMAIL, "valid_days": 5}
    sent = client.post(act, right, "application/json", headers={"Idempotency-Key": "b"})
    assert sent.json()["state"] == "sent"
    client.force_login(offers.plant.stranger)
    assert client.get(f"/api/v1/quotations/{quotation.number}/").status_code == 404


# The customer


def test_the_customer_accepts_on_the_link(offers: Offers, client: Client) -> None:
    load_pack(COVER, by=None)
    quotation = offers.send(tax_percent="13", note="含上门费")
    text = client.get(page(quotation)).content.decode()
    for shown in ("接线端子发热变色", "更换端子排", "300.00", "叁佰元整", "含上门费"):
        assert shown in text
    assert client.post(page(quotation), yes()).status_code == 302
    text = client.get(page(quotation)).content.decode()
    assert "李工" in text
    assert "data-unsaved" not in text  # nothing is asked any more
    assert client.post(page(quotation), yes(answer="no")).status_code == 409
    assert Quotation.objects.get(pk=quotation.pk).state == "accepted"
    pdf = client.get(reverse("portal:quotation_pdf", args=[token_of(quotation)]))
    assert pdf["Content-Type"] == "application/pdf"
    assert "no-store" in pdf["Cache-Control"]


def test_the_customer_refuses_on_the_link(offers: Offers, client: Client) -> None:
    quotation = offers.send()
    assert client.post(page(quotation), {"answer": "no", "name": "李工", "remark": "太贵"}).status_code == 302
    assert Finding.objects.get(quotations=quotation).state == "refused"
    assert client.get(page(quotation)).status_code == 200


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"answer": ""}, "answer"), ({"name": " "}, "name"), ({"consents_to": ""}, "consents_to")],
)
def test_an_answer_that_lacks_something(offers: Offers, client: Client, wrong: Any, field: str) -> None:
    quotation = offers.send()
    response = client.post(page(quotation), yes(**wrong))
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert Quotation.objects.get(pk=quotation.pk).state == "sent"


def test_links_that_are_replaced_withdrawn_expired_broken_or_of_drafts(
    offers: Offers, client: Client
) -> None:
    by = offers.plant.dispatcher
    draft = create_quotation([offers.finding(text="x")], by=by)
    assert client.get(page(draft)).status_code == 410
    quotation = offers.send()
    token = token_of(quotation)
    for broken in ("x", token[:-1], token.replace(str(quotation.pk), str(draft.pk), 1)):
        assert client.get(reverse("portal:quotation", args=[broken])).status_code == 404
    new = renew_quotation(quotation, by=by)
    replaced = client.get(page(quotation))
    assert replaced.status_code == 410
    assert "更换" in replaced.content.decode() or "replaced" in replaced.content.decode()
    assert token_of(new) not in replaced.content.decode()
    assert client.post(page(quotation), yes()).status_code == 410
    new = offers.send(new)
    do_quotation(new, "withdraw", by=by, data={"reason": "x"})
    assert client.get(page(new)).status_code == 410
    assert client.get(reverse("portal:quotation_pdf", args=[token_of(new)])).status_code == 410
    late = offers.send(offers.draft(offers.finding(text="y")))
    Quotation.objects.filter(pk=late.pk).update(valid_until=timezone.now() - timedelta(minutes=1))
    assert client.get(page(late)).status_code == 200
    assert client.post(page(late), yes()).status_code == 409
    Quotation.objects.filter(pk=late.pk).update(valid_until=timezone.now() - LASTS)
    assert client.get(page(late)).status_code == 410


def test_one_address_may_not_answer_without_end(offers: Offers, client: Client) -> None:
    quotation = offers.send()
    codes = [client.post(page(quotation), {}).status_code for _ in range(13)]
    assert codes == [422] * 12 + [429]

"""A dealer's clerk hands in a card on the phone, is told what is wrong, mends it, and the maker recognises it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from jiannuo.operations.cards.models import RegistrationCard
from jiannuo.testing import factories
from tests.browser.words import zh

pytestmark = pytest.mark.once


def test_a_card_from_the_shop_to_recognition(visit: Any, town: Any) -> None:
    dealer = factories.organization(town.branch, kind="dealer", name="安顺农机", code="ANSHUN")
    clerk = factories.person("dealer_clerk", at=dealer, username="anshun")
    appraiser = factories.person("technical_appraiser", at=town.office, username="appraise")
    today = timezone.localdate()
    unit = factories.unit(
        town.branch,
        serial="GT0001",
        dealer=dealer,
        produced_on=today - timedelta(days=90),
        invoiced_on=None,
        installed_on=None,
        status="in_stock",
    )

    page = visit(clerk, phone=True)
    page.goto("/cards/new")
    page.locator("#id_serial").fill("GT0002")
    page.locator("#id_sold_on").fill((today - timedelta(days=3)).isoformat())
    page.locator("#id_customer_name").fill("李长根")
    page.locator("#id_phone").fill("13800138000")
    page.get_by_role("button", name=zh("Hand in"), exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("没有序列号为 GT0002 的机器")
    page.locator("#id_serial").fill("GT0001")
    page.get_by_role("button", name=zh("Hand in"), exact=True).click()
    page.wait_for_url("**/cards/RC-**")
    card = RegistrationCard.objects.get()
    assert card.unit == unit

    office = visit(appraiser)
    office.goto(f"/cards/{card.number}/")
    for action in ("check_card", "recognise"):
        office.locator(f"[data-action='{action}']").first.click()
        form = office.locator("#modal-content form")
        form.locator("button[type=submit]").click()
        expect(office.locator("dialog[open]")).to_have_count(0)
        office.wait_for_load_state("networkidle")
    unit.refresh_from_db()
    assert (unit.customer.name, unit.dealer) == ("李长根", dealer)

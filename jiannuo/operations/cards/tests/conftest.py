from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from jiannuo.kernel.regions.services import load_sample
from jiannuo.operations.cards.checking import CardEntry
from jiannuo.operations.cards.models import CardSettings, RegistrationCard
from jiannuo.operations.cards.services import do, submit_card
from jiannuo.promises.commitments.services import load_pack
from jiannuo.testing import factories

PACK = """
code: RC1
name: 三包回执卡约定
kind: dealer
scope: {product: machinery/agricultural}
labels: {registration_card: 三包回执卡, registration_card_overdue: 回执卡逾期, falsified_cards: 回执卡弄虚作假}
clauses:
  - id: card
    kind: time
    text: 售出20天内返回三包回执卡。
    source: {document: 方案, article: 一}
    metric: registration
    start: sold
    limit: {amount: 20, unit: days}
    debtor: dealer
    creditor: manufacturer
    ladder:
      - at: {anchor: before_due, amount: 48, unit: hours}
        role: dealer_clerk
    consequences: [{code: forfeiture, text: 不予认定}]
    evidence: [registration_card]
  - id: cover
    kind: coverage
    text: 三包期12个月。
    source: {document: 方案, article: 二}
    when: {flag: {none_of: [registration_card_overdue]}}
    term: {months: 12}
    begins: {events: [sold]}
    includes: [parts, labour]
  - id: cover-of-the-dealer
    kind: coverage
    text: 回执卡逾期的由经销商承担。
    source: {document: 方案, article: 三}
    when: {flag: [registration_card_overdue]}
    term: {months: 12}
    begins: {events: [sold]}
    includes: [parts, labour]
    payer: dealer
  - id: fee
    kind: settlement
    text: 每张回执卡15元。
    source: {document: 方案, article: 四}
    payee: dealer
    basis: fixed
    per: card
    amount: 15
    items: [labour]
    documents: [registration_card]
    start: quarter_closed
    refusals: [{flag: falsified_cards, effect: forfeited, text: 弄虚作假}]
"""

CONSENT = """
code: RC2
name: 迟到回执卡的审批
kind: dealer
clauses:
  - id: consent
    kind: approval
    text: 迟到的回执卡经总经理批准后认定。
    source: {document: 方案, article: 五}
    subject: late_card
    approvers: [general_manager]
"""


class Trade:
    """A maker with two dealers, a tiller in the stock of the first, and the promise about cards."""

    def __init__(self) -> None:
        load_sample()
        load_pack(PACK, by=None)
        self.head = factories.organization()
        self.branch = factories.organization(self.head)
        self.dealer = factories.organization(self.branch, kind="dealer", name="安顺农机")
        self.other = factories.organization(self.branch, kind="dealer", name="恒信农机")
        self.clerk = factories.person("dealer_clerk", at=self.dealer)
        self.rival = factories.person("dealer_clerk", at=self.other)
        self.agent = factories.person("service_agent", at=self.branch)
        self.appraiser = factories.person("technical_appraiser", at=self.head)
        self.manager = factories.person("department_manager", at=self.branch)
        self.director = factories.person("general_manager", at=self.head)
        self.model = factories.product_model("machinery/agricultural/tiller")
        self.today = timezone.localdate()
        self.unit = self.stock("GT0001")

    def stock(self, serial: str, **fields: Any) -> Any:
        values = {
            "model": self.model,
            "serial": serial,
            "dealer": self.dealer,
            "produced_on": self.today - timedelta(days=90),
            "shipped_on": self.today - timedelta(days=80),
            "invoiced_on": None,
            "installed_on": None,
            "status": "in_stock",
            **fields,
        }
        return factories.unit(self.branch, **values)

    def entry(self, **fields: Any) -> CardEntry:
        values = {
            "dealer": self.dealer,
            "serial": "GT0001",
            "sold_on": self.ago(5),
            "customer_name": "李长根",
            "phone": "13800138000",
            "invoice_number": "03318821",
            "address": "村东头12号",
            **fields,
        }
        return CardEntry(**values)

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def card(self, *, by: Any = None, received_at: Any = None, **fields: Any) -> RegistrationCard:
        return submit_card(by=by or self.clerk, entry=self.entry(**fields), received_at=received_at)

    def recognised(self, card: RegistrationCard | None = None, **fields: Any) -> RegistrationCard:
        card = card or self.card(**fields)
        card = do(card, "check_card", by=self.agent)
        return do(card, "recognise", by=self.appraiser)

    def settings(self, **fields: Any) -> None:
        CardSettings.objects.update_or_create(pk=1, defaults=fields)


@pytest.fixture(autouse=True)
def news_is_heard_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Subscribers hear of everything inside the transaction of the test, which never commits."""
    monkeypatch.setattr(transaction, "on_commit", lambda call, *_rest, **_more: call())


@pytest.fixture
def trade(db) -> Trade:
    return Trade()
